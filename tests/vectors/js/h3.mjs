// Cookies of h3 1 and 2: `node h3.mjs > h3.json`.
import * as h3v2 from "h3";
import * as h3v1 from "h3-1";
import { cookiesOf, generator, now, print } from "./minting.mjs";

const secret = "correct-horse-battery-staple-0123456789abcdef";
const data = { user: { name: "Zoë 漢字", email: "zoe@example.test" }, loggedInAt: 1 };

async function answerOf2(config, update) {
  const app = new h3v2.H3();
  app.get("/", async (event) => {
    const session = await h3v2.useSession(event, { password: secret, ...config });
    await session.update(update);
    return session.id;
  });
  return app.request("/");
}

async function answerOf1(config, update) {
  const app = h3v1.createApp();
  app.use("/", h3v1.eventHandler(async (event) => {
    const session = await h3v1.useSession(event, { password: secret, ...config });
    await session.update(update);
    return session.id;
  }));
  return h3v1.toWebHandler(app)(new Request("http://localhost/"));
}

async function mint(name, version, config, update = data, more = {}) {
  const answer = version === 2 ? await answerOf2(config, update) : await answerOf1(config, update);
  const cookies = cookiesOf(answer.headers.getSetCookie());
  const common = { set: "js", minted_at: now(), generator: generator(version === 2 ? "h3" : "h3-1"), secret, encoding: "text", outcome: "ok" };
  const id = (await answer.text()).replaceAll('"', "");
  return { ...common, name, format: `h3-v${version}`, cookies, expected_subset: { id, data: update }, ...more };
}

const long = { user: { name: "Zoë", bio: "é".repeat(6000) } };
const cases = [];
for (const version of [2, 1]) {
  cases.push(await mint(`h3-${version}`, version, { maxAge: 3600 }));
  cases.push(await mint(`h3-${version}-nuxt`, version, { name: "nuxt-session", maxAge: 604800 }));
  cases.push(await mint(`h3-${version}-endless`, version, {}, data, { exp: null }));
  const chunked = await mint(`h3-${version}-long`, version, { name: "nuxt-session", maxAge: 3600 }, long);
  cases.push({ ...chunked, chunks: Object.keys(chunked.cookies).length });
  cases.push(await mint(`h3-${version}-expired`, version, { maxAge: 1 }, data, { minted_at: now() + 120, expired: true }));
}
cases.push(await mint("h3-2-idle", 2, { idleTimeout: 1800, maxAge: 3600 }));
cases.push(await mint("h3-2-password-id", 2, { password: { id: "k2", secret } , maxAge: 3600 }));
print(cases);
