// What the minting scripts share: cookies as the wire has them, and cases as formats.py reads them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** The cookies of Set-Cookie lines: {name: value as the wire has it}; a deletion removes one. */
export function cookiesOf(lines, before = {}) {
  const found = { ...before };
  for (const line of lines) {
    const [pair, ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const gone = attributes.some((one) => /^\s*(max-age=0|expires=thu, 01 jan 1970.*)$/i.test(one));
    if (gone) delete found[name];
    else found[name] = pair.slice(at + 1).trim();
  }
  return found;
}

/** `name version` of an installed package. */
export function generator(name) {
  for (const folder of require.resolve.paths(name)) {
    try {
      const found = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));
      return `${found.name} ${found.version}`;
    } catch {}
  }
  throw new Error(`${name} is not installed`);
}

export const now = () => Math.floor(Date.now() / 1000);

/** Print the cases of one family as JSON. */
export function print(cases) {
  process.stdout.write(JSON.stringify(cases, null, 1) + "\n");
}
