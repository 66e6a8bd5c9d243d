/** Takes the picture of the viewer that the README shows, from a running platform. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { CommandError, EXIT, runCommand, type CommandSpec, type Invocation } from "../cli/shell.js";
import { ROOT, runFile } from "../local/launcher/layout.js";
import type { RunRecord } from "../local/launcher/serve.js";
import { DESKTOP, film, launchBrowser, openPage, until, untilPlaying } from "../test/e2e/support/browser.js";

const PICTURE = join(ROOT, "docs/images/viewer.jpg");
/** Bytes: a README is read on phones too. */
const LIMIT = 300_000;
/** Down to the title's facts: what lies below is cut by the window. */
const CLIP = { x: 0, y: 0, width: 1280, height: 788 };
/** Share of the film that the pointer is at, so that a preview shows. */
const POINTED = 0.62;

const SPEC: CommandSpec = {
  call: "tools/run tools/screenshot.ts",
  summary: "Writes a JPEG of the player, with a preview over its time line, of the running local platform.",
  positionals: "",
  options: {
    url: { type: "string", value: "URL", help: "the viewer; default: the one of npm start" },
    out: { type: "string", value: "FILE", help: "default docs/images/viewer.jpg" },
  },
  examples: [["tools/run tools/screenshot.ts", "while npm start runs elsewhere"]],
};

function viewerOf(url: unknown): string {
  if (typeof url === "string") return url.replace(/\/+$/, "");
  if (!existsSync(runFile()))
    throw new CommandError({ what: "no platform is running", action: "npm start, then this again; or give --url" });
  return (JSON.parse(readFileSync(runFile(), "utf8")) as RunRecord).viewer;
}

/** Plays the newest title, holds it in its middle and points at the time line. */
async function pose(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^(Play|Resume)/ }).click();
  await untilPlaying(page);
  await page.keyboard.press("k");
  await page.keyboard.press("4");
  await until("the picture", () => film(page), (one) => one.paused && one.time > 0); // prettier-ignore
  const box = await page.getByRole("slider", { name: "Time" }).boundingBox();
  if (!box) throw new Error("the player shows no time line");
  await page.mouse.move(box.x + box.width * POINTED, box.y + box.height / 2);
  await page.locator(".preview-window img").waitFor();
  // What the keys did is said over the picture for a moment; the preview's sheet loads meanwhile.
  await page.waitForTimeout(2_000);
}

async function main({ values, output }: Invocation): Promise<number> {
  const viewer = viewerOf(values.url);
  const file = typeof values.out === "string" ? resolve(values.out) : PICTURE;
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ ...DESKTOP, colorScheme: "dark", locale: "en-GB" });
    const { page } = await openPage(context, `${viewer}/`);
    await pose(page);
    const picture = await page.screenshot({ type: "jpeg", quality: 82, clip: CLIP });
    if (picture.length > LIMIT) throw new Error(`the picture has ${picture.length} bytes, more than ${LIMIT}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, picture);
    output.print(`${file} · ${picture.length} bytes`);
    return EXIT.done;
  } finally {
    await browser.close();
  }
}

void runCommand(SPEC, main);
