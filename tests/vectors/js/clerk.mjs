// Cookies in the shape of Clerk's, read by its own backend: `node clerk.mjs > clerk.json`.
// Clerk signs in its cloud; here a key of our own does, and @clerk/backend says what it makes of it.
import { createClerkClient } from "@clerk/backend";
import { exportSPKI, exportJWK, generateKeyPair, SignJWT } from "jose";
import { generator, now, print } from "./minting.mjs";

const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
const jwtKey = await exportSPKI(publicKey);
const jwk = { ...(await exportJWK(publicKey)), kid: "ins_test", alg: "RS256" };
const publishableKey = "pk_test_" + btoa("example.clerk.accounts.dev$");
const digest = await crypto.subtle.digest("sha-1", new TextEncoder().encode(publishableKey));
const suffix = btoa(String.fromCharCode(...new Uint8Array(digest))).replace(/\+/g, "-").replace(/\//g, "_").slice(0, 8);
const clerk = createClerkClient({ publishableKey, secretKey: "sk_test_none", jwtKey, telemetry: { disabled: true } });

async function token(changes = {}) {
  const claims = { azp: "http://localhost:3000", fva: [1, -1], sid: "sess_2x", sub: "user_2x", v: 2, ...changes };
  const head = { alg: "RS256", cat: "cl_B7d4PD111AAA", kid: "ins_test", typ: "JWT" };
  const at = changes.iat ?? now();
  const made = new SignJWT(claims).setProtectedHeader(head).setIssuer("https://example.clerk.accounts.dev");
  return made.setIssuedAt(at).setNotBefore(at - 10).setExpirationTime(at + 60).sign(privateKey);
}

async function ask(cookies) {
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; ");
  const request = new Request("http://localhost:3000/", { headers: { cookie, accept: "text/html", "sec-fetch-dest": "document" } });
  const state = await clerk.authenticateRequest(request, { jwtKey });
  return { status: state.status, reason: state.reason };
}

const cases = [];
async function add(name, cookies, more = {}) {
  const common = { set: "js", minted_at: now(), generator: generator("@clerk/backend"), secret: null, encoding: "text", outcome: "ok" };
  cases.push({ ...common, name, format: "clerk", cookies, jwk, answer: await ask(cookies), ...more });
}

const uat = String(now() - 5);
const dev = { __clerk_db_jwt: "dvb_2xAbCdEfGhIjKlMnOpQrStUvWxY" };
const live = await token();
await add("clerk-signed-in", { __session: live, __client_uat: uat, ...dev });
await add("clerk-suffixed", { [`__session_${suffix}`]: live, [`__client_uat_${suffix}`]: uat, __client_uat: uat, [`__clerk_db_jwt_${suffix}`]: dev.__clerk_db_jwt, ...dev });
const old = await token({ iat: now() - 600 });
await add("clerk-expired", { __session: old, __client_uat: String(now() - 900), ...dev }, { expired: true });
await add("clerk-other-sign-in", { __session: live, __client_uat: String(now() + 30), ...dev });
await add("clerk-no-uat", { __session: live, ...dev });
print(cases);
