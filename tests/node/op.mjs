// The certified npm package oidc-provider with one client; its own development pages ask who it is.
import { Provider } from "oidc-provider";

const { APP } = process.env;
const server = await new Promise((ready) => {
  import("node:http").then(({ createServer }) => {
    const http = createServer();
    http.listen(0, "127.0.0.1", () => ready(http));
  });
});
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: "session-inspector-lab",
    client_secret: "lab-client-secret-of-loopback-only",
    token_endpoint_auth_method: "client_secret_post",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [`${APP}/auth/callback`],
    post_logout_redirect_uris: [APP],
  }],
  claims: { openid: ["sub"], email: ["email"], profile: ["name"] },
  scopes: ["openid", "offline_access", "email", "profile"],
  conformIdTokenClaims: false,
  features: { rpInitiatedLogout: { enabled: true }, revocation: { enabled: true } },
  issueRefreshToken: async () => true,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: "Alice of npm", email: "alice@example.com" }),
  }),
});
server.on("request", provider.callback());
console.log(server.address().port);
