// Golden cases at the edges: `node edges.mjs > ../nextjs-auth0-edges.json` (after npm install in tests).
import { answers } from "./answers.mjs";
import { claims } from "./claims.mjs";
import { cookies } from "./cookies.mjs";
import { options } from "./options.mjs";
import { paths } from "./paths.mjs";
import { play } from "./play.mjs";
import { queries } from "./queries.mjs";
import { refusals } from "./refusals.mjs";
import { sessions } from "./sessions.mjs";
import { tokens } from "./tokens.mjs";

console.warn = console.error = () => {};
const TOPICS = [paths, sessions, cookies, queries, answers, tokens, options, refusals, claims];
const lines = [];
for (const topic of TOPICS)
  for await (const given of topic()) lines.push(JSON.stringify(await play(given)));
process.stdout.write(`[\n${lines.join(",\n")}\n]\n`);
