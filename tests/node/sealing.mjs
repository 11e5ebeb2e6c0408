// Times seal + open inside Node: jose alone, and the real SDK's encrypt/decrypt. Reads {payload,
// exp, count, rounds} as JSON from standard input; prints microseconds an operation, the lower quartiles.
import { readFileSync } from "node:fs";
import { hkdfSync } from "node:crypto";
import * as jose from "jose";

const dist = new URL("../node_modules/@auth0/nextjs-auth0/dist/server/", import.meta.url);
const sdk = await import(new URL("cookies.js", dist));
const { payload, exp, count, rounds, secret } = JSON.parse(readFileSync(0));
const key = new Uint8Array(hkdfSync("sha256", secret, "", "JWE CEK", 32));

const contenders = {
  jose: async () => {
    const sealed = await new jose.EncryptJWT(payload)
      .setProtectedHeader({ enc: "A256GCM", alg: "dir" }).setExpirationTime(exp).encrypt(key);
    return (await jose.jwtDecrypt(sealed, key, { clockTolerance: 15 })).payload;
  },
  sdk: async () => (await sdk.decrypt(await sdk.encrypt(payload, secret, exp), secret)).payload,
};
const taken = { jose: [], sdk: [] };
for (let round = 0; round <= rounds; round++)
  for (const [name, work] of Object.entries(contenders)) {
    const start = process.hrtime.bigint();
    for (let n = 0; n < count; n++)
      if ((await work()).exp !== exp) throw new Error(`${name} lost the payload`);
    if (round) taken[name].push(Number(process.hrtime.bigint() - start) / 1000 / count);
  }
const quartile = (found) => found.sort((a, b) => a - b)[Math.floor(found.length / 4)];
console.log(JSON.stringify({ jose: quartile(taken.jose), sdk: quartile(taken.sdk) }));
