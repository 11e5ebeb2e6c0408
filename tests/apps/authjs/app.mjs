// Auth.js in Express, with its Auth0 provider. AUTH_SECRET and AUTH_AUTH0_* are read by the package.
import express from "express";
import { ExpressAuth, getSession } from "@auth/express";
import Auth0 from "@auth/express/providers/auth0";

const { AUTH_AUTH0_ID, AUTH_AUTH0_SECRET, AUTH_AUTH0_ISSUER } = process.env;

// Auth.js renews no tokens by itself: this is the code of its guide "Refresh token rotation"
async function renew(token) {
  const answer = await fetch(`${AUTH_AUTH0_ISSUER}oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: AUTH_AUTH0_ID,
      client_secret: AUTH_AUTH0_SECRET,
      grant_type: "refresh_token",
      refresh_token: token.refresh_token,
    }),
  });
  if (!answer.ok) return { ...token, error: "RefreshTokenError" };
  const found = await answer.json();
  const expires_at = Math.floor(Date.now() / 1000 + found.expires_in);
  return { ...token, expires_at, refresh_token: found.refresh_token ?? token.refresh_token };
}

const config = {
  providers: [Auth0({ authorization: { params: { scope: "openid profile email offline_access" } } })],
  callbacks: {
    async jwt({ token, account, trigger }) {
      if (account) return { ...token, expires_at: account.expires_at, refresh_token: account.refresh_token };
      // not when the token is over: getSession of @auth/express sets no cookie, so new tokens are lost
      return trigger === "update" ? renew(token) : token;
    },
  },
};
// what update() of its client does
const UPDATE = `<p>refreshing</p><script type="module">
  const { csrfToken } = await (await fetch("/auth/csrf")).json();
  const headers = { "content-type": "application/json" };
  await fetch("/auth/session", { method: "POST", headers, body: JSON.stringify({ csrfToken, data: {} }) });
  document.querySelector("p").textContent = "refreshed";
</script>`;
const app = express();
app.set("trust proxy", true);
// the package takes its base path from the first capture, which Express 5 has for a RegExp only
app.use(/^\/auth\/(.*)/, ExpressAuth(config));
app.get("/", async (request, response) => {
  const session = await getSession(request, config);
  const name = session?.user?.name;
  response.send(name ? `Hello, ${name}` : "<a href=/auth/signin>Sign in</a>");
});
app.get("/profile", async (request, response) => {
  const session = await getSession(request, config);
  if (session) response.json(session.user);
  else response.status(401).json({ error: "nobody is signed in" });
});
app.get("/refresh", (request, response) => response.send(UPDATE));
app.listen(process.env.PORT, "127.0.0.1");
