// Express with express-openid-connect; with REDIS_URL its sessions are in Redis (connect-redis),
// and the provider may end them (back-channel logout).
import express from "express";
import oidc from "express-openid-connect";

const sessionStore = async (url) => {
  const { RedisStore } = await import("connect-redis");
  const { createClient } = await import("redis");
  const client = await createClient({ url }).connect();
  return new RedisStore({ client });
};

const { PORT, REDIS_URL, RESPONSE_TYPE = "code" } = process.env;
const store = REDIS_URL && (await sessionStore(REDIS_URL));
const app = express();
// ISSUER_BASE_URL, CLIENT_ID, CLIENT_SECRET, SECRET and BASE_URL are read by the package itself
app.use(
  oidc.auth({
    authRequired: false,
    idpLogout: true,
    ...(RESPONSE_TYPE === "code" && {
      authorizationParams: { response_type: "code", scope: "openid profile email offline_access" },
    }),
    ...(store && { session: { store }, backchannelLogout: true }),
  }),
);
app.get("/", (request, response) => {
  const name = request.oidc.user?.name;
  response.send(name ? `Hello, ${name} <a href=/logout>Sign out</a>` : "<a href=/login>Sign in</a>");
});
app.get("/profile", (request, response) => {
  if (request.oidc.isAuthenticated()) response.json(request.oidc.user);
  else response.status(401).json({ error: "nobody is signed in" });
});
app.get("/refresh", async (request, response) => {
  if (!request.oidc.accessToken) return response.status(401).json({ error: "there is no token" });
  await request.oidc.accessToken.refresh();
  response.send("refreshed");
});
app.listen(PORT, "127.0.0.1");
