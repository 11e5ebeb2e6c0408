// Base paths, route variables, and routes as odd clients write them.
import { BASE, NOW, SECRET, sealSession, sealText } from "./play.mjs";

export const SESSION = {
  user: { sub: "auth0|edge", name: "Eda Edge" },
  tokenSet: { accessToken: "at", scope: "openid", expiresAt: NOW + 3600 },
  internal: { sid: "sid-1", createdAt: NOW },
};
const signedIn = { __session: await sealSession(SESSION) };
const route = (name, path, more = {}) => ({
  name: `edge_${name}`, op: "route", request: { url: BASE + path }, ...more,
});
const based = (base, more = {}) => ({ env: { NEXT_PUBLIC_BASE_PATH: base }, ...more });

const BASE_PATHS = {
  bare: "docs", bare_slash: "docs/", slash: "/docs", both: "/docs/", deep: "docs/v1",
  double: "//docs", host_like: "//evil.example", dots: "docs/../other", letters: "dö cs",
  query: "docs?x", empty: "", root: "/", blank: " ", encoded: "d%2Fcs", backslash: "\\docs",
};

async function transaction(returnTo, state = "state-1") {
  const value = {
    nonce: "nonce-1", codeVerifier: "v".repeat(43), responseType: "code", state, returnTo,
    scope: "openid profile email offline_access", exp: NOW + 3600,
  };
  return { [`__txn_${state}`]: `${NOW}%3A${await sealText(JSON.stringify(value))}` };
}

/** An ID token whose claims are this text; nobody checks its signature here. */
export const idToken = (claims) => {
  const part = (text) => Buffer.from(text).toString("base64url");
  return `${part('{"alg":"RS256"}')}.${part(claims)}.c2ln`;
};
export const claimsOf = (more) => JSON.stringify({
  iss: "https://tenant-pub.auth0.example/", aud: "client_pub", sub: "auth0|edge",
  iat: NOW, exp: NOW + 3600, nonce: "nonce-1", sid: "sid-1", ...more,
});
export const callback = async (name, claims, more = {}, returnTo = "/dash?x=1#h") => ({
  ...route(name, "/auth/callback?code=abc&state=state-1"),
  cookies_in: await transaction(returnTo),
  token_answer: {
    access_token: "at", token_type: "Bearer", expires_in: 3600, scope: "openid",
    id_token: idToken(claims),
  },
  ...more,
});

async function* basePaths() {
  for (const [name, base] of Object.entries(BASE_PATHS)) {
    yield route(`base_${name}_login`, "/auth/login?returnTo=/x", based(base));
    yield await callback(`base_${name}_callback`, claimsOf(), based(base));
  }
  for (const name of ["bare", "both", "empty"]) {
    const env = based(BASE_PATHS[name], { cookies_in: signedIn });
    yield route(`base_${name}_touch`, "/page", env);
    yield route(`base_${name}_logout`, "/auth/logout", env);
  }
  const next = (path, name, config = { next_base_path: "/docs" }) =>
    route(`next_base_${name}`, path, based("/docs", { config, cookies_in: signedIn }));
  yield next("/docs/auth/profile", "profile");
  yield next("/docs/auth/profile/", "profile_slash");
  yield next("/docsx/auth/profile", "longer_name");
  yield next("/docs", "itself");
  yield next("/other/auth/profile", "other");
  for (const [name, url] of Object.entries({
    sub: `${BASE}/sub`, sub_slash: `${BASE}/sub/`, slash: `${BASE}/`, port: `${BASE}:8443`,
    query: `${BASE}/?x=1`, upper: "HTTPS://App.Example.com",
  })) {
    const config = { appBaseUrl: url };
    yield route(`app_url_${name}_login`, "/auth/login", { config });
    yield await callback(`app_url_${name}_callback`, claimsOf(), { config });
    yield route(`app_url_${name}_logout`, "/auth/logout", { config, cookies_in: signedIn });
  }
}

function* routeVariables() {
  const variables = {
    NEXT_PUBLIC_LOGIN_ROUTE: "/auth/login", NEXT_PUBLIC_PROFILE_ROUTE: "/auth/profile",
    NEXT_PUBLIC_ACCESS_TOKEN_ROUTE: "/auth/access-token",
  };
  for (const [variable, path] of Object.entries(variables)) {
    const short = path.slice(6).replace("-", "_");
    const given = (value) => ({ env: { [variable]: value }, cookies_in: signedIn });
    yield route(`variable_${short}_empty`, path, given(""));
    yield route(`variable_${short}_other`, "/other", given("/other"));
    yield route(`variable_${short}_bare`, "/other", given("other"));
    yield route(`variable_${short}_slash`, "/other/", given("/other/"));
    yield route(`variable_${short}_blank`, path, given(" "));
  }
  const letters = { env: { NEXT_PUBLIC_PROFILE_ROUTE: "/prüfen" }, cookies_in: signedIn };
  yield route("variable_letters", "/prüfen", letters);
  yield route("variable_letters_encoded", "/pr%C3%BCfen", {
    ...letters, env: { NEXT_PUBLIC_PROFILE_ROUTE: "/pr%C3%BCfen" },
  });
  yield route("variable_two_on_one_path", "/auth/logout", {
    env: { NEXT_PUBLIC_PROFILE_ROUTE: "/auth/logout" }, cookies_in: signedIn,
  });
  for (const name of ["SECURE", "TRANSIENT", "PATH", "DOMAIN"])
    for (const [kind, base] of [["https", BASE], ["http", "http://app.example.com"]])
      yield route(`variable_cookie_${name.toLowerCase()}_empty_${kind}`, "/page", {
        env: { [`AUTH0_COOKIE_${name}`]: "" }, cookies_in: signedIn, config: { appBaseUrl: base },
      });
}

function* slashes() {
  const paths = {
    one: "/auth/profile/", two: "/auth/profile//", three: "/auth/profile///",
    inner: "/auth//profile", leading: "//auth/profile", encoded: "/auth%2Fprofile",
    encoded_end: "/auth/profile%2F", encoded_end_slash: "/auth/profile%2F/",
    encoded_letter: "/%61uth/profile", encoded_twice: "/auth%252Fprofile", upper: "/AUTH/profile",
    dot: "/auth/./profile", dots: "/auth/x/../profile", dot_end: "/auth/profile/.",
    dots_end: "/auth/profile/x/..", encoded_dots: "/auth/x/%2e%2E/profile",
    backslash: "/auth\\profile", parameter: "/auth/profile;x=1", space: "/auth/profile%20",
    null_byte: "/auth/profile%00", bad_escape: "/auth/profile%", root: "/", roots: "//",
    below: "/auth/profile/x", query_slash: "/auth/profile?x=/", hash: "/auth/profile#/",
    question: "/auth/profile/?", me: "/me", my_org: "/my-org", above: "/auth/../../auth/profile",
  };
  for (const [name, path] of Object.entries(paths))
    yield route(`slash_${name}`, path, { cookies_in: signedIn });
  for (const path of ["login", "logout", "callback", "access-token"])
    yield route(`slash_two_${path.replace("-", "_")}`, `/auth/${path}//`, { cookies_in: signedIn });
  for (const [name, path] of [["one", "/"], ["two", "//"], ["encoded", "%2F"]])
    yield route(`slash_backchannel_${name}`, "", {
      request: { method: "POST", url: `${BASE}/auth/backchannel-logout${path}`, body: "x=1" },
    });
}

export async function* paths() {
  yield* basePaths();
  yield* routeVariables();
  yield* slashes();
}
