// Access tokens beside the main one, stored by any version: which is returned, refreshed, written.
import { BASE, NOW, sealSession } from "./play.mjs";
import { SESSION } from "./paths.mjs";

const DEFAULT = "openid profile email offline_access";
const END = NOW + 99;
const STORED = {
  exact: { scope: "x y", requestedScope: "x y", expiresAt: END },
  wide: { scope: "x", requestedScope: `${DEFAULT} x`, expiresAt: END },
  empty: { scope: "", expiresAt: END },
  bare: { expiresAt: END },
  null: { scope: null, requestedScope: null, expiresAt: END },
  granted_only: { scope: "x", expiresAt: END },
  asked_nothing: { scope: "q", requestedScope: "", expiresAt: END },
  asked_nothing_over: { scope: "q", requestedScope: "", expiresAt: NOW - 1 },
  end_text: { scope: "", expiresAt: String(END) },
  end_null: { scope: "x", requestedScope: "", expiresAt: null },
  typed: { token_type: "dpop", expiresAt: END, requestedScope: "", scope: "x", more: 1 },
};
const QUERIES = {
  alone: "", scope: "&scope=x", unmerged: "&mergeScopes=false",
  unmerged_scope: "&scope=x&mergeScopes=false", other_scope: "&scope=z",
  spaces: "&scope=%20x%20%20x&mergeScopes=false",
};
const MAIN = {
  plain: {}, refresh: { refreshToken: "rt", idToken: "old" },
  nulls: { refreshToken: "rt", scope: null, requestedScope: null, audience: null },
};
const ANSWER = { access_token: "new", token_type: "Bearer", expires_in: 60, scope: "x" };

const visit = async (name, query, main, stored, answer) => ({
  name: `edge_tokens_${name}`, op: "route",
  request: { url: `${BASE}/auth/access-token?${query}` },
  cookies_in: {
    __session: await sealSession({
      ...SESSION, tokenSet: { ...SESSION.tokenSet, ...main }, accessTokens: stored,
    }),
  },
  token_answer: { ...ANSWER, ...answer },
});

export async function* tokens() {
  for (const [kind, entry] of Object.entries(STORED))
    for (const [asked, query] of Object.entries(QUERIES))
      for (const [owner, main] of Object.entries(MAIN)) {
        const stored = [{ accessToken: "old", audience: "a", ...entry }];
        yield await visit(`${kind}_${asked}_${owner}`, `audience=a${query}`, main, stored);
      }
  const all = Object.entries(STORED).map(([name, entry]) => ({
    accessToken: name, audience: "a", ...entry,
  }));
  for (const [asked, query] of Object.entries(QUERIES)) {
    yield await visit(`all_${asked}`, `audience=a${query}`, MAIN.refresh, all);
    yield await visit(`other_${asked}`, `audience=A${query}`, MAIN.refresh, all, { scope: "" });
    const over = [{ accessToken: "new", audience: "a", scope: "x", requestedScope: `${DEFAULT} x z` }];
    yield await visit(`same_${asked}`, `audience=a${query}`, MAIN.refresh, over, { expires_in: undefined });
    const due = { ...MAIN.refresh, expiresAt: NOW - 1 };
    yield await visit(`main_${asked}`, query.slice(1), due, all);
    yield await visit(`main_named_${asked}`, `audience=m${query}`, { ...due, audience: "m" }, all);
  }
}
