import { text } from "./text.js";

document.body.append(text);
if (module.hot) module.hot.accept("./text.js", () => document.body.append(text));
