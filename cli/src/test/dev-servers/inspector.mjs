// Looks at the inspector of v6cert up in a real Chromium, on the machine itself, with a window of a phone's width:
// inspector.mjs CHROMIUM ADDRESS. The caller makes a request for /text.js?inspected when it is asked to.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [executablePath, address] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 390, height: 600 } });
const complaints = [];
page.on("pageerror", (error) => complaints.push(error.message));

await page.goto(address);
await page.waitForSelector("#state.live");
console.log("make a request");
await lines.next();

// It is there without a reload; a click shows its headers, without the gate's cookie.
const row = page.locator("#rows tr", { hasText: "/text.js?inspected" });
await row.first().click();
await page.waitForSelector("#detail:not([hidden])");
const detail = await page.textContent("#detail");
assert.match(detail, /GET/);
assert.match(detail, /text\/javascript/);
assert.doesNotMatch(detail, /__Host-v6cert/);

// Sent again, past the gate: a second row of the same path.
await page.getByRole("button", { name: "Replay" }).click();
await page.waitForFunction(
  () => [...document.querySelectorAll("#rows tr")].filter((it) => it.textContent.includes("/text.js?inspected")).length === 2,
);
assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));

assert.deepEqual(complaints, []);
await browser.close();
console.log("walked");
process.exit(0);
