// Cookies of React Router: `node react-router.mjs > react-router.json`.
import { createCookie, createCookieSessionStorage, createMemorySessionStorage } from "react-router";
import { createFileSessionStorage } from "@remix-run/node";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cookiesOf, generator, now, print } from "./minting.mjs";

const secret = "s3cret1";
const data = { userId: "u_42", email: "zoe@example.test", name: "Zoë 漢字 ÿ" };
const common = (name) => ({ set: "js", minted_at: now(), generator: generator(name), secret, encoding: "text", outcome: "ok" });

async function save(storage, values, options) {
  const session = await storage.getSession();
  for (const [key, value] of Object.entries(values)) session.set(key, value);
  session.flash("message", "saved");
  return cookiesOf([await storage.commitSession(session, options)]);
}

const cases = [];
const flashed = { ...data, __flash_message__: "saved" };
const router = (cookie) => createCookieSessionStorage({ cookie: { name: "__session", secrets: [secret], ...cookie } });
cases.push({ ...common("react-router"), name: "react-router-cookie", format: "react-router", cookies: await save(router(), data), expected: flashed });
cases.push({ ...common("react-router"), name: "react-router-renamed", format: "react-router", cookies: await save(router({ name: "_app" }), data), expected: flashed });
cases.push({ ...common("react-router"), name: "react-router-older-secret", secret: ["n3wer", secret], format: "react-router", cookies: await save(router(), data), expected: flashed });
const memory = createMemorySessionStorage({ cookie: { name: "__session", secrets: [secret] } });
cases.push({ ...common("react-router"), name: "react-router-memory", format: "react-router-id", cookies: await save(memory, data) });
const dir = mkdtempSync(join(tmpdir(), "sessions-"));
const file = createFileSessionStorage({ dir, cookie: { name: "__session", secrets: [secret] } });
const expires = new Date((now() + 3600) * 1000);
const cookies = await save(file, data, { expires });
const [folder] = readdirSync(dir);
const [rest] = readdirSync(join(dir, folder));
const id = folder + rest;
cases.push({ ...common("@remix-run/node"), name: "react-router-file", format: "react-router-id", cookies, session_id: id, store: { [id]: readFileSync(join(dir, folder, rest), "utf8") }, expected: flashed, exp: now() + 3600 });
rmSync(dir, { recursive: true });
const prefs = createCookie("prefs", { secrets: [secret] });
cases.push({ ...common("react-router"), name: "react-router-object-value", format: "react-router", cookies: cookiesOf([await prefs.serialize({ theme: "dark" })]), expected: { theme: "dark" } });
cases.push({ ...common("react-router"), name: "react-router-list-value", format: "react-router-value", cookies: cookiesOf([await prefs.serialize([1, "dark"])]), expected: { value: [1, "dark"] } });
print(cases.map((one) => ({ ...one, ...(one.name.endsWith("file") && { exp: expires.getTime() / 1000 }) })));
