// Looks at the inspector of v6cert up in a real Chromium, on the machine itself, with a window of a phone's width:
// inspector.mjs CHROMIUM ADDRESS PICTURES. The caller makes a request for /text.js?inspected when it is asked to.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [executablePath, address, pictures] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 390, height: 600 } });
const complaints = [];
page.on("pageerror", (error) => complaints.push(error.message));

await page.goto(address);
await page.waitForSelector("#state.live");
const recording = page.waitForResponse((it) => it.url().endsWith("/bodies/on"));
await page.getByLabel("Record bodies").check();
assert.ok((await recording).ok());
console.log("make a request");
await lines.next();

// It is there without a reload; a click shows its headers, without the gate's cookie, and its body.
const row = page.locator("#rows tr", { hasText: "/text.js?inspected" });
await row.first().click();
await page.waitForSelector("#detail:not([hidden])");
const detail = await page.textContent("#detail");
assert.match(detail, /GET/);
assert.match(detail, /text\/javascript/);
assert.match(detail, /second text/);
assert.match(detail, /from 2a01:4f8:c17:b8f::1 /);
assert.doesNotMatch(detail, /__Host-v6cert/);

// Sent again, past the gate: a second row of the same path.
await page.getByRole("button", { name: "Replay" }).click();
await page.waitForFunction(
  () => [...document.querySelectorAll("#rows tr")].filter((it) => it.textContent.includes("/text.js?inspected")).length === 2,
);
assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));

// The filter leaves what has its words; in a desktop's window list and request stand side by side.
await page.setViewportSize({ width: 1000, height: 640 });
await page.screenshot({ path: `${pictures}/up-inspector.png` });
await page.getByLabel("Filter").fill("login");
const left = await page.locator("#rows tr:visible").allTextContents();
assert.ok(left.length > 0 && left.every((it) => it.includes("/login")), left.join("\n"));

assert.deepEqual(complaints, []);
await browser.close();
console.log("walked");
process.exit(0);
