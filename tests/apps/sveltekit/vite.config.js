import { realpathSync } from "node:fs";
import { sveltekit } from "@sveltejs/kit/vite";

export default {
  plugins: [sveltekit()],
  cacheDir: ".svelte-kit/vite",
  // packages that are linked, as a workspace has them
  server: { fs: { allow: [realpathSync("node_modules")] } },
};
