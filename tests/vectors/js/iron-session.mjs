// Seals of iron-session 6, 8 and 9, and of hapi: `node iron-session.mjs > iron-session.json`.
import Iron from "@hapi/iron";
import { getIronSession as session6, sealData as seal6 } from "iron-session-6";
import { getIronSession as session8 } from "iron-session-8";
import { getIronSession as session9 } from "iron-session";
import { cookiesOf, generator, now, print } from "./minting.mjs";

const secret = "correct-horse-battery-staple-0123456789abcdef";
const data = { user: { id: 7, name: "Zoë 漢字" } };
const common = (name) => ({ set: "js", minted_at: now(), generator: generator(name), secret, encoding: "text", outcome: "ok", expected: data });

async function save(getSession, name, options = {}) {
  const response = new Response("ok");
  const session = await getSession(new Request("http://localhost/"), response, { password: secret, cookieName: "sid", ...options });
  Object.assign(session, data);
  await session.save();
  return { ...common(name), cookies: cookiesOf(response.headers.getSetCookie()) };
}

// before 6 there was no ~2, and the session was in `persistent`: 6 still reads that
const old = await seal6({ persistent: data }, { password: secret, ttl: 3600 });

async function save6() {
  const headers = [];
  const response = { getHeader: () => headers, setHeader: (_, lines) => headers.push(...lines) };
  const session = await session6({ headers: {} }, response, { password: secret, cookieName: "sid" });
  Object.assign(session, data);
  await session.save();
  return { ...common("iron-session-6"), cookies: cookiesOf(headers) };
}

const ctr = { ...Iron.defaults, encryption: { ...Iron.defaults.encryption, algorithm: "aes-128-ctr", ivBits: 128 } };
const hapi = { ...common("@hapi/iron"), exp: null };

print([
  { ...hapi, name: "iron-hapi", format: "iron-session-v8", cookies: { session: await Iron.seal(data, secret, Iron.defaults) } },
  { ...hapi, name: "iron-hapi-ctr", format: "iron-session-v8", cookies: { session: await Iron.seal(data, secret, ctr) } },
  { ...hapi, name: "iron-hapi-text", format: "iron-value", cookies: { session: await Iron.seal("just a text", secret, Iron.defaults) }, expected: { value: "just a text" } },
  { ...common("iron-session-6"), name: "iron-session-5", format: "iron-session-v5", cookies: { sid: old.replace(/~2$/, "") } },
  { ...(await save6()), name: "iron-session-6", format: "iron-session-v8" },
  { ...(await save(session8, "iron-session-8")), name: "iron-session-8", format: "iron-session-v8" },
  { ...(await save(session9, "iron-session")), name: "iron-session-9", format: "iron-session-v8" },
  { ...(await save(session9, "iron-session", { ttl: 0 })), name: "iron-session-9-endless", format: "iron-session-v8", exp: null },
]);
