// Cookies of @fastify/session, @fastify/secure-session and @fastify/cookie: `node fastify.mjs > fastify.json`.
import cookie from "@fastify/cookie";
import secureSession from "@fastify/secure-session";
import session from "@fastify/session";
import fastify from "fastify";
import { cookiesOf, generator, now, print } from "./minting.mjs";

const secret = "a-secret-with-minimum-length-of-32-characters!!";
const data = { user: { id: 7, name: "Zoë 漢字" } };
const common = (name) => ({ set: "js", minted_at: now(), generator: generator(name), secret, encoding: "text", outcome: "ok" });

async function answer(prepare, handler) {
  const app = fastify();
  await prepare(app);
  app.get("/", async (request, reply) => {
    await handler(request, reply);
    return "ok";
  });
  const response = await app.inject("/");
  await app.close();
  const lines = [response.headers["set-cookie"]].flat();
  return cookiesOf(lines);
}

const rows = new Map();
const store = {
  get: (id, done) => done(null, rows.get(id)),
  set: (id, value, done) => (rows.set(id, JSON.stringify(value)), done()),
  destroy: (id, done) => (rows.delete(id), done()),
};
const cases = [];
const stored = await answer(
  async (app) => {
    await app.register(cookie);
    await app.register(session, { secret, store, cookie: { secure: false, maxAge: 3600_000 } });
  },
  (request) => void request.session.set("user", data.user),
);
const [[id, row]] = [...rows];
cases.push({ ...common("@fastify/session"), name: "fastify-session", format: "fastify-session", cookies: stored, session_id: id });
cases.push({ ...common("@fastify/session"), name: "fastify-session-row", format: "fastify-session", cookies: stored, session_id: id, store: { [`sess:${id}`]: row }, expected_subset: data });

const named = await answer(
  async (app) => {
    await app.register(cookie);
    await app.register(session, { secret, idGenerator: () => "5f0c1e0a-9a55-4d0c-8a53-0d6f3f6b7a11", cookie: { secure: false } });
  },
  (request) => void request.session.set("user", data.user),
);
cases.push({ ...common("@fastify/session"), name: "fastify-session-own-id", format: "fastify-session", called: "@fastify/", cookies: named, session_id: "5f0c1e0a-9a55-4d0c-8a53-0d6f3f6b7a11" });

const signed = await answer(
  (app) => app.register(cookie, { secret }),
  (_, reply) => void reply.setCookie("theme", "dark", { signed: true }),
);
cases.push({ ...common("@fastify/cookie"), name: "fastify-cookie-value", format: "fastify-cookie-value", cookies: signed, expected: { value: "dark" } });

const key = Buffer.alloc(32, 7);
async function secure(options) {
  return answer((app) => app.register(secureSession, { cookie: { path: "/" }, ...options }), (request) => void request.session.set("user", data.user));
}
const box = { format: "fastify-secure-session", expected_subset: data };
cases.push({ ...common("@fastify/secure-session"), ...box, name: "fastify-secure-session-key", secret: key.toString("hex"), cookies: await secure({ key }) });
cases.push({ ...common("@fastify/secure-session"), ...box, name: "fastify-secure-session-key-base64", secret: key.toString("base64"), cookies: await secure({ key }) });
cases.push({ ...common("@fastify/secure-session"), ...box, name: "fastify-secure-session-secret", cookies: await secure({ secret }) });
cases.push({ ...common("@fastify/secure-session"), ...box, name: "fastify-secure-session-expired", minted_at: now() + 90_000, expired: true, secret: key.toString("hex"), cookies: await secure({ key }) });
for (const [name, salt, given] of [
  ["text", "mq9hDxBVDbspDR6n", "mq9hDxBVDbspDR6n"],
  ["bytes", Buffer.from("000102030405060708090a0b0c0d0eff", "hex"), "hex:000102030405060708090a0b0c0d0eff"],
]) {
  cases.push({ ...common("@fastify/secure-session"), ...box, name: `fastify-secure-session-salt-${name}`, salt: given, cookies: await secure({ secret, salt }) });
}
print(cases);
