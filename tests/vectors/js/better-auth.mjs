// Cookies of better-auth: `node better-auth.mjs > better-auth.json`.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { cookiesOf, generator, now, print } from "./minting.mjs";

const secret = "better-secret-0123456789abcdef0123456789";
const secure = { baseURL: "https://app.test", cookiePrefix: "" };

async function signUp(options = {}, user = {}) {
  const db = { user: [], session: [], account: [], verification: [] };
  const rows = new Map();
  const auth = betterAuth({
    baseURL: "http://localhost:3000",
    secret,
    database: memoryAdapter(db),
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
    ...options,
    ...(options.rows && {
      secondaryStorage: {
        get: async (key) => rows.get(key) ?? null,
        set: async (key, value) => void rows.set(key, value),
        delete: async (key) => void rows.delete(key),
      },
    }),
  });
  const body = { name: "Zoë 漢字", email: "zoe@example.test", password: "password1234", ...user };
  const response = await auth.api.signUpEmail({ body, asResponse: true });
  const cookies = cookiesOf(response.headers.getSetCookie());
  return { cookies, rows, session: db.session[0], auth };
}

function pick(cookies, part) {
  const found = Object.entries(cookies).filter(([name]) => name.includes(part));
  return Object.fromEntries(found);
}

const common = () => ({ set: "js", minted_at: now(), generator: generator("better-auth"), secret, encoding: "text", outcome: "ok" });
const cached = (strategy) => ({ session: { cookieCache: { enabled: true, maxAge: 300, ...(strategy && { strategy }) } } });
const cases = [];

{
  const { cookies, session } = await signUp();
  cases.push({ ...common(), name: "better-auth-token", format: "better-auth-token", cookies: pick(cookies, "session_token"), session_id: session.token });
}
{
  const { cookies, session } = await signUp({ baseURL: "https://app.test", advanced: { cookiePrefix: "shop" } });
  cases.push({ ...common(), name: "better-auth-token-secure-prefix", format: "better-auth-token", cookies: pick(cookies, "session_token"), session_id: session.token });
}
{
  const { cookies, rows } = await signUp({ rows: true });
  const store = Object.fromEntries([...rows].map(([key, value]) => [`better-auth:${key}`, value]));
  const token = decodeURIComponent(Object.values(pick(cookies, "session_token"))[0]).split(".")[0];
  const row = JSON.parse(rows.get(token));
  cases.push({ ...common(), name: "better-auth-token-redis", format: "better-auth-token", cookies: pick(cookies, "session_token"), session_id: token, store, expected: row, exp: Date.parse(row.session.expiresAt) / 1000 });
}
for (const strategy of ["compact", "jwt", "jwe"]) {
  const { cookies, session } = await signUp(cached(strategy));
  const format = `better-auth-${strategy}`;
  const data = pick(cookies, "session_data");
  const expected_subset = { version: "1" };
  cases.push({ ...common(), name: format, format, cookies: data, expected_subset });
  cases.push({ ...common(), name: `${format}-with-token`, format, cookies: pick(cookies, "session_"), expected_subset, session_id: session.token, exp: session.expiresAt.getTime() / 1000 });
  const long = await signUp(cached(strategy), { image: "https://x.test/" + "é".repeat(4000) });
  const chunks = pick(long.cookies, "session_data");
  cases.push({ ...common(), name: `${format}-chunked`, format, cookies: chunks, expected_subset, chunks: Object.keys(chunks).length });
  const old = await signUp(cached(strategy));
  const later = now() + 400;
  cases.push({ ...common(), minted_at: later, name: `${format}-expired`, format, cookies: pick(old.cookies, "session_data"), expired: true, expected_subset });
}
{
  const { cookies } = await signUp({ secrets: [{ version: 2, value: secret }, { version: 1, value: "an-older-secret-0123456789abcdef0123" }], secret: undefined, ...cached("jwe") });
  cases.push({ ...common(), name: "better-auth-versioned-secrets", format: "better-auth-jwe", cookies: pick(cookies, "session_data"), expected_subset: { version: "1" } });
}
print(cases);
