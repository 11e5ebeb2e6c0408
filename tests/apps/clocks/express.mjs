// express-session in all its options, an app for each: GET /CELL/login signs in, /CELL/me says
// whether somebody is. Prints its port, then its cells. STORE: redis | postgres | mongodb | openid.
import express from "express";
import session from "express-session";

const { STORE, URL: url, SECRET, LIFE, TTL } = process.env;
const life = Number(LIFE);
const ttl = Number(TTL);
const both = [true, false];

const redisStore = async () => {
  const { RedisStore } = await import("connect-redis");
  const { createClient } = await import("redis");
  const client = await createClient({ url }).connect();
  return (options) => new RedisStore({ client, ...options });
};

// options of a store, by what is varied: is a touch written, and is a lifetime given
const makers = {
  redis: async () => {
    const make = await redisStore();
    return ({ touch, given }) => make({ disableTouch: !touch, ...(given && { ttl }) });
  },
  postgres: async () => {
    const { default: connectPgSimple } = await import("connect-pg-simple");
    const PgStore = connectPgSimple(session);
    const pg = await import("pg");
    const pool = new pg.default.Pool({ connectionString: url, max: 4 });
    const first = new PgStore({ pool, createTableIfMissing: true, pruneSessionInterval: false });
    await new Promise((done) => first.get("none", done));
    return ({ touch, given }) =>
      new PgStore({
        pool, disableTouch: !touch, pruneSessionInterval: false, ...(given && { ttl }),
      });
  },
  mongodb: async () => {
    const { default: MongoStore } = await import("connect-mongo");
    const { MongoClient } = await import("mongodb");
    const client = await MongoClient.connect(url);
    return ({ touch, given }) =>
      MongoStore.create({
        client, autoRemove: "disabled", touchAfter: touch ? 0 : 3600, ...(given && { ttl }),
      });
  },
};

const app = express();
const cells = [];

const addRoutes = (cell, read) => {
  cells.push(cell);
  app.get(`/${cell}/login`, (request, response) => {
    const id = read.signIn(request);
    response.json({ id });
  });
  app.get(`/${cell}/me`, (request, response) => {
    response.status(read.user(request) ? 200 : 401).end();
  });
};

const addSession = (cell, store, options) => {
  app.use(`/${cell}`, session({ secret: SECRET, saveUninitialized: false, store, ...options }));
  addRoutes(cell, {
    signIn: (request) => {
      request.session.user = { sub: cell };
      return request.sessionID;
    },
    user: (request) => request.session.user,
  });
};

const addSessions = async () => {
  const make = await makers[STORE]();
  for (const rolling of both) for (const resave of both) for (const touch of both)
    for (const given of both) for (const kept of both) {
      const words = [
        rolling ? "rolling" : "still", resave ? "resave" : "as-is", touch ? "touch" : "untouched",
        given ? "ttl" : "no-ttl", kept ? "kept" : "session-cookie",
      ];
      const cookie = kept ? { maxAge: life * 1000 } : {};
      addSession(words.join("-"), make({ touch, given }), { rolling, resave, cookie });
    }
  if (STORE !== "redis") return;
  const store = await redisStore();
  const cookie = { maxAge: life * 1000 };
  const options = { rolling: true, resave: false, cookie };
  addSession("longer-ttl", store({ ttl: () => ttl * 1250 }), options);
  addSession("shorter-ttl", store({ ttl: () => life / 3 }), options);
  addSession("no-ttl-at-all", store({ disableTTL: true }), options);
};

const addOpenid = async () => {
  const { default: oidc } = await import("express-openid-connect");
  const store = (await redisStore())({ ttl });
  for (const rolling of both) for (const transient of both) {
    const cell = `${rolling ? "rolling" : "still"}-${transient ? "session-cookie" : "kept"}`;
    const lives = rolling
      ? { rollingDuration: life, absoluteDuration: false }
      : { rollingDuration: false, absoluteDuration: life };
    const ids = new WeakMap();
    app.use(`/${cell}`, oidc.auth({
      issuerBaseURL: "https://issuer.invalid", baseURL: "http://127.0.0.1", clientID: "app",
      secret: SECRET, authRequired: false, routes: { login: false, logout: false },
      session: {
        store, rolling, ...lives, cookie: { transient },
        genid: (request) => {
          const id = `${cell}${Math.random().toString(36).slice(2)}`.replaceAll("-", "");
          ids.set(request, id);
          return id;
        },
      },
    }));
    addRoutes(cell, {
      signIn: (request) => {
        request.appSession.sub = cell;
        return ids.get(request);
      },
      user: (request) => request.appSession.sub,
    });
  }
};

await (STORE === "openid" ? addOpenid() : addSessions());
const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: server.address().port, cells }));
});
