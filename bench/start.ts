/** `npm start` as a person meets it: how long until the viewer answers, until a picture moves, and how much memory it takes. */
import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { TitleList } from "../contracts/api";
import { ROOT_CREDENTIALS } from "../local/cloud/ministack";
import { findMediaTools } from "../local/ffmpeg";
import { ROOT } from "../local/launcher/layout";
import { launchBrowser, untilPlaying } from "../test/e2e/support/browser";
import { startTestPlatform, type TestPlatform } from "../test/e2e/support/platform";
import { readyVenv } from "../test/support/ministack";
import type { Figure } from "./figure";
import { treePss } from "./processes";

/** DESIGN: sum of PSS, idle and during one 1080p transcode. */
const IDLE_LIMIT_MB = 1_500;
const BUSY_LIMIT_MB = 2_000;
const CLIP = "bench 1080p.mp4";
const SETTLE_MS = 10_000;
const SAMPLE_MS = 250;

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const titlesOf = async ({ viewer }: TestPlatform): Promise<TitleList["titles"]> =>
  ((await (await fetch(`${viewer}/api/titles`)).json()) as TitleList).titles;

/** A minute of the sample, scaled to 1080p. */
async function makeClip(folder: string): Promise<string> {
  const file = join(folder, "clip.mp4");
  const { ffmpeg } = findMediaTools(await readyVenv());
  const source = ["-stream_loop", "-1", "-i", join(ROOT, "samples/bigbuckbunny.mp4"), "-t", "60"];
  const codec = ["-vf", "scale=1920:1080", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"];
  execFileSync(ffmpeg, ["-v", "error", ...source, ...codec, file]);
  return file;
}

async function upload({ aws, outputs }: TestPlatform, file: string): Promise<void> {
  const s3 = new S3Client({ ...aws, credentials: ROOT_CREDENTIALS, forcePathStyle: true });
  const Body = createReadStream(file);
  await s3.send(
    new PutObjectCommand({ Bucket: String(outputs.ingestBucket), Key: CLIP, Body, ContentLength: statSync(file).size }),
  );
  s3.destroy();
}

/** Highest memory from the upload of a film until it is listed. */
async function peakDuringTranscode(platform: TestPlatform, file: string): Promise<number> {
  const before = (await titlesOf(platform)).length;
  let peak = 0;
  await upload(platform, file);
  while ((await titlesOf(platform)).length === before) {
    peak = Math.max(peak, treePss(platform.pid));
    await wait(SAMPLE_MS);
  }
  return peak;
}

export async function startFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "vod-bench-"));
  const file = await makeClip(folder);
  const browser = await launchBrowser();
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const platform = await startTestPlatform();
  try {
    const up = seconds();
    const [title] = await titlesOf(platform);
    const page = await browser.newPage();
    await page.goto(`${platform.viewer}/#/watch/${title?.videoId}`);
    await page.locator(".centre.waiting").getByRole("button", { name: "Play" }).click();
    await untilPlaying(page);
    const playing = seconds();
    await browser.close();
    await wait(SETTLE_MS);
    const idle = treePss(platform.pid);
    const busy = await peakDuringTranscode(platform, file);
    const common = { baseline: null, command: "npm start" };
    const once = "one run, installed, empty state";
    return [
      {
        ...common,
        id: "start.url",
        what: "start → viewer's URL, sample ingested",
        value: up,
        unit: "s",
        limit: null,
        how: once,
      },
      {
        ...common,
        id: "start.playing",
        what: "start → a picture moves in the browser",
        value: playing,
        unit: "s",
        limit: null,
        how: once,
      },
      {
        ...common,
        id: "memory.idle",
        what: "memory of the whole platform, idle",
        value: idle,
        unit: "MB",
        limit: { kind: "max", value: IDLE_LIMIT_MB },
        how: "sum of PSS, 10 s after the start",
      },
      {
        ...common,
        id: "memory.busy",
        what: "memory during one 1080p transcode",
        value: busy,
        unit: "MB",
        limit: { kind: "max", value: BUSY_LIMIT_MB },
        how: "highest sum of PSS, every 0.25 s",
      },
    ];
  } finally {
    await browser.close();
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
