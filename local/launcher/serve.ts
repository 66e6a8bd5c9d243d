/** `npm start`: everything up, the sample playing, until Ctrl-C. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Asset } from "../../contracts/ledger.js";
import { EXIT, type Output } from "../../cli/shell.js";
import { checkUrls } from "./check.js";
import { layoutOf, ROOT, runFile } from "./layout.js";
import { removeAbandoned } from "./leftovers.js";
import { type Platform, startPlatform } from "./platform.js";
import { stateLine } from "./progress.js";
import { endingLines } from "./summary.js";
import { followUpload, hasTitles, newestUpload, uploadSource } from "./titles.js";

const SAMPLE = join(ROOT, "samples/bigbuckbunny.mp4");
/** The file's name is the title that viewers see first. */
const SAMPLE_KEY = "Big Buck Bunny.mp4";

export interface ServeOptions {
  port: number;
  set: Record<string, string>;
  json: boolean;
  output: Output;
  signal: AbortSignal;
}

/** What other programs read: also kept in `.local/run.json` while the platform runs. */
export interface RunRecord {
  viewer: string;
  api: string;
  aws: { endpoint: string; region: string };
  outputs: Record<string, unknown>;
}

const runRecord = ({ viewer, api, aws, record }: Platform): RunRecord => ({
  viewer,
  api,
  aws,
  outputs: record.outputs,
});

/** What the sample waits for: an upload, the job of an earlier start that was stopped, or nothing. */
async function sampleNeeds(platform: Platform): Promise<"upload" | "end" | "nothing"> {
  if (!(await hasTitles(platform))) return "upload";
  const state = (await newestUpload(platform, SAMPLE_KEY))?.state;
  return state === "submitted" || state === "progressing" ? "end" : "nothing";
}

/** @returns the videoId of the sample when it has become ready now. */
async function ingestSample(platform: Platform, { output, signal }: ServeOptions): Promise<string | null> {
  const needs = await sampleNeeds(platform);
  if (needs === "nothing") return null;
  output.progress(needs === "upload" ? "ingesting the sample clip" : "the sample clip's job goes on");
  if (needs === "upload") await uploadSource(platform, SAMPLE_KEY, SAMPLE);
  const show = (asset: Asset): void => output.progress(stateLine(SAMPLE_KEY, asset));
  const asset = await Promise.race([
    followUpload(platform, SAMPLE_KEY, show, signal),
    platform.broken.then((what) => Promise.reject(new Error(what))),
  ]);
  if (asset.state === "ready") return asset.videoId;
  output.warn(`the sample clip is ${asset.state}: ${asset.reason?.text ?? "no reason was given"}`);
  return null;
}

async function announce(platform: Platform, options: ServeOptions, since: number): Promise<void> {
  const { json, output } = options;
  const fresh = await ingestSample(platform, options);
  const watch = await checkUrls(platform, fresh);
  const record = JSON.stringify(runRecord(platform));
  writeFileSync(runFile(), `${record}\n`);
  if (json) output.print(record);
  else {
    const seconds = (Date.now() - since) / 1000;
    const externalDatabase = Boolean(process.env.DATABASE_URL);
    for (const line of endingLines({ platform, seconds, watch, externalDatabase })) output.print(line);
  }
}

const aborted = (signal: AbortSignal): Promise<"stop"> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve("stop");
    signal.addEventListener("abort", () => resolve("stop"), { once: true });
  });

export async function serve(options: ServeOptions): Promise<number> {
  const { output, signal } = options;
  // Since this process began, so that loading our own code counts too.
  const since = Date.now() - process.uptime() * 1000;
  await removeAbandoned();
  const platform = await startPlatform({ ...options, layout: layoutOf("platform") });
  try {
    await announce(platform, options, since);
    const end = await Promise.race([aborted(signal), platform.broken]);
    if (end === "stop") return EXIT.done;
    throw new Error(end);
  } finally {
    output.progress("stopping");
    rmSync(runFile(), { force: true });
    await platform.stop();
  }
}
