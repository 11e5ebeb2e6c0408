// Queries as odd clients and providers write them: parameters twice, empty, of another flow.
import { BASE, NOW, sealSession } from "./play.mjs";
import { SESSION, callback, claimsOf, transaction } from "./paths.mjs";

const ISSUER = "https://tenant-pub.auth0.example/";
const signedIn = { __session: await sealSession(SESSION) };
const twoTokens = {
  __session: await sealSession({
    ...SESSION,
    accessTokens: [
      { accessToken: "at-a", audience: "a", scope: "x", requestedScope: "x", expiresAt: NOW + 99 },
      { accessToken: "at-b", audience: "b", scope: "y", requestedScope: "y", expiresAt: NOW + 99 },
    ],
  }),
};
const visit = (name, path, more = {}) => ({
  name: `edge_query_${name}`, op: "route", request: { url: BASE + path }, ...more,
});

const iss = encodeURIComponent(ISSUER);
const ANSWERS = {
  twice_state: "code=abc&state=state-1&state=state-1",
  twice_state_other_last: "code=abc&state=state-1&state=other",
  twice_state_other_first: "code=abc&state=other&state=state-1",
  twice_code: "code=abc&code=def&state=state-1",
  twice_error: "error=a&error=b&state=state-1",
  error_and_code: "error=access_denied&code=abc&state=state-1",
  error_empty: "error=&code=abc&state=state-1",
  error_words: "error=access_denied&error_description=a&error_description=b&state=state-1",
  code_missing: "state=state-1",
  code_empty: "code=&state=state-1",
  state_empty: "code=abc&state=",
  state_empty_first: "code=abc&state=&state=state-1",
  iss_right: `code=abc&state=state-1&iss=${iss}`,
  iss_no_slash: `code=abc&state=state-1&iss=${encodeURIComponent(ISSUER.slice(0, -1))}`,
  iss_wrong: "code=abc&state=state-1&iss=https%3A%2F%2Fevil.example%2F",
  iss_wrong_error: "error=access_denied&state=state-1&iss=https%3A%2F%2Fevil.example%2F",
  iss_twice: `code=abc&state=state-1&iss=${iss}&iss=${iss}`,
  iss_empty: "code=abc&state=state-1&iss=",
  jarm: "response=x.y.z&state=state-1",
  jarm_empty: "code=abc&response=&state=state-1",
  id_token: "code=abc&id_token=x.y.z&state=state-1",
  id_token_empty: "code=abc&id_token=&state=state-1",
  token: "code=abc&token=x&state=state-1",
  access_token: "code=abc&access_token=x&state=state-1",
  plus: "code=a+b%20c&state=state-1",
  bad_escape: "code=a%zz%ff&state=state-1",
  others_twice: "code=abc&state=state-1&session_state=a&session_state=b",
};

async function* answers() {
  const path = (query) => ({ request: { url: `${BASE}/auth/callback?${query}` } });
  for (const [name, query] of Object.entries(ANSWERS))
    yield { ...(await callback(`query_answer_${name}`, claimsOf())), ...path(query) };
  const discovery = { authorization_response_iss_parameter_supported: true };
  for (const name of ["iss_right", "iss_wrong", "iss_empty", "code_missing", "twice_error"])
    yield {
      ...(await callback(`query_announced_${name}`, claimsOf())), ...path(ANSWERS[name]), discovery,
    };
  yield {
    ...(await callback("query_answer_of_another_login", claimsOf())),
    cookies_in: { "__txn_state-1": (await transaction("/", "state-2"))["__txn_state-2"] },
  };
}

function* ownRoutes() {
  yield visit("login_return_twice", "/auth/login?returnTo=/a&returnTo=/b");
  yield visit("login_scope_twice", "/auth/login?scope=a&scope=b");
  yield visit("login_max_age_twice", "/auth/login?max_age=x&max_age=5");
  yield visit("login_max_age_empty", "/auth/login?max_age=");
  yield visit("login_empty", "/auth/login?prompt=&login_hint=");
  for (const mode of ["redirect", "", "Popup", "x%0Ay", "redirect&challengeMode=x"])
    yield visit(`login_challenge_${encodeURIComponent(mode)}`, `/auth/login?challengeMode=${mode}`);
  const queries = {
    return_twice: "returnTo=https://a.example/&returnTo=https://b.example/",
    return_empty_first: "returnTo=&returnTo=https://b.example/",
    state_twice: "state=a&state=b", federated: "federated", federated_true: "federated=true",
    federated_false_first: "federated=false&federated=true",
    federated_false_last: "federated=true&federated=false",
  };
  for (const [name, query] of Object.entries(queries))
    for (const logoutStrategy of ["oidc", "v2"])
      yield visit(`logout_${logoutStrategy}_${name}`, `/auth/logout?${query}`, {
        config: { logoutStrategy }, cookies_in: signedIn,
      });
  const token = (name, query) =>
    visit(`token_${name}`, `/auth/access-token?${query}`, { cookies_in: twoTokens });
  yield token("audience_twice", "audience=a&audience=b");
  yield token("audience_empty_first", "audience=&audience=b");
  yield token("scope_twice", "audience=b&scope=y&scope=z");
  yield token("merge_false_first", "audience=a&mergeScopes=false&mergeScopes=true");
  yield token("merge_false_last", "audience=a&mergeScopes=true&mergeScopes=false");
}

export async function* queries() {
  yield* answers();
  yield* ownRoutes();
}
