// Auth.js with database sessions, and what it keeps during a login: test_authjs_sessions.py reads it.
import { pathToFileURL } from "node:url";
import { cookiesOf } from "./minting.mjs";

const { Auth } = await import(pathToFileURL(process.argv[2])); // which @auth/core

const secret = "auth-js-secret-0123456789abcdef";
const base = "http://localhost:3000/auth";
const rows = new Map();
const user = { id: "u1", name: "Zoë", email: "zoe@example.com", emailVerified: null };
const none = async () => null;
const adapter = {
  // asked for by name, and not called here
  ...{ createVerificationToken: none, createUser: none, getUserByAccount: none, linkAccount: none },
  ...{ getSessionAndUser: none, updateSession: none, deleteSession: none },
  useVerificationToken: async ({ identifier, token }) => ({ identifier, token, expires: new Date(Date.now() + 60000) }),
  getUserByEmail: async () => user,
  getUser: async () => user,
  updateUser: async () => user,
  createSession: async (session) => (rows.set(session.sessionToken, session), session),
};
const options = {
  secret,
  trustHost: true,
  basePath: "/auth",
  adapter,
  session: { strategy: "database" },
  providers: [
    { id: "email", type: "email", name: "email", sendVerificationRequest: async () => {} },
    {
      id: "op",
      type: "oauth",
      name: "op",
      clientId: "client",
      clientSecret: "secret",
      checks: ["pkce", "state"],
      authorization: "https://op.example.com/authorize",
      token: "https://op.example.com/token",
      userinfo: "https://op.example.com/userinfo",
    },
  ],
};

async function signIn() {
  const url = `${base}/callback/email?token=t&email=zoe%40example.com&callbackUrl=%2F`;
  const response = await Auth(new Request(url), options);
  return cookiesOf(response.headers.getSetCookie());
}

async function beginLogin() {
  const csrf = await Auth(new Request(`${base}/csrf`), options);
  const { csrfToken } = await csrf.clone().json();
  const cookie = csrf.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const request = new Request(`${base}/signin/op`, {
    method: "POST",
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken }),
  });
  return cookiesOf((await Auth(request, options)).headers.getSetCookie());
}

const pick = (cookies, end) => Object.fromEntries(Object.entries(cookies).filter(([name]) => name.endsWith(end)));
const token = pick(await signIn(), "session-token");
const [session] = rows.values();
const row = { userId: session.userId, expires: session.expires.toISOString() };
process.stdout.write(JSON.stringify({ secret, token, row, id: session.sessionToken, login: await beginLogin() }));
