// Hono's signed cookies: `node hono.mjs > hono.json`.
import { Hono } from "hono";
import { setSignedCookie } from "hono/cookie";
import { cookiesOf, generator, now, print } from "./minting.mjs";

const secret = "secret ingredient";

async function sign(name, value) {
  const app = new Hono();
  app.get("/", async (c) => {
    await setSignedCookie(c, name, value, secret);
    return c.text("ok");
  });
  const response = await app.request("/");
  return cookiesOf(response.headers.getSetCookie());
}

const common = { set: "js", minted_at: now(), generator: generator("hono"), secret, encoding: "text", outcome: "ok", format: "hono-value" };
print([
  { ...common, name: "hono-signed-value", cookies: await sign("delicious_cookie", "macha"), expected: { value: "macha" } },
  { ...common, name: "hono-signed-json", cookies: await sign("session", JSON.stringify({ user: { name: "Zoë" } })), expected: { user: { name: "Zoë" } } },
]);
