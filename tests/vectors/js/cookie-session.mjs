// Cookies of cookie-session, koa-session and cookies: `node cookie-session.mjs > cookie-session.json`.
import cookieSession from "cookie-session";
import Cookies from "cookies";
import Keygrip from "keygrip";
import Koa from "koa";
import { createSession } from "koa-session";
import { createServer } from "node:http";
import { cookiesOf, generator, now, print } from "./minting.mjs";

const secret = "cat-secret";
const data = { user: { id: 7, name: "Zoë 漢字" } };
const common = (name) => ({ set: "js", minted_at: now(), generator: generator(name), secret, encoding: "text", outcome: "ok" });

async function answer(handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  const response = await new Promise((resolve) => server.once("listening", resolve)).then(() => fetch(`http://127.0.0.1:${server.address().port}/`));
  server.close();
  return cookiesOf(response.headers.getSetCookie());
}

const session = (options) => answer((request, response) => {
  cookieSession({ keys: [secret], ...options })(request, response, () => {
    Object.assign(request.session, data);
    response.end("ok");
  });
});

const rows = new Map();
function koa(options) {
  const app = new Koa();
  app.keys = [secret];
  app.use(createSession(options, app));
  app.use((ctx) => {
    Object.assign(ctx.session, data);
    ctx.body = "ok";
  });
  return answer(app.callback());
}
const store = { get: (key) => rows.get(key), set: (key, value) => void rows.set(key, value), destroy: (key) => void rows.delete(key) };

const cases = [];
cases.push({ ...common("cookie-session"), name: "cookie-session", format: "cookie-session", cookies: await session({}), expected: data });
cases.push({ ...common("cookie-session"), name: "cookie-session-older-key", format: "cookie-session", secret: ["newer-key", secret], cookies: await session({}), expected: data });
for (const [digest, encoding] of [["sha256", "base64"], ["sha256", "hex"], ["sha512", "hex"]]) {
  const keys = new Keygrip([secret], digest, encoding);
  cases.push({ ...common("cookie-session"), name: `cookie-session-${digest}-${encoding}`, format: "cookie-session", cookies: await session({ keys }), expected: data });
}
cases.push({ ...common("koa-session"), name: "koa-session-of-the-browser", format: "koa-session", cookies: await koa({ maxAge: "session" }), expected_subset: data });
cases.push({ ...common("koa-session"), name: "koa-session", format: "koa-session", cookies: await koa({}), expected_subset: data });
const late = await koa({ maxAge: 1000 });
cases.push({ ...common("koa-session"), minted_at: now() + 60, name: "koa-session-expired", format: "koa-session", cookies: late, expected_subset: data, expired: true });
const stored = await koa({ store });
const [[key, row]] = [...rows];
cases.push({ ...common("koa-session"), name: "koa-session-store", format: "koa-session-id", cookies: stored, session_id: key, store: { [key]: JSON.stringify(row) }, expected_subset: data });
const plain = await answer((request, response) => {
  new Cookies(request, response, { keys: [secret] }).set("theme", "dark", { signed: true });
  response.end("ok");
});
cases.push({ ...common("cookies"), name: "cookies-signed-value", format: "cookies-value", cookies: plain, expected: { value: "dark" } });
print(cases);
