// Options of the client as people write them: scopes and parameters, routes' texts, numbers.
import { BASE, NOW, sealSession } from "./play.mjs";
import { SESSION, callback, claimsOf } from "./paths.mjs";

const over = { ...SESSION.tokenSet, expiresAt: NOW - 1, refreshToken: "rt" };
let due; // sealed later: what modules seal while they load is seeded in turns
const ANSWER = { access_token: "n", token_type: "bearer", expires_in: 60, scope: "openid x" };

const SCOPES = {
  alone: "openid", more: "openid profile x", last: "x openid", without: "profile email",
  longer_word: "openid2 profile", part_of_word: "xopenid", upper: "OpenID profile", empty: "",
  blank: " ", null: null, commas: "openid,profile", tab: "profile\topenid", tab_end: "openid\t x",
  line: "profile\nopenid", line_after_space: "profile \nopenid", twice: "openid  openid",
  spaces: "  openid  x ", wide_space: "profile\u00a0openid", number: 5, zero: 0, 
  map: { a: "openid x", b: "y" }, map_without: { a: "x" }, map_empty: {},
};
const PARAMETERS = {
  none: {}, audience: { audience: "a" }, max_age: { max_age: 0 }, max_age_text: { max_age: "60" },
  hint_null: { login_hint: null, ui_locales: "de" }, prompt_empty: { prompt: "" },
  numbers: { ui_locales: 5, ext: true, other: false },
  fixed: { state: "s", nonce: "n", response_type: "token", client_id: "x", code_challenge: "c" },
  redirect_uri: { redirect_uri: "https://other.example.com/cb" },
  letters: { login_hint: "ü~*' +", organization: "org_1" },
};
const BASE_URLS = {
  list: [BASE, "https://b.example.com"], list_odd: ["app.example.com"],
  list_ftp: ["ftp://app.example.com"], blank: " ", bare: "app.example.com", empty: "",
};
const OTHERS = {
  buffer_negative: { tokenRefreshBuffer: -1 }, buffer_zero: { tokenRefreshBuffer: 0 },
  buffer_null: { tokenRefreshBuffer: null }, buffer_whole: { tokenRefreshBuffer: 90 },
  return_path_empty: { signInReturnToPath: "" }, return_path: { signInReturnToPath: "/in" },
  return_path_bare: { signInReturnToPath: "in" }, strategy_odd: { logoutStrategy: "none" },
  strategy_empty: { logoutStrategy: "" }, hint_null: { includeIdTokenHintInOIDCLogoutUrl: null },
  access_token_null: { enableAccessTokenEndpoint: null },
};
const visit = (name, path, config, more = {}) => ({
  name: `edge_option_${name}`, op: "route", request: { url: BASE + path }, config, ...more,
});

async function* everywhere(name, config) {
  yield visit(`${name}_login`, "/auth/login", config);
  yield visit(`${name}_login_asked`, "/auth/login?scope=z&audience=b&prompt=none", config);
  yield visit(`${name}_refresh`, "/auth/access-token", config, {
    cookies_in: due, token_answer: ANSWER });
  yield visit(`${name}_token`, "/auth/access-token?audience=a&scope=q", config, {
    cookies_in: due, token_answer: ANSWER });
  const back = await callback(`option_${name}_callback`, claimsOf({ auth_time: NOW }));
  yield { ...back, config };
  yield visit(`${name}_logout`, "/auth/logout", config, { cookies_in: due });
}

export async function* options() {
  due = { __session: await sealSession({ ...SESSION, tokenSet: over }) };
  for (const [name, scope] of Object.entries(SCOPES)) {
    yield* everywhere(`scope_${name}`, { authorizationParameters: { scope } });
    const both = { authorizationParameters: { scope, audience: "a" } };
    yield visit(`scope_${name}_of_audience_login`, "/auth/login", both);
    yield visit(`scope_${name}_of_audience_refresh`, "/auth/access-token", both, {
      cookies_in: due, token_answer: ANSWER });
    yield visit(`scope_${name}_of_audience_other`, "/auth/access-token?audience=b&scope=z", both, {
      cookies_in: due, token_answer: ANSWER });
  }
  for (const [name, found] of Object.entries(PARAMETERS))
    yield* everywhere(`parameters_${name}`, { authorizationParameters: found });
  for (const [name, appBaseUrl] of Object.entries(BASE_URLS))
    yield* everywhere(`base_url_${name}`, { appBaseUrl });
  for (const [name, found] of Object.entries(OTHERS)) yield* everywhere(name, found);
}
