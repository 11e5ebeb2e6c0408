// Answers of the token endpoint as odd providers write them: to a refresh, and to a login's code.
import { BASE, NOW, sealSession } from "./play.mjs";
import { SESSION, callback, claimsOf } from "./paths.mjs";

const OVER = { ...SESSION.tokenSet, expiresAt: NOW - 1, refreshToken: "rt" };
const due = { __session: await sealSession({ ...SESSION, tokenSet: OVER }) };
const GOOD = { access_token: "n", token_type: "bearer", expires_in: 60, scope: "openid" };

const LIFETIMES = {
  absent: undefined, zero: 0, negative: -5, minus_zero_text: "-0", fraction: 7.5, null: null,
  text: "77", text_fraction: "7.5", text_whole: "8.0", text_units: " 77 seconds", text_plus: "+5",
  text_point: ".5", text_exponent: "1e3", text_half_exponent: "5e", text_hex: "0x10",
  text_negative: "-5", text_empty: "", text_letters: "soon", text_infinity: "Infinity",
  true: true, list: [5], list_of_two: ["6", 7], list_empty: [], object: {},
};
const TYPES = {
  absent: undefined, empty: "", null: null, number: 5, list: ["bearer"], mac: "mac",
  not_applicable: "N_A", blank: " bearer", upper: "BEARER", dpop: "DPoP",
};
const TEXTS = { empty: "", null: null, number: 5, list: [], object: {} };
const OTHERS = {
  expires_at: { expires_at: [] },
  error_beside: { error: "x", error_description: "y" },
  mfa_beside: { error: "mfa_required", mfa_token: "t" },
  error_alone: { access_token: undefined, error: "x" },
  mfa_alone: { access_token: undefined, error: "mfa_required", mfa_token: "t" },
  same_token: { access_token: "at", expires_in: undefined },
  more: { access_token: "n\u00fc\u2028", issued_token_type: "z", constructor: 1 },
};

function* changes() {
  for (const [name, value] of Object.entries(LIFETIMES))
    yield [`expires_in_${name}`, { expires_in: value }];
  for (const [name, value] of Object.entries(TYPES))
    yield [`token_type_${name}`, { token_type: value }];
  for (const member of ["access_token", "refresh_token", "scope", "id_token"])
    for (const [name, value] of Object.entries({ absent: undefined, ...TEXTS }))
      yield [`${member}_${name}`, { [member]: value }];
  yield* Object.entries(OTHERS);
}

export async function* answers() {
  for (const [name, change] of changes()) {
    yield {
      name: `edge_answer_refresh_${name}`, op: "route",
      request: { url: `${BASE}/auth/access-token` }, cookies_in: due,
      token_answer: { ...GOOD, ...change },
    };
    const login = await callback(`answer_login_${name}`, claimsOf());
    yield { ...login, token_answer: { ...login.token_answer, ...change } };
  }
}
