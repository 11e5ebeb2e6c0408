// Auth.js with sessions in PostgreSQL, written by its own adapter. GET /CELL/login makes a session
// as a login does, /CELL/me says whether somebody is signed in. Prints its port, then its cells.
import { randomUUID } from "node:crypto";
import express from "express";
import pg from "pg";
import { getSession } from "@auth/express";
import PostgresAdapter from "@auth/pg-adapter";

const { URL: url, SECRET, LIFE } = process.env;
const life = Number(LIFE);
const pool = new pg.Pool({ connectionString: url, max: 4 });
await pool.query(`CREATE TABLE IF NOT EXISTS users (id SERIAL PRIMARY KEY, name TEXT, email TEXT,
  "emailVerified" TIMESTAMPTZ, image TEXT)`);
await pool.query(`CREATE TABLE IF NOT EXISTS sessions (id SERIAL PRIMARY KEY, "userId" INTEGER NOT NULL,
  expires TIMESTAMPTZ NOT NULL, "sessionToken" TEXT NOT NULL)`);
const adapter = PostgresAdapter(pool);
const user = await adapter.createUser({ name: "Ann", email: "ann@example.com", emailVerified: null });

const app = express();
const cells = { rolling: 0, still: 100_000 };
for (const [cell, updateAge] of Object.entries(cells)) {
  const session = { strategy: "database", maxAge: life, updateAge };
  const config = { adapter, session, secret: SECRET, trustHost: true, providers: [] };
  app.get(`/${cell}/login`, async (request, response) => {
    const id = randomUUID();
    const expires = new Date(Date.now() + life * 1000);
    await adapter.createSession({ sessionToken: id, userId: user.id, expires });
    response.cookie("authjs.session-token", id, { httpOnly: true, expires });
    response.json({ id });
  });
  app.get(`/${cell}/me`, async (request, response) => {
    response.status((await getSession(request, config)) ? 200 : 401).end();
  });
}
const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: server.address().port, cells: Object.keys(cells) }));
});
