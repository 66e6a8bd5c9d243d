/** A local MediaConvert for bad films, what each of them took, and how they ended. */
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { memoryLimit } from "../../../local/mediaconvert/limits.plan";
import { Platform } from "../../mediaconvert/platform";
import { readyVenv } from "../../support/ministack";
import { type BadFilm, type Outcome, run } from "./case";
import { copySentinels, makeSentinels, SENTINEL_FILM, SENTINEL_NOTE } from "./sentinel";
import { type Taken, Watch } from "./watch";

/** What the issue allows each program, probe or transcode. */
const MOST_SECONDS = 60;
const MOST_MEGABYTES = 512;
/** As large as a seed can be. */
const SMALL = 1280 * 720;
/** Bytes that outputs of a film of two seconds may have, whatever it says of itself. */
const MOST_OUTPUT = 64 * 1024 * 1024;

export interface Totals {
  rejected: number;
  failed: number;
  ready: number;
  seconds: number;
  megabytes: number;
  output: number;
}

export interface FuzzStage {
  platform: Platform;
  /** Folder with the sentinels. */
  folder: string;
  /** The film that no output may show. */
  sentinel: Buffer;
  totals: Totals;
  /** @throws AssertionError that names the film */
  attempt(film: BadFilm): Promise<Outcome>;
  /** All of them, whatever becomes of one. @throws AssertionError that names every film that broke a promise */
  attemptAll(films: Iterable<BadFilm>): Promise<void>;
  /** A fresh server: the state of thousands of jobs would be written at each change of one. */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStage(): Promise<FuzzStage> {
  await readyVenv();
  const platform = await Platform.start();
  const folder = mkdtempSync(join(platform.directory, "films-"));
  const { film, note } = await makeSentinels(platform.tools, folder);
  await platform.put(SENTINEL_FILM, film);
  await platform.put(SENTINEL_NOTE, note);
  const watch = new Watch();
  const totals: Totals = { rejected: 0, failed: 0, ready: 0, seconds: 0, megabytes: 0, output: 0 };
  let count = 0;
  const start = async () => {
    const name = `server${(count += 1)}`;
    const server = await platform.mediaConvert(name);
    // Beside the folders in which sources are probed and transcoded.
    const around = ["", "jobs", "probes"].map((part) => join(platform.directory, name, part));
    copySentinels(folder, around);
    return server;
  };
  let server = await start();
  const attempt = async (bad: BadFilm): Promise<Outcome> => {
    const outcome = await run({ platform, client: server.client }, bad);
    judge(bad.name, outcome, watch.taken(), totals);
    return outcome;
  };
  return {
    platform,
    folder,
    sentinel: film,
    totals,
    attempt,
    async attemptAll(films) {
      const broken: string[] = [];
      for (const film of films)
        await attempt(film).catch((error: Error) => broken.push(`${film.name}: ${error.message}`));
      assert.deepEqual(broken, []);
    },
    async renew() {
      await server.close();
      server = await start();
    },
    async stop() {
      watch.stop();
      await server.close();
      await platform.stop();
    },
  };
}

function judge(name: string, outcome: Outcome, taken: Taken[], totals: Totals): void {
  const { width = 0, height = 0 } = outcome.source?.video ?? {};
  // A film that says it is larger than any seed gets the memory of such a film.
  const most = width * height <= SMALL ? MOST_MEGABYTES : memoryLimit(width * height) / 2 ** 20 + 32;
  for (const { program, seconds, megabytes } of taken) {
    assert.ok(seconds <= MOST_SECONDS, `${name}: ${program} took ${seconds.toFixed(1)} s`);
    const limit = program.startsWith("ffprobe") ? MOST_MEGABYTES : most;
    assert.ok(megabytes <= limit, `${name}: ${program} took ${megabytes.toFixed(0)} of ${limit.toFixed(0)} MB`);
    totals.seconds = Math.max(totals.seconds, seconds);
    if (limit === MOST_MEGABYTES) totals.megabytes = Math.max(totals.megabytes, megabytes);
  }
  assert.ok(outcome.end === "ready" || outcome.why.length > 10, `${name} ${outcome.end} without a reason`);
  assert.ok(outcome.made <= MOST_OUTPUT, `${name}: ${outcome.made} bytes of output`);
  totals[outcome.end] += 1;
  totals.output = Math.max(totals.output, outcome.made);
}

export const figures = ({ rejected, failed, ready, seconds, megabytes, output }: Totals): string =>
  `${rejected} rejected, ${failed} failed, ${ready} ready; at most ${seconds.toFixed(1)} s, ` +
  `${megabytes.toFixed(0)} MB, ${(output / 2 ** 20).toFixed(1)} MB of output`;
