// @fastify/session over a store of express-session's, an app for each of its options: GET
// /CELL/login signs in, /CELL/me says whether somebody is. Prints its port, then its cells.
import Fastify from "fastify";
import cookies from "@fastify/cookie";
import session from "@fastify/session";
import { RedisStore } from "connect-redis";
import { createClient } from "redis";

const { URL: url, SECRET, LIFE, TTL } = process.env;
const life = Number(LIFE);
const client = await createClient({ url }).connect();
const ends = {
  "as-given": {}, ttl: { ttl: Number(TTL) }, longer: { ttl: () => Number(TTL) * 1250 },
  never: { disableTTL: true },
};

const app = Fastify();
const cells = [];
for (const rolling of [true, false]) for (const kept of [true, false])
  for (const [name, options] of Object.entries(ends)) for (const named of [true, false]) {
    const cell = [
      rolling ? "rolling" : "still", kept ? "kept" : "session-cookie", name,
      named ? "of-a-host" : "of-any-host",
    ].join("-");
    cells.push(cell);
    const cookie = {
      secure: false, ...(kept && { maxAge: life * 1000 }),
      ...(named && { sameSite: "lax", domain: "127.0.0.1" }),
    };
    const store = new RedisStore({ client, ...options });
    app.register(async (scope) => {
      await scope.register(cookies);
      await scope.register(session, {
        secret: SECRET, store, rolling, cookie, saveUninitialized: false,
      });
      scope.get("/login", async (request) => {
        request.session.user = { sub: cell };
        return { id: request.session.sessionId };
      });
      scope.get("/me", async (request, reply) => {
        reply.code(request.session.user ? 200 : 401);
        return "";
      });
    }, { prefix: `/${cell}` });
  }
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ port: app.server.address().port, cells }));
