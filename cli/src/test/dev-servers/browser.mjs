// Walks through a site behind v6cert up as somebody with a phone does, in a real Chromium:
// browser.mjs CHROMIUM LINK ADDRESS FILE PICTURES. FILE is the module of the app that is edited. What only the
// caller can do, it asks for on standard output, and goes on when a line comes in.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [executablePath, link, address, file, pictures] = process.argv.slice(2);
const { origin } = new URL(link);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const please = async (what) => {
  console.log(what);
  await lines.next();
};

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", `--host-resolver-rules=MAP ${new URL(link).hostname} [${address}]`],
});
const context = await browser.newContext({ viewport: { width: 390, height: 600 }, isMobile: true, hasTouch: true });
const page = await context.newPage();
const complaints = [];
page.on("pageerror", (error) => complaints.push(error.message));

const clip = { x: 0, y: 0, width: 390, height: 260 };
const picture = (name) => page.screenshot({ path: `${pictures}/${name}.png`, clip });

const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

const shows = (text) => page.waitForFunction((it) => document.querySelector("#text")?.textContent === it, text);

// The gate: without the link there is a page that says what to do.
let response = await page.goto(`${origin}/`);
assert.equal(response.status(), 403);
assert.match(await page.textContent("body"), /Open the link that v6cert has printed/);
assert.ok(await fits());
await picture("up-gate");

// The link: the token has left the address, and is a cookie that no script and no other site gets.
const socket = page.waitForEvent("websocket");
response = await page.goto(link);
assert.equal(response.status(), 200);
assert.equal(page.url(), `${origin}/`);
await shows("first text");
const [cookie] = (await context.cookies()).filter(({ name }) => name === "__Host-v6cert");
assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === "Lax");
assert.equal(await page.evaluate(() => document.cookie), "");
assert.equal(await page.evaluate(() => isSecureContext), true);
assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol), "h2");

// Hot reload: the page shows what was edited, and was not loaded anew.
assert.match((await socket).url(), /^wss:/);
const loaded = await page.textContent("#loaded");
const from = performance.now();
writeFileSync(file, readFileSync(file, "utf8").replace("first text", "second text"));
await shows("second text");
console.log(`hot reload: ${Math.round(performance.now() - from)} ms`);
assert.equal(await page.textContent("#loaded"), loaded);
await picture("up-page");

// The app's redirect to its whole own address leads to ours, with its cookie.
await page.goto(`${origin}/login`);
assert.equal(page.url(), `${origin}/?in`);
await shows("second text");
assert.equal(await page.evaluate(() => document.cookie), "session=1");

// The server ends and comes back: the page says so, and is there again by itself.
await please("stop the server");
response = await page.goto(`${origin}/`);
assert.equal(response.status(), 502);
assert.ok(await fits());
await picture("up-down");
await please("start the server");
await shows("second text");

assert.deepEqual(complaints, []);
await browser.close();
console.log("walked");
process.exit(0);
