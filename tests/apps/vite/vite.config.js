export default { cacheDir: ".vite" };
