// What a provider's endpoints answer when they fail: over login, refresh, connection, logout.
import { readFileSync } from "node:fs";
import * as jose from "jose";
import { BASE, NOW, sealSession, sealText } from "./play.mjs";
import { SESSION, callback, claimsOf } from "./paths.mjs";

const ISSUER = "https://tenant-pub.auth0.example/";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const KEY = JSON.parse(readFileSync(new URL("key.json", import.meta.url)));
const PUBLIC = { kty: KEY.kty, n: KEY.n, e: KEY.e, alg: KEY.alg, kid: KEY.kid, use: "sig" };
const JSON_TYPE = { "content-type": "application/json" };
const HTML = { status: 502, headers: { "content-type": "text/html" }, body: "<h1>Bad Gateway</h1>" };
const json = (status, value, headers = {}) => ({
  status, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value),
});
const denied = { error: "invalid_grant", error_description: "it is over" };
const good = { access_token: "n", token_type: "bearer", expires_in: 60, scope: "openid" };
const challenge = (text) => ({ "www-authenticate": text });

const ANSWERS = {
  denied: json(403, denied), denied_401: json(401, { error: "invalid_client" }),
  denied_bare: json(400, { error: "invalid_grant" }), denied_list: json(400, [denied]),
  denied_number: json(400, { error: 5, error_description: "x" }),
  denied_empty: json(400, { error: "", error_description: "x" }),
  denied_words_number: json(400, { error: "x", error_description: 5 }),
  denied_mfa: json(403, { error: "mfa_required", error_description: "more", mfa_token: "t" }),
  denied_mfa_bare: json(403, { error: "mfa_required" }),
  denied_mfa_wants: json(403, { error: "mfa_required", mfa_token: "t",
    mfa_requirements: { enroll: [{ type: "otp" }] } }),
  denied_mfa_503: json(503, { error: "mfa_required", mfa_token: "t" }),
  denied_text_type: { ...json(400, denied), headers: { "content-type": "text/plain" } },
  denied_no_type: { status: 400, body: JSON.stringify(denied) },
  denied_charset: json(400, denied, { "content-type": "application/json;charset=utf-8" }),
  denied_problem: json(400, denied, { "content-type": "application/problem+json" }),
  denied_html: { ...HTML, status: 400 }, denied_broken: { status: 400, headers: JSON_TYPE, body: "{" },
  denied_void: { status: 400 }, denied_void_json: { status: 400, headers: JSON_TYPE, body: "" },
  challenge_basic: json(401, denied, challenge('Basic realm="x"')),
  challenge_bearer: json(401, denied, challenge('Bearer error="invalid_token"')),
  challenge_dpop: json(400, { error: "use_dpop_nonce" }, {
    ...challenge('DPoP error="use_dpop_nonce"'), "dpop-nonce": "n" }),
  challenge_odd: json(401, denied, challenge("=odd=")), challenge_empty: json(401, denied, challenge("")),
  challenge_mfa: json(403, { error: "mfa_required", mfa_token: "t" }, challenge("Bearer")),
  challenge_good: json(200, good, challenge("Basic")),
  moved: { status: 302, headers: { location: `${ISSUER}elsewhere` } },
  moved_for_ever: { status: 301, headers: { location: "/other", ...JSON_TYPE }, body: JSON.stringify(good) },
  moved_kept: { status: 307, headers: { location: `${ISSUER}elsewhere` } },
  moved_nowhere: { status: 308 }, choices: json(300, good), not_modified: { status: 304 },
  created: json(201, good), accepted: json(202, {}), no_content: { status: 204 },
  teapot: { status: 418, body: "short and stout" }, slow_down: json(429, { error: "too_many_requests" }),
  server: json(500, { error: "server_error", error_description: "broken" }),
  server_html: HTML, server_void: { status: 503 }, away: { status: 504, body: "timeout" },
  good_html: { ...HTML, status: 200 }, good_void: { status: 200 },
  good_void_json: { status: 200, headers: JSON_TYPE, body: "" },
  good_text_type: { ...json(200, good), headers: { "content-type": "text/html" } },
  good_no_type: { status: 200, body: JSON.stringify(good) },
  good_bom: { status: 200, headers: JSON_TYPE, body: `\ufeff${JSON.stringify(good)}` },
  good_list: json(200, [good]), good_null: json(200, null), good_text: json(200, "x"),
  good_cut: { status: 200, headers: JSON_TYPE, body: JSON.stringify(good).slice(0, -1) },
  good_more: { status: 200, headers: JSON_TYPE, body: `${JSON.stringify(good)}x` },
  good_twice: { status: 200, headers: JSON_TYPE, body: '{"access_token":"a",' + JSON.stringify(good).slice(1) },
  good_no_end: json(200, { ...good, expires_in: undefined }),
};
const LIFETIMES = { null: null, text: "77", fraction: 7.5, zero: 0, letters: "soon" };

const tokens = { ...SESSION.tokenSet, expiresAt: NOW - 1, refreshToken: "rt" };
const due = { ...SESSION, tokenSet: tokens };
const kept = (expiresAt, more = {}) => ({
  ...due, connectionTokenSets: [
    { accessToken: "kept", expiresAt, scope: "s", connection: "github", ...more },
    { accessToken: "other", expiresAt: NOW + 9, connection: "google" },
  ],
});
const connect = async (name, session, more = {}, asked = {}) => ({
  name: `edge_connection_${name}`, op: "connection", session: { connection: "github", ...asked },
  ...(await holding(session)), ...more,
});

/** A session with connection tokens is in the store: their cookies the package writes at once, in any order. */
async function holding(session) {
  if (!session) return {};
  if (!session.connectionTokenSets) return { cookies_in: { __session: await sealSession(session) } };
  return {
    cookies_in: { __session: await sealText(`{"id":"k","exp":${NOW + 60}}`) },
    config: { store: "stateful", store_data: { k: session } },
  };
}

async function* ofTokenEndpoint() {
  for (const [name, answer] of Object.entries(ANSWERS)) {
    const responses = { "/oauth/token": answer };
    yield { ...(await callback(`refused_login_${name}`, claimsOf())), responses };
    yield { name: `edge_refused_refresh_${name}`, op: "route",
      request: { url: `${BASE}/auth/access-token` }, ...(await holding(due)), responses };
    yield await connect(`refused_${name}`, due, { responses });
    yield await connect(`refused_kept_${name}`, kept(NOW - 1), { responses });
  }
}

async function* ofConnections() {
  for (const [name, expires_in] of Object.entries(LIFETIMES))
    yield await connect(`lifetime_${name}`, due, { token_answer: { ...good, expires_in } });
  const token_answer = good;
  const ends = { later: NOW + 9, now: NOW, past: NOW - 1, null: null, text: String(NOW + 9),
    text_past: String(NOW - 9), letters: "soon", absent: undefined, half: NOW + 0.5 };
  for (const [name, end] of Object.entries(ends)) {
    yield await connect(`kept_${name}`, kept(end), { token_answer });
    yield await connect(`kept_bare_${name}`,
      { ...kept(end), tokenSet: { ...tokens, refreshToken: undefined } }, { token_answer });
    yield await connect(`kept_hint_${name}`, kept(end, { loginHint: "u" }), { token_answer }, { login_hint: "u" });
    yield await connect(`kept_other_hint_${name}`, kept(end, { loginHint: "u" }), { token_answer });
  }
  yield await connect("nobody", undefined);
  yield await connect("no_refresh_token", { ...SESSION });
  for (const [name, refreshToken] of Object.entries({ empty: "", null: null, number: 5 }))
    yield await connect(`refresh_token_${name}`, { ...due, tokenSet: { ...tokens, refreshToken } }, { token_answer });
  yield await connect("hint_empty", due, { token_answer }, { login_hint: "" });
  yield await connect("same", kept(NOW - 1), { token_answer: { ...good, access_token: "kept", scope: "s" } });
}

const metadata = {
  issuer: ISSUER, authorization_endpoint: `${ISSUER}authorize`, token_endpoint: `${ISSUER}oauth/token`,
  jwks_uri: `${ISSUER}.well-known/jwks.json`, end_session_endpoint: `${ISSUER}oidc/logout`,
};
const DISCOVERIES = Object.fromEntries(
  ["denied", "denied_void", "moved", "moved_nowhere", "created", "no_content", "server_html",
   "server_void", "good_html", "good_void", "good_list", "good_null"].map((name) => [name, ANSWERS[name]]));
Object.assign(DISCOVERIES, {
  text_type: { ...json(200, metadata), headers: { "content-type": "text/plain" } },
  no_type: { status: 200, body: JSON.stringify(metadata) },
  no_issuer: json(200, { ...metadata, issuer: undefined }), issuer_number: json(200, { ...metadata, issuer: 5 }),
  issuer_other: json(200, { ...metadata, issuer: "https://evil.example/" }),
  issuer_no_slash: json(200, { ...metadata, issuer: ISSUER.slice(0, -1) }),
  issuer_upper: json(200, { ...metadata, issuer: ISSUER.toUpperCase() }),
  issuer_port: json(200, { ...metadata, issuer: "https://tenant-pub.auth0.example:443/" }),
  no_token_endpoint: json(200, { ...metadata, token_endpoint: undefined }),
  no_logout: json(200, { ...metadata, end_session_endpoint: undefined }),
});

async function* ofDiscovery() {
  for (const [name, answer] of Object.entries(DISCOVERIES)) {
    const responses = { "/.well-known/openid-configuration": answer };
    const visit = async (path, session) => ({
      name: `edge_discovery_${name}_${path.slice(6).replace("-", "_")}`, op: "route",
      request: { url: BASE + path }, ...(await holding(session)), responses,
    });
    yield await visit("/auth/login");
    yield await visit("/auth/logout", SESSION);
    yield await visit("/auth/access-token", due);
    yield { ...(await callback(`discovery_${name}_callback`, claimsOf())), responses };
    yield await connect(`discovery_${name}`, kept(NOW - 1), { responses });
    yield await backchannel(`discovery_${name}`, logoutClaims(), { responses });
  }
}

const logoutClaims = (more = {}) => ({
  iss: ISSUER, aud: "client_pub", iat: NOW, jti: "j", sub: "u", sid: "s", events: { [EVENT]: {} }, ...more,
});
async function signed(claims, header = {}) {
  const key = await jose.importJWK(KEY, "RS256");
  const bytes = new TextEncoder().encode(JSON.stringify(claims));
  return new jose.CompactSign(bytes).setProtectedHeader({ alg: "RS256", kid: KEY.kid, ...header }).sign(key);
}
async function backchannel(name, claims, more = {}, header = {}) {
  const token = typeof claims === "string" ? claims : await signed(claims, header);
  const { responses, ...rest } = more;
  return {
    name: `edge_bclo_${name}`, op: "route",
    request: { method: "POST", url: `${BASE}/auth/backchannel-logout`, body: `logout_token=${token}`,
      headers: { "content-type": "application/x-www-form-urlencoded" } },
    config: { store: "stateful", store_has_logout: true },
    responses: { "/.well-known/jwks.json": json(200, { keys: [PUBLIC] }), ...responses }, ...rest,
  };
}
const LOGOUTS = {
  plain: {}, no_sid: { sid: undefined }, no_sub: { sub: undefined }, neither: { sid: undefined, sub: undefined },
  sid_number: { sid: 5 }, sub_null: { sub: null }, nonce: { nonce: "n" }, nonce_null: { nonce: null },
  no_events: { events: undefined }, events_null: { events: null }, events_list: { events: [] },
  events_text: { events: EVENT }, events_other: { events: { other: {} } }, event_null: { events: { [EVENT]: null } },
  event_text: { events: { [EVENT]: "x" } }, event_list: { events: { [EVENT]: [] } },
  no_iat: { iat: undefined }, iat_text: { iat: "5" }, iat_null: { iat: null }, iat_past: { iat: NOW - 999999 },
  iat_future: { iat: NOW + 9999 }, exp_past: { exp: NOW - 1 }, exp_long_past: { exp: NOW - 999 },
  exp_now: { exp: NOW }, exp_later: { exp: NOW + 1 }, exp_text: { exp: "5" }, nbf_future: { nbf: NOW + 1 },
  nbf_far: { nbf: NOW + 999 }, nbf_text: { nbf: "5" }, aud_other: { aud: "x" }, aud_list: { aud: ["x", "client_pub"] },
  no_aud: { aud: undefined }, no_iss: { iss: undefined }, iss_other: { iss: "https://evil.example/" },
  iss_no_slash: { iss: ISSUER.slice(0, -1) }, iss_number: { iss: 5 }, no_jti: { jti: undefined },
};

async function* ofLogout() {
  for (const [name, change] of Object.entries(LOGOUTS))
    yield await backchannel(name, logoutClaims(change));
  const claims = logoutClaims();
  for (const [name, header] of Object.entries({ kid_other: { kid: "x" }, kid_none: { kid: undefined },
    typ: { typ: "logout+jwt" }, typ_other: { typ: "at+jwt" }, crit: { crit: ["b64"], b64: true } }))
    yield await backchannel(`header_${name}`, claims, {}, header);
  const whole = await signed(claims);
  for (const [name, text] of Object.entries({ cut: whole.slice(0, -9), two_parts: whole.replace(/\.[^.]*$/, ""),
    words: "words", dots: "..", tampered: `${whole.slice(0, -9)}AAAAAAAAA`, empty: "",
    none: `${btoa('{"alg":"none"}').replace(/=/g, "")}.${whole.split(".")[1]}.` }))
    yield await backchannel(`token_${name}`, text);
  for (const [name, answer] of Object.entries({ ...DISCOVERIES, no_keys: json(200, { keys: [] }),
    keys_text: json(200, { keys: "x" }), key_odd: json(200, { keys: [{ kty: "RSA" }] }), keys_null: json(200, { keys: [null] }),
    other_use: json(200, { keys: [{ ...PUBLIC, use: "enc" }] }), other_alg: json(200, { keys: [{ ...PUBLIC, alg: "RS512" }] }),
    no_kid: json(200, { keys: [{ ...PUBLIC, kid: undefined }] }) }))
    if (!name.includes("issuer")) yield await backchannel(`jwks_${name}`, claims, { responses: { "/.well-known/jwks.json": answer } });
}

export async function* refusals() {
  yield* ofTokenEndpoint();
  yield* ofConnections();
  yield* ofDiscovery();
  yield* ofLogout();
}
