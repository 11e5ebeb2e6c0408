// openid-client 6: discovery, code with PKCE, userinfo, refresh and logout, all by the package.
import express from "express";
import session from "express-session";
import * as client from "openid-client";

const { BASE_URL, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PORT } = process.env;
const config = await client.discovery(new URL(OIDC_ISSUER), OIDC_CLIENT_ID, OIDC_CLIENT_SECRET);
const app = express();
app.use(session({ secret: "of-this-test", resave: false, saveUninitialized: false }));

app.get("/login", async (request, response) => {
  const verifier = client.randomPKCECodeVerifier();
  const login = { verifier, state: client.randomState(), nonce: client.randomNonce() };
  request.session.login = login;
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${BASE_URL}/callback`,
    scope: "openid profile email offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: login.state,
    nonce: login.nonce,
  });
  response.redirect(url.href);
});

app.get("/callback", async (request, response) => {
  const login = request.session.login ?? {};
  const tokens = await client.authorizationCodeGrant(config, new URL(BASE_URL + request.url), {
    pkceCodeVerifier: login.verifier,
    expectedState: login.state,
    expectedNonce: login.nonce,
    idTokenExpected: true,
  });
  request.session.tokens = tokens;
  request.session.sub = tokens.claims().sub;
  response.redirect("/");
});

app.get("/", (request, response) => response.json({ sub: request.session.sub ?? null }));

app.get("/userinfo", async (request, response) => {
  const { tokens, sub } = request.session;
  response.json(await client.fetchUserInfo(config, tokens.access_token, sub));
});

app.get("/refresh", async (request, response) => {
  const before = request.session.tokens;
  const after = await client.refreshTokenGrant(config, before.refresh_token);
  request.session.tokens = { ...before, ...after };
  response.json({ changed: before.access_token !== after.access_token });
});

app.get("/logout", (request, response) => {
  const hint = request.session.tokens.id_token;
  request.session.destroy(() => {
    const parameters = { post_logout_redirect_uri: `${BASE_URL}/`, id_token_hint: hint };
    response.redirect(client.buildEndSessionUrl(config, parameters).href);
  });
});

app.use((error, request, response, next) => response.status(401).send(error.message));
app.listen(PORT, "127.0.0.1");
