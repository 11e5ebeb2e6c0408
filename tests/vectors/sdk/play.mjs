// Plays one case with the real @auth0/nextjs-auth0: a fixed clock, seeded randomness, no network.
// What goes in and what came out is a case of ../nextjs-auth0.json (see ../case.py).
import * as jose from "jose";
import { hkdfSync, createHash } from "node:crypto";
import { NextRequest, NextResponse } from "next/server.js";
import { RequestCookies, ResponseCookies } from "@edge-runtime/cookies";
import { Auth0Client } from "@auth0/nextjs-auth0/server";

const dist = new URL("../../node_modules/@auth0/nextjs-auth0/dist/server/", import.meta.url);
const { StatelessSessionStore } = await import(new URL("session/stateless-session-store.js", dist));
const { StatefulSessionStore } = await import(new URL("session/stateful-session-store.js", dist));
const { TransactionStore } = await import(new URL("transaction-store.js", dist));
const { sign } = await import(new URL("cookies.js", dist));

export const SECRET = "public-secret-0123456789abcdef0123456789abcdef";
export const NOW = 1760000000;
export const BASE = "https://app.example.com";
const DOMAIN = "tenant-pub.auth0.example";
const RealDate = Date;
let now = NOW;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [now * 1000]));
  }
  static now() {
    return Math.floor(now * 1000);
  }
};

/** Let all randomness follow from a name: the same case is the same bytes each time. */
function seed(name) {
  let count = 0;
  const fill = (array) => {
    for (let at = 0; at < array.length; at++, count++)
      array[at] = createHash("sha256").update(`${name} ${count}`).digest()[0];
    return array;
  };
  Object.defineProperty(globalThis.crypto, "getRandomValues", { value: fill, configurable: true });
}

const keyOf = (secret) => new Uint8Array(hkdfSync("sha256", secret, "", "JWE CEK", 32));

/** Seal any text (or bytes) as a session cookie; `header` adds what v3 kept there. */
export async function sealText(text, header = {}, secret = SECRET) {
  seed(`seal ${text}`);
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return new jose.CompactEncrypt(bytes)
    .setProtectedHeader({ enc: "A256GCM", alg: "dir", ...header })
    .encrypt(keyOf(secret));
}

/** Seal a session as the package does: JSON, with the end last. */
export const sealSession = (value, exp = NOW + 86400) =>
  sealText(JSON.stringify({ ...value, exp }));
/** A cookie of v3: its times are in the protected header. */
export const sealV3 = (value, header = {}) => {
  const times = { uat: NOW - 5, iat: NOW - 5, exp: NOW + 5000, ...header };
  return sealText(JSON.stringify(value), times);
};
export const signV3 = (id) => sign("appSession", id, SECRET);

async function open(name, value) {
  const token = decodeURIComponent(value).replace(/^[^:]*:/, "");
  const parts = token.split(".");
  if (parts.length !== 5) return undefined;
  const { plaintext } = await jose.compactDecrypt(token, keyOf(SECRET));
  return {
    header: Buffer.from(parts[0], "base64url").toString(),
    iv_b64: parts[2],
    tag_b64: parts[4],
    plaintext: new TextDecoder().decode(plaintext),
    jwe_length: token.length,
  };
}

/** Open each cookie that was set, chunks joined: {name: what was sealed}. */
async function openAll(lines) {
  const values = {};
  for (const line of lines) {
    const [, name, value] = /^([^=]*)=([^;]*)/.exec(line);
    const whole = name.replace(/__\d+$/, "");
    if (value) values[whole] = (values[whole] ?? "") + value;
  }
  const found = {};
  for (const [name, value] of Object.entries(values)) {
    const opened = await open(name, value).catch(() => undefined);
    if (opened) found[name] = opened;
  }
  return found;
}

/** What a browser holds after the Set-Cookie lines: {name: value on the wire}. */
function browserAfter(before, lines) {
  const found = { ...before };
  for (const line of lines) {
    const [, name, value] = /^([^=]*)=([^;]*)/.exec(line);
    if (/; Max-Age=(0|-[0-9]+)(;|$)/.test(line)) delete found[name];
    else found[name] = value;
  }
  return found;
}

function storeOf(config, calls) {
  const rows = structuredClone(config.store_data ?? {});
  const note = (verb, work) => (id, row) => {
    calls.push([verb, id]);
    return work(id, row && structuredClone(row));
  };
  const store = {
    get: note("get", async (id) => structuredClone(rows[id] ?? null)),
    set: note("set", async (id, row) => void (rows[id] = row)),
    delete: note("delete", async (id) => void delete rows[id]),
  };
  if (config.store_has_logout)
    store.deleteByLogoutToken = async () => void calls.push(["deleteByLogoutToken"]);
  if (config.store_has_update)
    store.update = note("update", async (id, row) => id in rows && Boolean((rows[id] = row)));
  return { store, rows };
}

const headerOf = (cookies) => Object.entries(cookies).map(([k, v]) => `${k}=${v}`).join("; ");
const requestOf = (cookies) => new RequestCookies(new Headers({ cookie: headerOf(cookies) }));

async function playSession(given, found) {
  const { store, ...config } = given.config;
  const { cookie: cookieOptions, ...rest } = config;
  const calls = [];
  const held = storeOf(config, calls);
  const sessions = store
    ? new StatefulSessionStore({ ...rest, secret: given.secret, store: held.store, cookieOptions })
    : new StatelessSessionStore({ ...rest, secret: given.secret, cookieOptions });
  const headers = new Headers();
  const request = requestOf(given.cookies_in);
  const response = new ResponseCookies(headers);
  const steps = {
    set: () => sessions.set(request, response, given.session, given.is_new),
    delete: () => sessions.delete(request, response),
    get: async () => void (found.loaded = await sessions.get(request)),
    touch: async () => {
      found.loaded = await sessions.get(request);
      if (found.loaded) await sessions.set(request, response, { ...found.loaded });
    },
  };
  await caught(found, steps[given.op]);
  await conclude(given, found, headers.getSetCookie());
  if (store) Object.assign(found, { store_after: held.rows, store_calls: calls });
}

async function playTransaction(given, found) {
  const { cookie: cookieOptions, ...config } = given.config;
  const transactions = new TransactionStore({ ...config, secret: given.secret, cookieOptions });
  const headers = new Headers();
  const response = new ResponseCookies(headers);
  const request = requestOf(given.cookies_in);
  const passed = given.pass_request_cookies ? request : undefined;
  const steps = {
    txn_save: () => transactions.save(response, given.session, passed),
    txn_get: async () => {
      found.loaded = (await transactions.get(request, given.state))?.payload ?? null;
    },
    txn_delete: () => transactions.delete(response, given.state),
    txn_delete_all: () => transactions.deleteAll(request, response),
  };
  await caught(found, steps[given.op]);
  await conclude(given, found, headers.getSetCookie());
}

function network(given, found) {
  const issuer = `https://${DOMAIN}/`;
  const endpoints = {
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    end_session_endpoint: `${issuer}oidc/logout`,
  };
  return async (input, init) => {
    const url = new URL(input.url ?? input);
    const method = init?.method ?? input.method ?? "GET";
    const body = init?.body ? String(init.body) : null;
    found.network.push([method, url.pathname, body]);
    const raw = given.responses?.[url.pathname];
    if (raw) return new Response(raw.body ?? null, { status: raw.status, headers: raw.headers });
    if (url.pathname === "/.well-known/openid-configuration")
      return Response.json({ issuer, ...endpoints, ...given.discovery });
    if (url.pathname === "/oauth/token" && given.token_answer)
      return Response.json(given.token_answer);
    if (url.pathname === "/oauth/token")
      return Response.json({ error: "invalid_grant" }, { status: 403 });
    return Response.json({});
  };
}

async function playClient(given, found) {
  const { store, store_data, next_base_path, ...options } = given.config;
  const calls = [];
  const held = storeOf(given.config, calls);
  const before = { ...process.env };
  const plainFetch = globalThis.fetch;
  found.network = [];
  globalThis.fetch = network(given, found);
  for (const [name, value] of Object.entries(given.env)) process.env[name] = value;
  let lines = [];
  try {
    await caught(found, async () => {
      const client = new Auth0Client({
        domain: DOMAIN, clientId: "client_pub", clientSecret: "cs_public", secret: given.secret,
        appBaseUrl: BASE, ...options, ...(store ? { sessionStore: held.store } : {}),
      });
      const { method, url, headers, body } = given.request;
      const init = { method, headers: { ...headers, cookie: headerOf(given.cookies_in) }, body };
      if (next_base_path) init.nextConfig = { basePath: next_base_path };
      const request = new NextRequest(url, init);
      if (given.op === "connection") {
        const written = new NextResponse();
        try {
          found.loaded = await client.getAccessTokenForConnection(given.session, request, written);
        } finally {
          lines = written.headers.getSetCookie();
        }
        return;
      }
      const answer = await client.middleware(request);
      lines = answer.headers.getSetCookie();
      const ours = [...answer.headers].filter(
        ([name]) => !["set-cookie", "x-middleware-set-cookie"].includes(name),
      );
      found.response = {
        status: answer.status, headers: Object.fromEntries(ours), body: await answer.text(),
      };
    });
  } finally {
    globalThis.fetch = plainFetch;
    for (const name of Object.keys(given.env))
      if (name in before) process.env[name] = before[name];
      else delete process.env[name];
  }
  await conclude(given, found, lines);
  if (store) Object.assign(found, { store_after: held.rows, store_calls: calls });
}

async function caught(found, work) {
  try {
    await work();
  } catch (error) {
    found.throws = error.code ?? error.constructor.name;
    found.throws_message = error.message;
  }
}

async function conclude(given, found, lines) {
  found.set_cookie = lines;
  found.cookies_after = browserAfter(given.cookies_in, lines);
  found.jwe_out = await openAll(lines);
}

/** Return the whole case of what is given: {name, op, …}. */
export async function play(given) {
  const full = {
    secret: SECRET, now: NOW, config: {}, session: null, cookies_in: {}, note: "", ...given,
  };
  const isOfClient = full.op === "route" || full.op === "connection";
  if (isOfClient) {
    const request = { method: "GET", url: BASE, headers: {}, body: null, ...full.request };
    Object.assign(full, { env: {}, discovery: {}, domain: DOMAIN, ...given, request });
  }
  now = full.now;
  seed(full.name);
  const found = {};
  if (isOfClient) await playClient(full, found);
  else if (full.op.startsWith("txn_")) await playTransaction(full, found);
  else await playSession(full, found);
  return { ...full, ...found };
}
