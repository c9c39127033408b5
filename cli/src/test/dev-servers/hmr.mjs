// Listens to a hot-reload socket as a browser's page does, changes a file of the app when it is open, and ends when
// the server tells of the change: hmr.mjs URL ORIGIN FILE PATTERN [PROTOCOL]
import { readFileSync, writeFileSync } from "node:fs";
import WebSocket from "ws";

const [url, origin, file, pattern, protocol] = process.argv.slice(2);
const socket = new WebSocket(url, protocol ? [protocol] : [], { origin });
const messages = [];
let changed = false;

const fail = (why) => {
  console.log(`${why}; messages: ${messages.join("\n")}`);
  process.exit(1);
};

socket.on("error", (error) => fail(error.message));
socket.on("close", (code) => fail(`closed with ${code}`));
socket.on("open", () => {
  // What tells of the start comes first, and is not to be taken for the change.
  setTimeout(() => {
    changed = true;
    writeFileSync(file, readFileSync(file, "utf8").replace("first text", "second text"));
  }, 1000);
});
socket.on("message", (data) => {
  const text = data.toString();
  messages.push(text);
  if (changed && new RegExp(pattern).test(text)) {
    console.log("told of the change");
    process.exit(0);
  }
});
setTimeout(() => fail("told of nothing"), 20000);
