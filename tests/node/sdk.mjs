// The real @auth0/nextjs-auth0 behind HTTP: POST /op seals and opens with its own stores, every
// other path goes through Auth0Client.middleware, as in a Next.js app. Prints its port.
import http from "node:http";
import { NextRequest } from "next/server.js";
import { RequestCookies, ResponseCookies } from "next/dist/compiled/@edge-runtime/cookies/index.js";
import { Auth0Client } from "@auth0/nextjs-auth0/server";

const dist = new URL("../node_modules/@auth0/nextjs-auth0/dist/server/", import.meta.url);
const { StatelessSessionStore } = await import(new URL("session/stateless-session-store.js", dist));
const { StatefulSessionStore } = await import(new URL("session/stateful-session-store.js", dist));
const { TransactionStore } = await import(new URL("transaction-store.js", dist));

const rows = new Map();
const store = {
  get: async (id) => rows.get(id) ?? null,
  set: async (id, data) => void rows.set(id, data),
  delete: async (id) => void rows.delete(id),
  deleteByLogoutToken: async ({ sid, sub }) => {
    for (const [id, row] of rows)
      if (row.internal.sid === sid || row.user.sub === sub) rows.delete(id);
  },
};
const cookieOptions = { path: "/", secure: false, sameSite: "lax" };

function makeKeyPair() {
  const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
  return crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
}

async function operate({ op, secret, cookies, value, rows: given }) {
  for (const [id, row] of Object.entries(given ?? {})) rows.set(id, row);
  const header = Object.entries(cookies ?? {}).map(([k, v]) => `${k}=${v}`).join("; ");
  const request = new RequestCookies(new Headers({ cookie: header }));
  const headers = new Headers();
  const response = new ResponseCookies(headers);
  const stores = {
    stateless: () => new StatelessSessionStore({ secret, cookieOptions }),
    stateful: () => new StatefulSessionStore({ secret, store, cookieOptions }),
    transaction: () => new TransactionStore({ secret, cookieOptions }),
  };
  const [kind, action] = op.split(".");
  const found = stores[kind]();
  if (kind === "transaction") {
    if (action === "save") await found.save(response, value, request);
    else return { value: (await found.get(request, value))?.payload ?? null };
  } else if (action === "set") await found.set(request, response, value, true);
  else return { value: await found.get(request) };
  return { lines: headers.getSetCookie(), rows: Object.fromEntries(rows) };
}

// the SDK insists on https issuers: what it asks of the tenant goes to the provider's own port
const { TENANT, PROVIDER, APP, STORE, PAR, DPOP } = process.env;
const plainFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = typeof input === "string" ? input : (input.url ?? String(input));
  return plainFetch(url.replace(`https://${TENANT}/`, `${PROVIDER}/`), init);
};
const client = TENANT && new Auth0Client({
  domain: TENANT, clientId: "app", clientSecret: "secret", appBaseUrl: APP,
  secret: "a-session-secret-of-32-bytes-or-more",
  ...(STORE ? { sessionStore: store } : {}),
  ...(PAR ? { pushedAuthorizationRequests: true } : {}),
  ...(DPOP ? { useDPoP: true, dpopKeyPair: await makeKeyPair() } : {}),
});

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

const server = http.createServer(async (request, response) => {
  const sent = await body(request);
  if (request.url === "/op") {
    const found = await operate(JSON.parse(sent)).catch((e) => ({ error: `${e.code}: ${e.message}` }));
    response.end(JSON.stringify(found));
    return;
  }
  const init = { method: request.method, headers: request.headers };
  if (sent.length) init.body = sent;
  const answer = await client.middleware(new NextRequest(APP + request.url, init))
    .catch((error) => new Response(String(error), { status: 500 })); // as Next.js answers it
  response.writeHead(answer.status, [...answer.headers].filter(([k]) => k !== "set-cookie")
    .concat(answer.headers.getSetCookie().map((c) => ["set-cookie", c])).flat());
  response.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
