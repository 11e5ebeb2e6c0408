// Sessions of WorkOS AuthKit, sealed by its SDK from what its API would answer: `node workos.mjs > workos.json`.
import { WorkOS } from "@workos-inc/node";
import { createServer } from "node:http";
import { generator, now, print } from "./minting.mjs";

const secret = "workos-cookie-password-0123456789abcdef";
const user = { object: "user", id: "user_01H", email: "zoe@example.test", email_verified: true, first_name: "Zoë", last_name: "漢字", created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", metadata: {} };
const common = () => ({ set: "js", minted_at: now(), generator: generator("@workos-inc/node"), secret, encoding: "text", outcome: "ok", format: "workos", general: "iron-session" });

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (claims) => `${part({ alg: "RS256", kid: "sso_oidc_key" })}.${part(claims)}.${Buffer.alloc(256, 7).toString("base64url")}`;

async function seal(claims, more = {}) {
  const access_token = token({ sub: user.id, sid: "session_01H", iat: now(), exp: now() + 300, ...claims });
  const answer = { user, access_token, refresh_token: "refresh_01H", authentication_method: "Password", ...more };
  const server = createServer((_, response) => response.setHeader("content-type", "application/json").end(JSON.stringify(answer)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const workos = new WorkOS("sk_test_1", { clientId: "client_01H", apiHostname: "127.0.0.1", port: server.address().port, https: false });
  const session = { sealSession: true, cookiePassword: secret };
  const { sealedSession, accessToken } = await workos.userManagement.authenticateWithCode({ clientId: "client_01H", code: "code", session });
  server.close();
  return { ...common(), cookies: { "wos-session": sealedSession }, session_id: "session_01H", expected_subset: { accessToken, refreshToken: "refresh_01H" }, exp: null };
}

print([
  { ...(await seal({})), name: "workos" },
  { ...(await seal({ org_id: "org_01H", role: "member" })), name: "workos-organization" },
]);
