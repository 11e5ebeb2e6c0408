// Calls one of the classes for somebody who writes a line of JSON for each call:
//   ["get", "id"]  ->  {"ok": …}  or  {"error": "…"}
import { createInterface } from "node:readline";
import { DynamoSessionStore } from "./dynamodb_store.mjs";
import { MongoSessionStore } from "./mongodb_store.mjs";
import { PostgresSessionStore } from "./postgres_store.mjs";
import { RedisSessionStore } from "./redis_store.mjs";

const CLASSES = {
  redis: RedisSessionStore,
  postgres: PostgresSessionStore,
  mongodb: MongoSessionStore,
  dynamodb: DynamoSessionStore,
};
const [kind, url] = process.argv.slice(2);

async function answer(store, [method, ...values]) {
  try {
    return { ok: (await store[method](...values)) ?? null };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}

const store = await CLASSES[kind].connect(url);
console.log(JSON.stringify({ ok: "connected" }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(store, JSON.parse(line))));
}
await store.close();
