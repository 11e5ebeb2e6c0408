// better-auth in Hono, its tables in PostgreSQL (DATABASE_URL). BETTER_AUTH_URL and
// BETTER_AUTH_SECRET are read by the package, OIDC_DISCOVERY_URL and the client's by this file.
import { serve } from "@hono/node-server";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { genericOAuth } from "better-auth/plugins";
import { Hono } from "hono";
import pg from "pg";

const options = {
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL }),
  session: { updateAge: 0 }, // each request moves the end: rolling
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: "local",
          discoveryUrl: process.env.OIDC_DISCOVERY_URL,
          clientId: process.env.OIDC_CLIENT_ID,
          clientSecret: process.env.OIDC_CLIENT_SECRET,
          scopes: ["openid", "profile", "email", "offline_access"],
        },
      ],
    }),
  ],
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
const app = new Hono();

/** Send the browser where better-auth says, with the cookies that it sets. */
async function redirect(c, response) {
  const { url } = await response.json();
  for (const line of response.headers.getSetCookie()) c.header("set-cookie", line, { append: true });
  return c.redirect(url ?? "/");
}

app.on(["GET", "POST"], "/api/auth/*", (c) => auth.handler(c.req.raw));
app.get("/", (c) => c.text("welcome"));
app.get("/login", async (c) => {
  const body = { provider: "local", callbackURL: "/" };
  const { headers } = c.req.raw;
  return redirect(c, await auth.api.signInSocial({ body, headers, asResponse: true }));
});
app.get("/profile", async (c) => {
  const session = await auth.api.getSession({ headers: c.req.raw.headers });
  return session ? c.json(session.user) : c.json({ error: "nobody is signed in" }, 401);
});
app.get("/refresh", async (c) => {
  const { headers } = c.req.raw;
  const [account] = await auth.api.listUserAccounts({ headers });
  await auth.api.refreshToken({ body: { accountId: account.id }, headers });
  return c.text("refreshed");
});
app.get("/logout", async (c) => {
  const { headers } = c.req.raw;
  return redirect(c, await auth.api.signOut({ body: { callbackURL: "/" }, headers, asResponse: true }));
});
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });
