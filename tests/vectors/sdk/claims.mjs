// Claims and headers of ID tokens as odd providers write them: at a login, and at a refresh.
import { BASE, NOW, sealSession, sealText } from "./play.mjs";
import { SESSION, callback, claimsOf, idToken } from "./paths.mjs";

const OVER = { ...SESSION.tokenSet, expiresAt: NOW - 1, refreshToken: "rt" };
let due; // sealed later: what modules seal while they load is seeded in turns
const CHANGES = {
  iat_future: { iat: NOW + 9999 }, iat_far: { iat: 9e15 }, iat_past: { iat: 1 }, iat_negative: { iat: -5 },
  iat_half: { iat: NOW + 0.5 }, iat_text: { iat: "5" }, iat_null: { iat: null }, iat_absent: { iat: undefined },
  auth_time_negative: { auth_time: -1 }, auth_time_zero: { auth_time: 0 }, auth_time_null: { auth_time: null },
  auth_time_text: { auth_time: "5" }, auth_time_future: { auth_time: NOW + 999 }, auth_time_half: { auth_time: 0.5 },
  exp_edge: { exp: NOW - 30 }, exp_inside: { exp: NOW - 29 }, exp_text: { exp: "9999999999" }, exp_null: { exp: null },
  exp_absent: { exp: undefined }, exp_far: { exp: 9e15 }, nbf_edge: { nbf: NOW + 30 }, nbf_future: { nbf: NOW + 31 },
  nbf_text: { nbf: "5" }, nbf_null: { nbf: null }, iss_number: { iss: 5 }, iss_absent: { iss: undefined },
  iss_other: { iss: "https://evil.example/" }, iss_no_slash: { iss: "https://tenant-pub.auth0.example" },
  aud_list: { aud: ["client_pub"] }, aud_empty: { aud: [] }, aud_other: { aud: "x" }, aud_number: { aud: 5 },
  aud_two: { aud: ["client_pub", "x"] }, aud_two_azp: { aud: ["client_pub", "x"], azp: "client_pub" },
  aud_twice: { aud: ["client_pub", "client_pub"] }, aud_two_azp_other: { aud: ["client_pub", "x"], azp: "x" },
  azp_other: { azp: "x" }, azp_null: { aud: ["client_pub", "x"], azp: null }, sub_absent: { sub: undefined },
  sub_empty: { sub: "" }, sub_number: { sub: 5 }, sub_null: { sub: null }, sid_number: { sid: 5 }, sid_null: { sid: null },
  sid_empty: { sid: "" }, nonce_absent: { nonce: undefined }, nonce_null: { nonce: null }, nonce_other: { nonce: "x" },
  org: { org_id: "org_1", org_name: "acme" }, act: { act: { sub: "admin" } }, email_number: { email: 5 },
  name_null: { name: null }, ceiling: { session_expiry: NOW + 99 }, ceiling_text: { session_expiry: "99" },
  ceiling_zero: { session_expiry: 0 }, ceiling_half: { session_expiry: NOW + 99.5 }, ceiling_negative: { session_expiry: -5 },
  ceiling_milliseconds: { session_expiry: (NOW + 99) * 1000 }, ceiling_null: { session_expiry: null },
  ceiling_near: { session_expiry: NOW + 30 }, ceiling_iat_past: { session_expiry: NOW + 99, iat: NOW - 999 },
};
const part = (text) => Buffer.from(text).toString("base64url");
const HEADERS = {
  none: '{"alg":"none"}', hs: '{"alg":"HS256"}', es: '{"alg":"ES256"}', ps: '{"alg":"PS256"}', absent: "{}",
  list: '["RS256"]', number: '{"alg":5}', crit: '{"alg":"RS256","crit":["b64"]}', broken: "{", kid: '{"alg":"RS256","kid":5}',
  typ: '{"alg":"RS256","typ":"at+jwt"}', null: "null", lower: '{"alg":"rs256"}', twice: '{"alg":"none","alg":"RS256"}',
};
const SHAPES = {
  two_parts: (token) => token.replace(/\.[^.]*$/, ""), four_parts: (token) => `${token}.x`, empty_end: (token) => token.replace(/[^.]*$/, ""),
  jwe: () => "a.b.c.d.e", words: () => "words", dots: () => "..", blanks: (token) => ` ${token} `,
  claims_list: (token) => token.replace(/\.[^.]*\./, `.${part("[]")}.`), claims_text: (token) => token.replace(/\.[^.]*\./, ".e30x.") ,
  claims_padded: (token) => token.replace(/\.([^.]*)\./, ".$1==."), claims_plus: (token) => token.replace(/\.([^.]*)\./, ".$1+/."),
};
const ALGORITHMS = { id_token_signing_alg_values_supported: ["ES256", "HS256"] };

async function* both(name, token, more = {}) {
  const answer = { access_token: "n", token_type: "bearer", expires_in: 60, scope: "openid", id_token: token };
  const login = await callback(`claims_login_${name}`, claimsOf());
  yield { ...login, token_answer: answer, ...more };
  yield { name: `edge_claims_refresh_${name}`, op: "route", request: { url: `${BASE}/auth/access-token` },
    cookies_in: due, token_answer: answer, ...more };
}

async function* aged() {
  for (const [name, auth_time] of Object.entries({ absent: undefined, now: NOW, edge: NOW - 90, over: NOW - 91,
    null: null, text: "5", zero: 0, half: NOW - 90.5 }))
    for (const maxAge of [60, 0]) {
      const value = { nonce: "nonce-1", maxAge, codeVerifier: "v".repeat(43), responseType: "code", state: "state-1",
        returnTo: "/", exp: NOW + 3600 };
      const login = await callback(`claims_max_age_${maxAge}_${name}`, claimsOf({ auth_time }));
      const sealed = await sealText(JSON.stringify(value));
      yield { ...login, cookies_in: { "__txn_state-1": `${NOW}%3A${sealed}` } };
    }
}

export async function* claims() {
  due = { __session: await sealSession({ ...SESSION, tokenSet: OVER }) };
  for (const [name, change] of Object.entries(CHANGES)) yield* both(name, idToken(claimsOf(change)));
  const body = part(claimsOf());
  for (const [name, header] of Object.entries(HEADERS)) yield* both(`header_${name}`, `${part(header)}.${body}.c2ln`);
  for (const [name, bend] of Object.entries(SHAPES)) yield* both(`shape_${name}`, bend(idToken(claimsOf())));
  for (const alg of ["RS256", "ES256", "HS256"])
    yield* both(`announced_${alg}`, `${part(`{"alg":"${alg}"}`)}.${body}.c2ln`, { discovery: ALGORITHMS });
  yield* aged();
}
