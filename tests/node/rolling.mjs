// The real session stores of @auth0/nextjs-auth0 behind node:http: POST /login logs a session in,
// GET / loads and rolls it, as the SDK's middleware does, then reads it, as a page does. KIND: stateless | stateful.
import http from "node:http";
import { RequestCookies, ResponseCookies } from "next/dist/compiled/@edge-runtime/cookies/index.js";

const dist = new URL("../node_modules/@auth0/nextjs-auth0/dist/server/", import.meta.url);
const { StatelessSessionStore } = await import(new URL("session/stateless-session-store.js", dist));
const { StatefulSessionStore } = await import(new URL("session/stateful-session-store.js", dist));

const rows = new Map();
const store = {
  get: async (id) => JSON.parse(rows.get(id) ?? "null"),
  set: async (id, data) => void rows.set(id, JSON.stringify(data)),
  delete: async (id) => void rows.delete(id),
};
const options = {
  secret: process.env.BENCH_SECRET, rolling: true,
  cookieOptions: { path: "/", secure: false, sameSite: "lax", httpOnly: true },
};
const sessions = process.env.BENCH_KIND === "stateful"
  ? new StatefulSessionStore({ ...options, store }) : new StatelessSessionStore(options);

const server = http.createServer(async (request, response) => {
  const cookies = new RequestCookies(new Headers({ cookie: request.headers.cookie ?? "" }));
  const headers = new Headers();
  const set = new ResponseCookies(headers);
  let session = null;
  if (request.method === "POST") {
    const parts = [];
    for await (const part of request) parts.push(part);
    await sessions.set(cookies, set, JSON.parse(Buffer.concat(parts)), true);
  } else {
    session = await sessions.get(cookies);
    if (session) await sessions.set(cookies, set, session);
    session = await sessions.get(cookies); // the page's own auth0.getSession()
  }
  response.writeHead(200, {
    "content-type": "application/json",
    "cache-control": "private, no-cache, no-store, must-revalidate, max-age=0",
    "set-cookie": headers.getSetCookie(),
  });
  response.end(JSON.stringify({ sub: session?.user.sub }));
});
server.listen(Number(process.env.BENCH_PORT), "127.0.0.1");
