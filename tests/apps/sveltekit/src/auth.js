// Auth.js in SvelteKit with database sessions in PostgreSQL (DATABASE_URL): the cookie is the token
// of a row. AUTH_SECRET and AUTH_AUTH0_* are read by the package.
import PostgresAdapter from "@auth/pg-adapter";
import { SvelteKitAuth } from "@auth/sveltekit";
import Auth0 from "@auth/sveltekit/providers/auth0";
import pg from "pg";
import { env } from "$env/dynamic/private";

const TABLES = `
  CREATE TABLE IF NOT EXISTS users (id SERIAL PRIMARY KEY, name TEXT, email TEXT,
    "emailVerified" TIMESTAMPTZ, image TEXT);
  CREATE TABLE IF NOT EXISTS accounts (id SERIAL PRIMARY KEY, "userId" INTEGER NOT NULL, type TEXT,
    provider TEXT, "providerAccountId" TEXT, refresh_token TEXT, access_token TEXT,
    expires_at BIGINT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT);
  CREATE TABLE IF NOT EXISTS sessions (id SERIAL PRIMARY KEY, "userId" INTEGER NOT NULL,
    expires TIMESTAMPTZ NOT NULL, "sessionToken" TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS verification_token (identifier TEXT, expires TIMESTAMPTZ, token TEXT,
    PRIMARY KEY (identifier, token))`;
export const pool = new pg.Pool({ connectionString: env.DATABASE_URL });
await pool.query(TABLES);
export const provider = Auth0({
  clientId: env.AUTH_AUTH0_ID,
  clientSecret: env.AUTH_AUTH0_SECRET,
  issuer: env.AUTH_AUTH0_ISSUER,
  authorization: { params: { scope: "openid profile email offline_access" } },
});
export const { handle, signIn, signOut } = SvelteKitAuth({
  adapter: PostgresAdapter(pool),
  providers: [provider],
  session: { strategy: "database", updateAge: 0 }, // each request moves the end: rolling
});
