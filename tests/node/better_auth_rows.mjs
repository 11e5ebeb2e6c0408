// better-auth on PostgreSQL, or on Redis as secondary storage (URL): signs two users in and prints
// their tokens; then answers each line COOKIE with who better-auth says is signed in, or null.
import { createInterface } from "node:readline";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getMigrations } from "better-auth/db/migration";
import pg from "pg";
import { createClient } from "redis";

const url = process.env.URL;
const options = {
  baseURL: "http://localhost:3000",
  secret: "better-secret-0123456789abcdef0123456789",
  emailAndPassword: { enabled: true },
  logger: { disabled: true },
};
if (url.startsWith("redis")) {
  const client = await createClient({ url }).connect();
  options.database = memoryAdapter({ user: [], session: [], account: [], verification: [] });
  options.secondaryStorage = {
    get: (key) => client.get(`better-auth:${key}`),
    set: (key, value, ttl) => client.set(`better-auth:${key}`, value, ttl ? { EX: ttl } : {}),
    delete: (key) => client.del(`better-auth:${key}`),
  };
} else {
  options.database = new pg.Pool({ connectionString: url, max: 2 });
  await (await getMigrations(options)).runMigrations();
}
const auth = betterAuth(options);
const found = [];
for (const name of ["Ann", "Zoë"]) {
  const body = { name, email: `${found.length}@example.test`, password: "password1234" };
  const response = await auth.api.signUpEmail({ body, asResponse: true });
  const { token, user } = await response.json();
  const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  found.push({ token, cookie, user: user.id });
}
console.log(JSON.stringify(found));
for await (const cookie of createInterface({ input: process.stdin })) {
  const session = await auth.api.getSession({ headers: new Headers({ cookie }) });
  console.log(JSON.stringify(session?.user.name ?? null));
}
process.exit(0);
