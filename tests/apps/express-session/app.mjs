// Express with express-session; its rows are in PostgreSQL (connect-pg-simple), in MongoDB
// (connect-mongo, as text or, with OBJECTS, as objects) or in Redis (connect-redis). Whoever names herself is signed in.
import express from "express";
import session from "express-session";

const { PORT, SECRET, POSTGRES_URL, MONGODB_URL, OBJECTS, REDIS_URL } = process.env;

const sessionStore = async () => {
  if (REDIS_URL) {
    const { RedisStore } = await import("connect-redis");
    const { createClient } = await import("redis");
    return new RedisStore({ client: await createClient({ url: REDIS_URL }).connect() });
  }
  if (POSTGRES_URL) {
    const { default: connectPgSimple } = await import("connect-pg-simple");
    const PgStore = connectPgSimple(session);
    return new PgStore({ conString: POSTGRES_URL, createTableIfMissing: true });
  }
  const { default: MongoStore } = await import("connect-mongo");
  // "interval": the test's server has no TTL indexes
  return MongoStore.create({ mongoUrl: MONGODB_URL, stringify: !OBJECTS, autoRemove: "interval" });
};

const app = express();
app.use(
  session({
    secret: SECRET,
    store: await sessionStore(),
    resave: false,
    rolling: true,
    saveUninitialized: false,
    cookie: { maxAge: 3_600_000 },
  }),
);
app.use((request, response, next) => {
  response.set("Cache-Control", "no-store");
  next();
});
app.get("/login", (request, response, next) => {
  request.session.regenerate((error) => {
    if (error) return next(error);
    request.session.user = { sub: `local|${request.query.name}`, since: new Date() };
    response.redirect("/profile");
  });
});
// as the forms of many apps: with the id of before, or with a new one
app.get("/form", (request, response) => {
  request.session.csrf = "t0ken";
  response.send("<form method=post action=/login>");
});
app.post("/login", (request, response, next) => {
  const enter = () => {
    if (request.query.name) request.session.user = { sub: `local|${request.query.name}` };
    response.redirect("/profile");
  };
  if (request.query.keep) return enter();
  request.session.regenerate((error) => (error ? next(error) : enter()));
});
app.get("/profile", (request, response) => {
  if (request.session.user) response.json(request.session.user);
  else response.status(401).json({ error: "nobody is signed in" });
});
// what races and logouts need: an answer that waits until /release is asked, and the ways to leave
const held = [];
app.get("/release", (request, response) => {
  for (const answer of held.splice(0)) answer();
  response.send("released");
});
app.get("/set", (request, response) => {
  request.session[request.query.name] = 1;
  const answer = () => response.json(request.session);
  if (request.query.hold) held.push(answer);
  else answer();
});
app.post("/kill", (request, response) => {
  request.session.destroy(() => response.redirect("/profile"));
});
app.post("/destroy", (request, response) => {
  request.session.destroy(() => response.clearCookie("connect.sid").redirect("/profile"));
});
app.post("/leave", (request, response) => {
  // the id stays, and the row: only who it was goes
  delete request.session.user;
  response.redirect("/profile");
});
app.post("/logout", (request, response, next) => {
  // as passport's req.logout() does
  request.session.regenerate((error) => {
    if (error) return next(error);
    request.session.flash = ["you have left"];
    response.redirect("/profile");
  });
});
app.listen(PORT, "127.0.0.1");
