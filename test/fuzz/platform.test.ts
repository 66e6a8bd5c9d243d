import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { assetPrefix } from "../../contracts/keys";
import { type Asset, isEnd } from "../../contracts/ledger";
import { findMediaTools } from "../../local/ffmpeg";
import { layoutOf } from "../../local/launcher/layout";
import { type Platform, startPlatform } from "../../local/launcher/platform";
import { followUpload, newestUpload, uploadSource } from "../../local/launcher/titles";
import { type LocalFolder, localFolder } from "../local/support/command";
import { testVenv } from "../support/ministack";
import { isWhole } from "../support/sample";
import { AVI_LIES, TS_LIES } from "./support/liesStreams";
import { MATROSKA_LIES } from "./support/liesMatroska";
import { lendings, MP4_LIES } from "./support/liesMp4";
import { mutate, truncate } from "./support/mutate";
import { type Container, makeLiars, makeSeeds } from "./support/seeds";
import { makeSentinels, SENTINEL_FILM, SENTINEL_NOTE, SENTINEL_TEXT } from "./support/sentinel";

const silent = { quiet: true, debug: true, print: () => undefined, progress: () => undefined, warn: () => undefined };
const ENDS = new Set(["ready", "rejected", "failed", "held"]);
/** What the issue gives a good film from its turn. */
const TURN_SECONDS = 60;

/** Of each kind some: rejected by their bytes, by Probe, by their length, failed in the transcoder, and ready in spite of all. */
const LIES: [Container, string][] = [
  ["mp4", "size 2^63"],
  ["mp4", "10^9 s everywhere"],
  ["mp4", "10^6 empty tracks"],
  ["mp4", "samples past the end"],
  ["mp4", "a picture of 65,536 × 65,536 in its codec"],
  ["mkv", "a picture of 65,535 × 65,535"],
  ["mkv", "length 10^9 s"],
  ["ts", "the list of programs is a program"],
  ["ts", "nothing but sync bytes"],
  ["avi", "subtitles that are a playlist of another film"],
  // Stopped by its limit after 40 seconds; the queue waits for it.
  ...(isWhole ? ([["mp4", "an empty edit of 2^31 ms first"]] satisfies [Container, string][]) : []),
];

describe("damaged films before a good one", function () {
  this.timeout(900_000);
  let folder: LocalFolder;
  let platform: Platform;
  const films = new Map<string, string>();
  const never = new AbortController().signal;

  const write = (name: string, bytes: Buffer): void => {
    const file = join(folder.path, "films", name);
    writeFileSync(file, bytes);
    films.set(name, file);
  };
  const upload = (key: string, name = key): Promise<void> => uploadSource(platform, key, films.get(name) ?? "");
  const end = (key: string): Promise<Asset> => followUpload(platform, key, () => undefined, never);

  before(async () => {
    folder = await localFolder();
    mkdirSync(join(folder.path, "films"));
    const tools = findMediaTools(testVenv());
    const made = join(folder.path, "films");
    const [seeds, liars] = [await makeSeeds(tools, made), await makeLiars(tools, made)];
    for (const { name, bytes } of seeds) {
      for (const number of [0, 4, 8]) write(`damaged-${number}-${name}`, mutate(bytes, number));
      write(`cut-${name}`, truncate(bytes, 20));
    }
    const lies = { mp4: MP4_LIES, mkv: MATROSKA_LIES, ts: TS_LIES, avi: AVI_LIES };
    for (const [index, [container, title]] of LIES.entries()) {
      const tell = lies[container][title];
      if (!tell) throw new Error(`no such lie: ${title}`);
      write(`lie-${index}.${container}`, tell(liars[container]));
    }
    for (const [index, tell] of Object.values(lendings([SENTINEL_FILM, `../${SENTINEL_FILM}`])).entries())
      write(`lent-${index}.mp4`, tell(liars.mp4));
    write("good.mp4", liars.mp4);
    const { film, note } = await makeSentinels(tools, made);
    write(SENTINEL_FILM, film);
    write(SENTINEL_NOTE, note);
    platform = await startPlatform({
      layout: layoutOf("platform", folder.path),
      port: 0,
      set: {},
      output: silent,
      signal: never,
    });
  });
  after(async () => {
    await platform?.stop();
    folder.remove();
  });

  /** Every object below a title's place, by its hash. */
  async function outputsOf({ videoId, assetId }: Asset): Promise<Record<string, string>> {
    const { s3 } = platform.cloud.in();
    const Bucket = String(platform.record.outputs.mediaBucket);
    const found: Record<string, string> = {};
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: assetPrefix(videoId, assetId) }))
      for (const { Key = "" } of page.Contents ?? []) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        assert.ok(!bytes.includes(SENTINEL_TEXT), `another file's text is in ${Key}`);
        found[Key] = createHash("sha256").update(bytes).digest("hex");
      }
    return found;
  }

  it("end each, leave other titles alone, and let the good one be ready within its time", async () => {
    // Another person's film, and a note, which is none.
    await upload(SENTINEL_FILM);
    await upload(SENTINEL_NOTE);
    await upload("first/good.mp4", "good.mp4");
    const other = await end("first/good.mp4");
    assert.equal(other.state, "ready");
    const before = await outputsOf(other);
    assert.ok(Object.keys(before).length > 4);

    const bad = [...films.keys()].filter((name) => /^(damaged|cut|lie|lent)-/.test(name));
    assert.ok(bad.length >= 30);
    await Promise.all(bad.map((name) => upload(name)));
    await upload("last/good.mp4", "good.mp4");
    const good = await end("last/good.mp4");
    assert.equal(good.state, "ready");
    const at = (state: string): number => Date.parse(good.history.find((entry) => entry.state === state)?.at ?? "");
    const seconds = (at("ready") - at("progressing")) / 1000;
    assert.ok(seconds <= TURN_SECONDS, `ready ${seconds} s after its turn came`);

    const ends: Record<string, number> = {};
    for (const name of bad) {
      const asset = await end(name);
      ends[asset.state] = (ends[asset.state] ?? 0) + 1;
      assert.ok(ENDS.has(asset.state), `${name} is ${asset.state}`);
      assert.ok(
        asset.state === "ready" || (asset.reason?.text.length ?? 0) > 10,
        `${name} ${asset.state} without reason`,
      );
      if (asset.state === "ready") assert.ok(Object.keys(await outputsOf(asset)).length > 4, `${name} has no outputs`);
    }
    console.log(`  ${bad.length} bad films: ${JSON.stringify(ends)}; the good one ready after ${seconds} s`);
    // Their jobs came after the other title's: it is what it was, to the byte.
    assert.deepEqual(await outputsOf(other), before);
    const again = await newestUpload(platform, "first/good.mp4");
    assert.ok(again && isEnd(again.state) && again.assetId === other.assetId);
  });
});
