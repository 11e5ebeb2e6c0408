// Cookie names that are regular expressions, chunks with odd numbers, stamps nobody wrote.
import { NOW, SECRET, sealSession, sealText } from "./play.mjs";
import { SESSION } from "./paths.mjs";

const big = { ...SESSION, user: { ...SESSION.user, bio: "x".repeat(3000) } };

async function chunksOf(name, value, cut = 3500) {
  const found = {};
  for (let at = 0; at * cut < value.length; at++)
    found[`${name}__${at}`] = value.slice(at * cut, (at + 1) * cut);
  return found;
}

async function* names() {
  const odd = {
    pipe: "a|b", pipe_first: "|b", pipe_last: "a|", pipes: "a||b", dot: "a.b", plus: "a+b",
    star: "ab*", star_first: "*a", stars: "a**", pluses: "a++", star_plus: "a*+", dollar: "a$b",
    caret: "a^b", caret_first: "^a", pipe_star: "a|*b", backtick: "a`b", tilde: "~a'b", hash: "#a!b&c",
    percent: "a%2Fb", dots: "..", suffix: "a__0", pipe_session: "__session|appSession",
  };
  const whole = await sealSession(SESSION);
  const long = await sealSession(big);
  for (const [key, name] of Object.entries(odd)) {
    const config = { cookie: { name } };
    const others = {
      a: "1", ab: "2", aZb: "3", b__0: "4", "zzb__7": "5", "b__9": "6", aab__6: "7", a__8: "8",
      appSession__11: "9", __session: "10",
    };
    const made = (op, cookies_in, more = {}) => ({
      name: `edge_name_${key}_${op}`, op, cookies_in, config, ...more,
    });
    yield made("set", others, { session: SESSION });
    yield made("delete", { ...others, [name]: whole, [`${name}__6`]: "x" });
    yield { ...made("get", { [name]: await sealText(`{"id":"k","exp":${NOW + 60}}`) }),
      name: `edge_name_${key}_stateful`,
      config: { cookie: { name }, store: "stateful", store_data: { k: SESSION } } };
    if (name.length > 3) continue; // the big ones only for some: 3 MB of cookies teach no more
    yield { ...made("set", others, { session: big }), name: `edge_name_${key}_set_big` };
    yield made("get", { ...others, [name]: whole });
    yield made("touch", { ...(await chunksOf(name, long)), ...others });
    yield { ...made("touch", await chunksOf(name, long)), name: `edge_name_${key}_chunks` };
  }
}

async function* chunks() {
  const long = await sealSession(big);
  const [first, second] = Object.values(await chunksOf("x", long));
  const made = (name, cookies_in) => ["get", "touch", "delete"].map((op) => ({
    name: `edge_chunks_${name}_${op}`, op, cookies_in,
  }));
  yield* made("zero_padded", { __session__00: first, __session__01: second });
  yield* made("twice", { __session__0: first, __session__00: first, __session__1: second });
  yield* made("one_twice", { __session__1: first, __session__01: second });
  yield* made("not_ascii", { __session__0: first, "__session__\u00b2": second });
  const endless = { __session__0: first, __session__1: second, __session__99999999999999999999: "x" };
  yield made("huge", endless)[0]; // its write and delete never end: the package counts up to it
  yield* made("hundred", { __session__0: first, __session__1: second, __session__100: "x" });
  yield* made("sign", { __session__0: first, "__session__+1": second, "__session__-1": "x" });
  yield* made("empty_one", { __session__0: first, __session__1: second, __session__2: "" });
  yield* made("legacy_padded", { "appSession.00": first, "appSession.1": second });
  yield* made("prefixed", { x__session__0: first, __session__1: second, __session__0x: first });
}

async function* stamps() {
  const odd = {
    plain: ["1760000003", "1760000001", "1760000002"], equal: ["5", "5", "5"],
    exponent: ["1e3", "999", "1001"], hex: ["0x10", "15", "17"], binary: ["0b11", "2", "4"],
    octal: ["0o17", "14", "16"], leading_zero: ["017", "16", "18"], negative: ["-5", "0", "-6"],
    empty: ["", "1", "-1"], spaces: ["%207%20", "6", "8"], infinite: ["Infinity", "1", "-1"],
    minus_infinite: ["-Infinity", "1", "-1"], word: ["abc", "1", "-1"], nan: ["NaN", "1", "-1"],
    underscore: ["1_000", "1", "-1"], fraction: ["1.5", "1", "2"], point: [".5", "0", "1"],
    trailing_point: ["5.", "4", "6"], plus: ["+3", "2", "4"], overflow: ["1e400", "1", "-1"],
    long: ["9".repeat(30), "1e29", "1e31"], wide: ["%EF%BC%91", "1", "-1"], arabic: ["%D9%A3", "1", "-1"],
    no_colon: [null, "1", "-1"], tab: ["%097", "6", "8"], nbsp: ["%C2%A07", "6", "8"],
    bom: ["%EF%BB%BF7", "6", "8"], minus_hex: ["-0x10", "1", "-1"], upper_hex: ["0XFF", "254", "256"],
    bare_hex: ["0x", "1", "-1"], bare_exponent: ["1e", "1", "-1"], grouped: ["1,000", "1", "-1"],
    suffix: ["5s", "1", "-1"], milliseconds: ["1760000003000", "1760000001", "1760000002"],
  };
  const saved = (name, cookies_in, more = {}) => ({
    name: `edge_stamp_${name}`, op: "txn_save", state: "new", pass_request_cookies: true,
    session: { state: "new", nonce: "n", codeVerifier: "v" }, cookies_in, ...more,
  });
  const filler = "x".repeat(1100);
  for (const [name, found] of Object.entries(odd)) {
    const cookies = {};
    found.forEach((stamp, at) => {
      cookies[`__txn_${at}`] = stamp === null ? filler : `${stamp}:${filler}`;
    });
    // everything must go for what is written: the deletions come in the order of the stamps
    yield saved(name, cookies, {
      session: { state: "new", nonce: "n", returnTo: `/${"y".repeat(2400)}` } });
    yield saved(`${name}_one`, cookies);
  }
  yield saved("letters", { __txn_a: `1:${filler}`, __txn_b: `2:${filler}`, "__txn_c": `0:${filler}` }, {
    state: "ünï", session: { state: "ünï" } });
  yield saved("same_name", { __txn_new: `1:${"x".repeat(3400)}`, __txn_b: `2:${filler}` });
  yield saved("no_prefix", { other: `1:${filler}`, __session: "z".repeat(1200), x: `0:${filler}` }, {
    config: { cookie: { prefix: "" } } });
  yield saved("single", { __txn_: `1:${filler}`, __txn_b: `2:${filler}`, __txn_c: `3:${filler}` }, {
    config: { enableParallelTransactions: false } });
  const edge = 3500 - (await import("./play.mjs").then(({ play }) => play(saved("measure", {}))))
    .set_cookie[0].split(";")[0].replace("%3A", ":").length;
  for (const [name, size] of [["fits", edge - 1], ["full", edge], ["over", edge + 1]])
    yield saved(`exact_${name}`, { __txn_a: `1:${"x".repeat(size - "__txn_a=1:".length)}` });
  const sealed = await sealText(`{"state":"st","exp":${NOW + 60}}`);
  for (const [name, value] of Object.entries({
    word: `abc%3A${sealed}`, empty: `%3A${sealed}`, two: `1%3A2%3A${sealed}`, none: sealed,
    only: `${NOW}%3A`, colons: `%3A%3A${sealed}`,
  }))
    yield { name: `edge_stamp_get_${name}`, op: "txn_get", state: "st", cookies_in: { __txn_st: value } };
}

export async function* cookies() {
  yield* names();
  yield* chunks();
  yield* stamps();
}
