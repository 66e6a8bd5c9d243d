import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @throws Error that says what to do when there is no Chromium: a missing browser is no reason to skip. */
export function findChromium(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [
    process.env.CHROMIUM ?? "",
    "/usr/bin/chromium",
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  const found = candidates.find((path) => path !== "" && existsSync(path));
  if (!found) throw new Error("no Chromium found · apt-get install chromium, or set CHROMIUM to its path");
  return found;
}

/** Headless, with a profile of its own that is removed at the end. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), headless: true, args: FLAGS });

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** A page whose complaints are kept: console errors (refused content among them) and uncaught exceptions. */
export interface Watched {
  page: Page;
  complaints: string[];
}

export async function openPage(context: BrowserContext, url: string): Promise<Watched> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" || /content security policy/i.test(text)) complaints.push(text);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  await page.goto(url);
  return { page, complaints };
}

/** What the tests read of the video element; the page's types are not those of the tests. */
export interface Film {
  time: number;
  duration: number;
  paused: boolean;
  ended: boolean;
  width: number;
  height: number;
  rate: number;
  volume: number;
  muted: boolean;
  error: string | null;
}

interface VideoElement {
  currentTime: number;
  duration: number;
  paused: boolean;
  ended: boolean;
  videoWidth: number;
  videoHeight: number;
  playbackRate: number;
  volume: number;
  muted: boolean;
  error: { message: string } | null;
}

export const film = (page: Page): Promise<Film> =>
  page.locator("video").evaluate((video: VideoElement) => ({
    time: video.currentTime,
    duration: video.duration,
    paused: video.paused,
    ended: video.ended,
    width: video.videoWidth,
    height: video.videoHeight,
    rate: video.playbackRate,
    volume: video.volume,
    muted: video.muted,
    error: video.error?.message ?? null,
  }));

/**
 * Asks again until the answer is right.
 * @param seconds after which it is an error that shows the last answer
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  right: (answer: T) => boolean,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (right(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s; last: ${JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Waits until the film moves on, and gives it. */
export async function untilPlaying(page: Page): Promise<Film> {
  const first = await until(
    "a film",
    () => film(page),
    (one) => one.height > 0 && !one.paused,
  );
  return until(
    "the film moves",
    () => film(page),
    (one) => one.time > first.time || one.time > 1,
  );
}
