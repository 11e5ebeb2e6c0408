// Sessions, times, claims and JSON that nobody writes on purpose.
import { createCipheriv, hkdfSync } from "node:crypto";
import { BASE, NOW, SECRET, sealSession, sealText, sealV3, signV3 } from "./play.mjs";
import { SESSION, callback, claimsOf } from "./paths.mjs";

const without = (name, from = SESSION) => {
  const { [name]: _, ...rest } = from;
  return rest;
};
const textOf = (session) => JSON.stringify({ ...session, exp: NOW + 86400 });
const held = async (text) => ({ __session: await sealText(text) });
const route = (name, path, cookies, more = {}) => ({
  name: `edge_${name}`, op: "route", request: { url: BASE + path }, cookies_in: cookies, ...more,
});
const ROUTES = {
  page: "/page", profile: "/auth/profile", token: "/auth/access-token", logout: "/auth/logout",
};

async function* onRoutes(name, text, paths = Object.keys(ROUTES)) {
  for (const path of paths) yield route(`${name}_${path}`, ROUTES[path], await held(text));
}

async function* claims() {
  const named = (text) => textOf(SESSION).replace('"Eda Edge"', text);
  const odd = {
    surrogate: '"x\\ud800y"', low_surrogate: '"\\udc00"', pair: '"\\ud83d\\ude00"',
    reversed_pair: '"\\ude00\\ud83d"', infinity: "1e400", minus_infinity: "-1e400", minus_zero: "-0",
    large: "1e21", small: "1e-7", integer: "12345678901234567890", half: "1.50", exponent: "1E3",
    nested: '{"n":[1e999,{"s":"\\udfff"}]}', control: '"\\u0000\\u007f\\u2028</script>"',
  };
  for (const [name, text] of Object.entries(odd)) {
    yield* onRoutes(`claim_${name}`, named(text), ["page", "profile"]);
    yield await callback(`claim_${name}_callback`, claimsOf().replace('"auth0|edge"',
      `"auth0|edge","name":${text}`));
  }
  yield* onRoutes("claim_surrogate_key",
    textOf(SESSION).replace('"name"', '"\\ud800name"'), ["page", "profile"]);
  yield* onRoutes("claim_proto_key", textOf(SESSION).replace('"name"', '"__proto__"'),
    ["page", "profile"]);
  yield* onRoutes("claim_index_keys",
    textOf(SESSION).replace('"name"', '"10":1,"9":2,"01":3,"-1":4,"4294967295":5,"name"'),
    ["page", "profile"]);
  yield* onRoutes("claim_twice", textOf(SESSION).replace('"name"', '"sub":"second","name"'),
    ["page", "profile"]);
  const token = (member, text) => textOf(SESSION).replace(member, text);
  yield* onRoutes("token_surrogate", token('"at"', '"\\ud800"'), ["token"]);
  const ends = {
    text: `"${NOW + 3600}"`, blank: '" "', word: '"soon"', null: "null", half: `${NOW}.5`,
    infinity: "1e400", past: `${NOW - 1}`, past_text: `"${NOW - 1}"`, now: `${NOW}`, true: "true",
    list: `[${NOW + 60}]`, hex: '"0xffffffffff"',
  };
  for (const [name, text] of Object.entries(ends))
    yield* onRoutes(`token_end_${name}`, token(`${NOW + 3600}`, text), ["token"]);
  yield* onRoutes("token_end_missing", token(`,"expiresAt":${NOW + 3600}`, ""), ["token"]);
  yield* onRoutes("token_scope_null", token('"openid"', "null"), ["token"]);
  yield* onRoutes("token_type_text", token('"at"', '"at","token_type":"DPoP"'), ["token"]);
  for (const [name, text] of [["number", "5"], ["true", "true"], ["list", "[1,2]"], ["empty", '""']])
    yield* onRoutes(`sid_${name}`, token('"sid-1"', text), ["logout"]);
}

async function* ends() {
  const set = (name, config, more = {}) => ({
    name: `edge_end_${name}`, op: "set", session: SESSION, config, ...more,
  });
  const both = (seconds) => ({ inactivityDuration: seconds, absoluteDuration: seconds });
  const last = 253402300799 - NOW;
  const furthest = 8.64e12 - NOW;
  for (const [name, seconds] of Object.entries({
    9999: last, 10000: last + 1, far: 1e12, furthest, too_far: furthest + 1, fraction: furthest + 0.5,
    beyond: 1e15, huge: 1e21, enormous: 1e300, negative: -5, half: 0.4, tiny: 1e-9,
  })) {
    yield set(`rolling_${name}`, both(seconds));
    yield set(`absolute_${name}`, { rolling: false, absoluteDuration: seconds });
  }
  const tokens = [{ accessToken: "c", connection: "x", expiresAt: NOW + 60 }];
  for (const seconds of [last + 1, 1e15])
    yield set(`connection_${seconds}`, both(seconds), {
      session: { ...SESSION, connectionTokenSets: tokens },
    });
  yield set("stateful", { ...both(1e12), store: "stateful" });
  yield set("transient", { ...both(1e12), cookie: { transient: true } });
  for (const seconds of [last + 1, 1e12, 1e15, -1, -6.4e10, -1e11, -1e12, 0.5])
    yield {
      name: `edge_end_transaction_${seconds}`, op: "txn_save", state: "st", pass_request_cookies: true,
      session: { state: "st", nonce: "n" }, config: { cookie: { maxAge: seconds } },
    };
}

const CREATED = {
  text: `"${NOW}"`, text_ms: `"${NOW}000"`, word: '"yesterday"', empty: '""', blank: '"  "',
  short: '"12"', exponent: '"1e3"', negative: '"-5"', hex: '"0x"', iso: '"2025-10-09T08:53:20Z"',
  infinite: '"Infinity"', wide: '"１７"', null: "null", true: "true", false: "false", list: "[]",
  list_of_one: "[5]", list_of_text: `["${NOW}"]`, list_of_two: "[1,2]", object: "{}",
  half: `${NOW}.5`, infinity: "1e400", minus: "-1", zero: "0", large: "1e20", nested: '[["7"]]',
  list_of_null: "[null]", point: '"1."', trailing: '"12 "',
};

async function* creation() {
  for (const [name, text] of Object.entries(CREATED)) {
    const sealed = textOf(SESSION).replace(`"createdAt":${NOW}`, `"createdAt":${text}`);
    yield { name: `edge_created_${name}`, op: "touch", cookies_in: await held(sealed) };
  }
  for (const name of ["text", "null", "word", "short"]) {
    const internal = { sid: "s", createdAt: JSON.parse(CREATED[name]) };
    const session = { ...SESSION, internal };
    yield { name: `edge_created_${name}_fixed`, op: "set", session, config: { rolling: false } };
    const config = { store: "stateful" };
    yield { name: `edge_created_${name}_stateful`, op: "set", session, config };
  }
}

/** A compact JWE with any protected header, which its library would refuse to write. */
function sealWith(header, text) {
  const key = Buffer.from(hkdfSync("sha256", SECRET, "", "JWE CEK", 32));
  const iv = Buffer.alloc(12, 7);
  const head = Buffer.from(header).toString("base64url");
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(head));
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  const parts = [iv, body, cipher.getAuthTag()].map((part) => part.toString("base64url"));
  return [head, "", ...parts].join(".");
}

async function* json() {
  const whole = textOf(SESSION);
  const changed = (text) => whole.replace('"Eda Edge"', text);
  const odd = {
    nan: changed("NaN"), infinity: changed("Infinity"), minus_infinity: changed("-Infinity"),
    nan_list: changed("[1,NaN]"), trailing_comma: changed('"x",'), comment: `/**/${whole}`,
    quotes: changed("'x'"), bom: `\ufeff${whole}`, boms: `\ufeff\ufeff${whole}`,
    leading_zero: changed("01"), plus: changed("+1"), point: changed(".5"), no_digit: changed("1."),
    hex: changed("0x1"), underscore: changed("1_0"), undefined: changed("undefined"),
    tab_in_text: changed('"a\tb"'), bad_escape: changed('"\\x41"'), short_escape: changed('"\\u12"'),
    nbsp: `\u00a0${whole}`, form_feed: `\f${whole}`, spaces: ` \n\t\r${whole} `, two: whole + whole,
    nul: `${whole}\u0000`, text: '"x"', number: "1", null: "null", list: "[]", empty: "",
    deep: changed("[".repeat(300) + "]".repeat(300)), minus: changed("-"), true: changed("True"),
    utf16: Buffer.from(whole, "utf16le"), latin1: Buffer.from(changed('"Zoë"'), "latin1"),
    cesu: Buffer.concat([Buffer.from(whole.slice(0, -1)), Buffer.from(',"s":"'),
      Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
  };
  for (const [name, text] of Object.entries(odd))
    yield { name: `edge_json_${name}`, op: "touch", cookies_in: await held(text) };
  for (const [name, header] of Object.entries({
    nan: '{"alg":"dir","enc":"A256GCM","iat":NaN}', twice: '{"alg":"x","alg":"dir","enc":"A256GCM"}',
    infinity: '{"alg":"dir","enc":"A256GCM","uat":Infinity}', spaces: ' {"alg":"dir","enc":"A256GCM"}',
    bom: '\ufeff{"alg":"dir","enc":"A256GCM"}', iat_text: '{"alg":"dir","enc":"A256GCM","iat":"5"}',
    iat_true: '{"alg":"dir","enc":"A256GCM","iat":true}', iat_list: '{"alg":"dir","enc":"A256GCM","iat":[]}',
  }))
    yield { name: `edge_json_header_${name}`, op: "get", cookies_in: { __session: sealWith(header, whole) } };
  const fc = await sealText(`{"accessToken":"c","n":NaN,"exp":${NOW + 60}}`);
  yield { name: "edge_json_nan_connection", op: "get", cookies_in: { ...(await held(whole)), __FC_0: fc } };
  const txn = await sealText(`{"state":"st","n":NaN,"exp":${NOW + 60}}`);
  yield { name: "edge_json_nan_transaction", op: "txn_get", state: "st", cookies_in: { __txn_st: `${NOW}%3A${txn}` } };
  const id = await sealText(`{"id":"k","n":NaN,"exp":${NOW + 60}}`);
  for (const op of ["get", "touch", "delete"])
    yield { name: `edge_json_nan_stateful_${op}`, op, cookies_in: { __session: id },
      config: { store: "stateful", store_data: { k: SESSION } } };
  yield await callback("json_nan_id_token", claimsOf({ n: 1 }).replace('"n":1', '"n":NaN'));
}

async function* internals() {
  const odd = {
    missing: without("internal"), null: { ...SESSION, internal: null }, empty: { ...SESSION, internal: {} },
    text: { ...SESSION, internal: "x" }, number: { ...SESSION, internal: 5 },
    list: { ...SESSION, internal: [] }, false: { ...SESSION, internal: false },
  };
  for (const [name, session] of Object.entries(odd)) {
    for (const rolling of [true, false])
      yield { name: `edge_internal_${name}_set_${rolling}`, op: "set", session, config: { rolling } };
    for (const op of ["get", "touch", "delete"])
      yield { name: `edge_internal_${name}_${op}`, op, cookies_in: await held(textOf(session)) };
    const config = { store: "stateful", store_data: { k: session } };
    const cookies_in = { __session: await sealText(`{"id":"k","exp":${NOW + 60}}`) };
    yield { name: `edge_internal_${name}_stateful`, op: "touch", cookies_in, config };
    yield* onRoutes(`internal_${name}`, textOf(session));
  }
  for (const member of ["user", "tokenSet"]) {
    yield* onRoutes(`no_${member}`, textOf(without(member)));
    for (const [name, value] of [["null", null], ["text", "x"], ["list", []], ["number", 5]])
      yield* onRoutes(`${member}_${name}`, textOf({ ...SESSION, [member]: value }));
  }
}

async function* legacy() {
  const v3 = {
    user: { sub: "auth0|edge", sid: "sid-1" }, idToken: "id", accessToken: "at",
    accessTokenScope: "openid", refreshToken: "rt", accessTokenExpiresAt: NOW + 60,
  };
  const odd = {
    text: { ...v3, user: "Eda" }, number: { ...v3, user: 5 }, true: { ...v3, user: true },
    false: { ...v3, user: false }, list: { ...v3, user: [] }, null: { ...v3, user: null },
    empty_text: { ...v3, user: "" }, missing: without("user", v3), empty: { ...v3, user: {} },
    sid_number: { ...v3, user: { sid: 5 } }, sid_null: { ...v3, user: { sid: null } },
    null_tokens: { ...v3, idToken: null, accessToken: null, accessTokenScope: null,
      refreshToken: null, accessTokenExpiresAt: null },
    no_tokens: { user: v3.user }, list_of_users: { ...v3, user: [{ sid: "x" }] },
  };
  for (const [name, session] of Object.entries(odd)) {
    const cookies_in = { appSession: await sealV3(session) };
    for (const op of ["get", "touch"]) yield { name: `edge_v3_${name}_${op}`, op, cookies_in };
    yield route(`v3_${name}_profile`, "/auth/profile", cookies_in);
    const config = { store: "stateful", store_data: { k: { header: { iat: NOW }, data: session } } };
    yield { name: `edge_v3_${name}_stateful`, op: "touch", config,
      cookies_in: { appSession: await signV3("k") } };
  }
  const records = {
    no_data: { header: { iat: NOW } }, null_data: { header: { iat: NOW }, data: null },
    text_data: { header: { iat: NOW }, data: "x" }, iat_text: { header: { iat: "5" }, data: v3 },
    iat_true: { header: { iat: true }, data: v3 }, iat_zero: { header: { iat: 0 }, data: v3 },
    header_null: { header: null, data: v3 }, header_text: { header: "x", data: v3 },
    header_list: { header: [], data: v3 }, empty: {}, iat_negative: { header: { iat: -1 }, data: v3 },
  };
  for (const [name, record] of Object.entries(records))
    for (const op of ["get", "touch"])
      yield { name: `edge_v3_record_${name}_${op}`, op, cookies_in: { appSession: await signV3("k") },
        config: { store: "stateful", store_data: { k: record } } };
  for (const [name, iat] of [["text", `${NOW}`], ["true", true], ["list", []], ["negative", -1], ["half", 0.5]])
    for (const op of ["get", "touch"])
      yield { name: `edge_v3_iat_${name}_${op}`, op, cookies_in: { appSession: await sealV3(v3, { iat }) } };
}

export async function* sessions() {
  yield* claims();
  yield* ends();
  yield* creation();
  yield* json();
  yield* internals();
  yield* legacy();
}
