// next-auth 4, its handler in Express: code with PKCE, state and nonce, userinfo at login.
// It refreshes no token by itself: its documentation calls the token endpoint in the jwt callback.
import express from "express";
import NextAuth from "next-auth";

const { BASE_URL, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PORT } = process.env;
process.env.NEXTAUTH_URL = BASE_URL;
const provider = {
  id: "lab",
  name: "Lab",
  type: "oauth",
  wellKnown: `${OIDC_ISSUER}.well-known/openid-configuration`,
  clientId: OIDC_CLIENT_ID,
  clientSecret: OIDC_CLIENT_SECRET,
  authorization: { params: { scope: "openid profile email offline_access" } },
  checks: ["pkce", "state", "nonce"],
  idToken: true, // else it refuses an answer that has one
  userinfo: { request: ({ client, tokens }) => client.userinfo(tokens) },
  profile: ({ sub, name, email }) => ({ id: sub, name, email }),
};

async function refresh(token) {
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: token.refreshToken,
    client_id: OIDC_CLIENT_ID,
    client_secret: OIDC_CLIENT_SECRET,
  });
  const answer = await fetch(`${OIDC_ISSUER}oauth/token`, { method: "POST", body });
  const found = await answer.json();
  const changed = answer.ok && found.access_token !== token.accessToken;
  return { ...token, accessToken: found.access_token, refreshToken: found.refresh_token, changed };
}

const callbacks = {
  jwt({ token, account, trigger }) {
    if (account) {
      const kept = { accessToken: account.access_token, refreshToken: account.refresh_token };
      return { ...token, ...kept };
    }
    return trigger === "update" ? refresh(token) : token;
  },
  session: ({ session, token }) => ({ ...session, sub: token.sub, changed: token.changed }),
};
const options = { providers: [provider], secret: "of-this-test-only", callbacks };
const handle = (NextAuth.default ?? NextAuth)(options);

const app = express();
app.use(express.json(), express.urlencoded());
app.all("/api/auth/*path", (request, response) => {
  const cookies = (request.headers.cookie ?? "").split("; ").map((pair) => pair.split("="));
  const query = { ...request.query, nextauth: request.params.path };
  Object.defineProperty(request, "query", { value: query });
  request.cookies = Object.fromEntries(cookies.map(([name, value]) => [name, decodeURIComponent(value ?? "")]));
  return handle(request, response);
});
app.get("/", (request, response) => response.json({ at: "/" }));
app.listen(PORT, "127.0.0.1");
