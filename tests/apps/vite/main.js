// A page that takes a new module without being loaded again.
import { said } from "./said.js";

const show = (text) => (document.getElementById("said").textContent = text);
show(said);
import.meta.hot.accept("./said.js", (module) => show(module.said));
