import { text } from "./text.js";

const show = (value) => (document.querySelector("#text").textContent = value);

show(text);
document.querySelector("#loaded").textContent = String(performance.timeOrigin);
import.meta.hot.accept("./text.js", (module) => show(module.text));
