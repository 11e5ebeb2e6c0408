import path from "node:path";

// the packages are two folders up, shared with the other samples
const root = path.resolve(import.meta.dirname, "../..");
export default { turbopack: { root }, outputFileTracingRoot: root, distDir: process.env.DIST ?? ".next", devIndicators: false };
