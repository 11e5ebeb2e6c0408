// koa-session with an external store, asked line by line: {"rows": {...}} sets them, answers are JSON.
import { createInterface } from "node:readline";
import Koa from "koa";
import * as koaSession from "koa-session";

const session = koaSession.default ?? koaSession.createSession;
const rows = new Map();
const app = new Koa();
app.keys = ["koa secret"];
const store = {
  get: async (key) => (rows.has(key) ? JSON.parse(rows.get(key)) : undefined),
  set: async (key, value) => void rows.set(key, JSON.stringify(value)),
  destroy: async (key) => void rows.delete(key),
};
app.use(session({ key: "koa.ext", prefix: "kx:", maxAge: 600_000, store }, app));
app.use((context) => {
  if (context.path === "/login") context.session.user = "alice";
  context.body = context.session.user ?? "nobody";
});
const server = app.listen(0, "127.0.0.1");
await new Promise((done) => server.once("listening", done));
const url = `http://127.0.0.1:${server.address().port}`;
const login = await fetch(`${url}/login`);
const cookie = login.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
console.log(JSON.stringify({ rows: Object.fromEntries(rows), cookie }));
for await (const line of createInterface({ input: process.stdin })) {
  for (const [key, value] of Object.entries(JSON.parse(line).rows)) rows.set(key, value);
  const answer = await fetch(url, { headers: { cookie } });
  console.log(JSON.stringify({ user: await answer.text() }));
}
server.close();
