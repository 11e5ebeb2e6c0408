// Cookies of @supabase/ssr: `node supabase.mjs > supabase.json`. There is no tenant: fetch is played.
import { createServerClient } from "@supabase/ssr";
import { stringifySupabaseSession } from "@supabase/auth-helpers-shared";
import { SignJWT } from "jose";
import { generator, now, print } from "./minting.mjs";

const secret = "super-secret-jwt-token-with-at-least-32-characters-long";

async function tokenFor(user) {
  const claims = { sub: user.id, email: user.email, role: "authenticated", aud: "authenticated", session_id: "0b0e6f6a-0000-4000-8000-000000000000" };
  const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" });
  token.setIssuer("https://abcdefghij.supabase.co/auth/v1").setIssuedAt().setExpirationTime("1h");
  return token.sign(new TextEncoder().encode(secret));
}

async function signIn(user, options = {}) {
  const jar = new Map();
  const client = createServerClient("https://abcdefghij.supabase.co", "anon-key", {
    realtime: { transport: class {} },
    global: { fetch: async () => Response.json(user) },
    cookies: {
      getAll: () => [...jar].map(([name, value]) => ({ name, value })),
      setAll: (lines) => lines.forEach(({ name, value }) => (value ? jar.set(name, value) : jar.delete(name))),
    },
    ...options,
  });
  await client.auth.setSession({ access_token: await tokenFor(user), refresh_token: "v1-refresh-0123456789" });
  const wire = [...jar].map(([name, value]) => [name, encodeURIComponent(value)]);
  return { client, cookies: Object.fromEntries(wire) };
}

const user = { id: "2f0c3f6a-0000-4000-8000-000000000000", aud: "authenticated", email: "zoe@example.test", user_metadata: { name: "Zoë 漢字" } };
const common = { set: "js", minted_at: now(), generator: generator("@supabase/ssr"), secret, encoding: "text", outcome: "ok" };
const cases = [];
const long = { ...user, user_metadata: { name: "Zoë", bio: "é".repeat(3000) } };
for (const [name, who, options] of [
  ["supabase", user, {}],
  ["supabase-raw", user, { cookieEncoding: "raw" }],
  ["supabase-renamed", user, { cookieOptions: { name: "my-auth" } }],
  ["supabase-chunked", long, {}],
  ["supabase-raw-chunked", long, { cookieEncoding: "raw" }],
]) {
  const { cookies } = await signIn(who, options);
  const count = Object.keys(cookies).length;
  cases.push({ ...common, name, format: "supabase", cookies, expected_subset: { user: who }, chunks: count });
}
for (const [name, who, cookie] of [
  ["supabase-list", user, "sb-abcdefghij-auth-token"],
  ["supabase-list-named", user, "supabase-auth-token"],
]) {
  const session = { access_token: await tokenFor(who), refresh_token: "v1-refresh-0123456789", provider_token: null, provider_refresh_token: null, user: who };
  const cookies = { [cookie]: encodeURIComponent(stringifySupabaseSession(session)) };
  cases.push({ ...common, generator: generator("@supabase/auth-helpers-shared"), name, format: "supabase", cookies, expected_subset: { access_token: session.access_token, factors: null }, chunks: 1 });
}
print(cases);
