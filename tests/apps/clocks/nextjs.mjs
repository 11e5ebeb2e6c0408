// The session store of @auth0/nextjs-auth0 over Redis, as an app gives it one: GET /CELL/login
// signs in, /CELL/me rolls as the SDK's middleware does. Prints its port, then its cells.
import express from "express";
import { createClient } from "redis";
import { RequestCookies, ResponseCookies } from "next/dist/compiled/@edge-runtime/cookies/index.js";

const dist = new URL("../../node_modules/@auth0/nextjs-auth0/dist/server/", import.meta.url);
const { StatefulSessionStore } = await import(new URL("session/stateful-session-store.js", dist));
const { URL: url, SECRET, LIFE, TTL } = process.env;
const life = Number(LIFE);
const client = await createClient({ url }).connect();
const rows = (options) => ({
  get: async (id) => JSON.parse((await client.get(`session:${id}`)) ?? "null"),
  set: async (id, data) => void (await client.set(`session:${id}`, JSON.stringify(data), options)),
  delete: async (id) => void (await client.del(`session:${id}`)),
});
const ends = { ttl: { EX: Number(TTL) }, short: { EX: life }, never: {} };

const app = express();
const cells = [];
const DAY = 86_400;
for (const rolling of [true, false])
  for (const [name, options] of Object.entries(ends)) {
    const cell = `${rolling ? "rolling" : "still"}-${name}`;
    cells.push(cell);
    const sessions = new StatefulSessionStore({
      secret: SECRET, store: rows(options), rolling,
      inactivityDuration: 30 * DAY, absoluteDuration: 90 * DAY,
      cookieOptions: { path: "/", secure: false, sameSite: "lax" },
    });
    const handle = (work) => async (request, response) => {
      const headers = new Headers();
      const cookies = new RequestCookies(new Headers({ cookie: request.headers.cookie ?? "" }));
      const answer = await work(cookies, new ResponseCookies(headers));
      for (const line of headers.getSetCookie()) response.append("set-cookie", line);
      if (answer) response.json(answer);
      else response.status(401).end();
    };
    app.get(`/${cell}/login`, handle(async (cookies, set) => {
      // logged in long ago, as far as the lab's own clocks are concerned
      const createdAt = Math.floor(Date.now() / 1000) - 5 * DAY;
      const sub = `${cell}|${Math.random()}`;
      const data = { user: { sub }, tokenSet: { accessToken: "a" }, internal: { sid: sub, createdAt } };
      await sessions.set(cookies, set, data, true);
      const keys = await client.keys("session:*");
      for (const key of keys)
        if ((await client.get(key))?.includes(sub)) return { id: key.slice("session:".length) };
    }));
    app.get(`/${cell}/me`, handle(async (cookies, set) => {
      const session = await sessions.get(cookies);
      if (session && rolling) await sessions.set(cookies, set, session);
      return session && { sub: session.user.sub };
    }));
  }
const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: server.address().port, cells }));
});
