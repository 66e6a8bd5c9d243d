/** The storyboard's bundle over real captures in the emulated cloud: films whose brightness tells their time. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { CreateJobCommand, type MediaConvertClient, ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { decode, encode } from "jpeg-js";
import { FUNCTION_SIZE } from "../../components/transcode/functions";
import { capturePrefix, posterKey, spriteKey, thumbnailsKey } from "../../contracts/keys";
import type { Asset } from "../../contracts/ledger";
import { jobRequest } from "../../encoding/job";
import { planTitle } from "../../encoding/plan";
import { readProbe, type SourceProbe } from "../../encoding/probe";
import { systemClock, uuids } from "../../handlers/aws/clock";
import { buildHandlers } from "../../handlers/build";
import { DynamoTable } from "../../handlers/ledger/dynamo";
import { TableLedger } from "../../handlers/ledger/ledger";
import type { MediaConvert } from "../../local/mediaconvert/server";
import { source } from "../encoding/sources";
import { ended, INGEST, MEDIA, media, Platform, QUEUE_ARN } from "../mediaconvert/platform";
import { createLedgerTable } from "../support/ledgerTable";

const run = promisify(execFile);
const TABLE = "ledger";

describe("storyboard of real captures", function () {
  this.timeout(180_000);
  let platform: Platform;
  let server: MediaConvert & { client: MediaConvertClient };
  let ledger: TableLedger;
  let bundles: string;
  const opened: { destroy(): void }[] = [];

  before(async () => {
    platform = await Platform.start();
    server = await platform.mediaConvert("storyboard");
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const client = { endpoint: platform.endpoint, region: "us-east-1", credentials };
    const [dynamo, events] = [new DynamoDBClient(client), new EventBridgeClient(client)];
    opened.push(dynamo, events, server.client);
    await createLedgerTable(dynamo, TABLE);
    await events.send(new CreateEventBusCommand({ Name: "vod" }));
    ledger = new TableLedger(new DynamoTable(dynamo, TABLE), systemClock, uuids);
    bundles = await mkdtemp(join(tmpdir(), "vod-storyboard-"));
    await buildHandlers(bundles);
  });
  after(async () => {
    for (const each of opened) each.destroy();
    await server.close();
    await rm(bundles, { recursive: true, force: true });
    await platform.stop();
  });

  /** An asset whose job is complete, but for its captures. */
  async function complete(key: string, probe: SourceProbe, duration: number): Promise<Asset> {
    const facts = { size: 1, etag: "e", uploaded: "2026-11-24T12:00:00.000Z", recovered: false };
    const { assetId } = await ledger.claim({ bucket: INGEST, key, version: key, sequencer: "0A", ...facts });
    const outputs = { hls: "h", dash: "d", poster: null, thumbnails: null, renditions: [], duration };
    const changed = await ledger.change(assetId, (asset) => ({ ...asset, state: "progressing", probe, outputs }));
    return changed?.asset ?? assert.fail();
  }

  /** Runs the bundle as the function would be run. @returns its peak memory, bytes. */
  async function draw({ assetId, videoId, attempt }: Asset): Promise<number> {
    const url = pathToFileURL(join(bundles, "storyboard", "index.mjs")).href;
    const detail = { stack: "dev", assetId, videoId, attempt };
    const body = JSON.stringify({ source: "vod.pipeline", "detail-type": "StoryboardRequested", detail });
    const record = { messageId: "m", receiptHandle: "r", body, attributes: { ApproximateReceiveCount: "1" } };
    const script = `const { handler } = await import(${JSON.stringify(url)});
      const answer = await handler({ Records: [${JSON.stringify(record)}] }, {});
      console.log("ANSWER" + JSON.stringify({ answer, peak: process.resourceUsage().maxRSS * 1024 }));`;
    const env = {
      ...{ PATH: process.env.PATH ?? "", AWS_ENDPOINT_URL: platform.endpoint, AWS_REGION: "us-east-1" },
      ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", STACK: "dev", LEDGER_TABLE: TABLE },
      ...{ BUS_NAME: "vod", MEDIA_BUCKET: MEDIA, QUEUE_URL: "none", POWERTOOLS_METRICS_NAMESPACE: "vod" },
    };
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
    const { answer, peak } = JSON.parse(/^ANSWER(.*)$/m.exec(stdout)?.[1] ?? "null") as {
      answer: object;
      peak: number;
    };
    assert.deepEqual(answer, { batchItemFailures: [] });
    const ready = await ledger.asset(assetId);
    assert.deepEqual([ready?.state, ready?.warning], ["ready", undefined]);
    return peak;
  }

  type Picture = { width: number; height: number; data: Uint8Array };
  const redAt = ({ width, data }: Picture, x: number, y: number): number =>
    data[(Math.floor(y) * width + Math.floor(x)) * 4] ?? -1;
  const blueAt = ({ width, data }: Picture, x: number, y: number): number =>
    data[(Math.floor(y) * width + Math.floor(x)) * 4 + 2] ?? -1;

  /** The cues, in order, each with a look at a place of its tile (0 to 1 of its sides). */
  async function board({ videoId, assetId }: Asset) {
    const vtt = Buffer.from(await platform.read(thumbnailsKey(videoId, assetId))).toString("utf8");
    const folder = thumbnailsKey(videoId, assetId).replace("thumbnails.vtt", "");
    const seconds = (time = ""): number => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    const sheets = new Map<string, Picture>();
    const cues = [];
    for (const found of vtt.matchAll(/^(\S+) --> (\S+)\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm)) {
      const [, from, to, sheet = ""] = found;
      const [x = 0, y = 0, width = 0, height = 0] = found.slice(4).map(Number);
      if (!sheets.has(sheet)) {
        const bytes = await platform.read(folder + sheet);
        assert.ok(bytes.length <= 4_000_000, `${sheet} has ${bytes.length} bytes`);
        sheets.set(sheet, decode(bytes, { useTArray: true }));
      }
      const picture = sheets.get(sheet) ?? assert.fail();
      const look = (at: typeof redAt, right: number, down: number) => at(picture, x + right * width, y + down * height);
      cues.push({ from: seconds(from), to: seconds(to), width, height, look });
    }
    return { cues, sheets: [...sheets.keys()] };
  }

  function assertCovers(cues: { from: number; to: number }[], duration: number): void {
    assert.equal(cues[0]?.from, 0);
    assert.ok(Math.abs((cues.at(-1)?.to ?? 0) - duration) < 0.001);
    for (const [index, { from, to }] of cues.entries()) assert.ok(from < to && from === (cues[index - 1]?.to ?? 0));
  }

  /** Puts a film through the local MediaConvert, as the pipeline does. */
  async function transcode(key: string, args: string[]): Promise<{ asset: Asset; file: string; duration: number }> {
    const file = join(platform.directory, key);
    await media(platform.tools.ffmpeg, ["-v", "error", "-y", ...args, file]);
    await platform.put(key, await readFile(file));
    const probing = new ProbeCommand({ InputFiles: [{ FileUrl: `s3://${INGEST}/${key}` }] });
    const read = readProbe((await server.client.send(probing)).ProbeResults?.[0]);
    assert.ok("source" in read);
    const planned = planTitle(read.source);
    assert.ok("plan" in planned);
    const { duration } = read.source;
    const asset = await complete(key, read.source, duration);
    const place = { ingestBucket: INGEST, mediaBucket: MEDIA, mediaKeyArn: platform.keyArn, queueArn: QUEUE_ARN };
    const order = { stack: "dev", assetId: asset.assetId, videoId: asset.videoId, attempt: 1, key };
    const request = jobRequest(
      { ...order, source: read.source, plan: planned.plan },
      { ...place, roleArn: platform.roleArn },
    );
    const { Job: job } = await server.client.send(new CreateJobCommand(request));
    const done = await ended(server.client, job?.Id);
    assert.equal(done.Status, "COMPLETE", done.ErrorMessage);
    return { asset, file, duration };
  }
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p"];

  const ramp = (size: string, seconds: number): string[] => [
    "-f",
    "lavfi",
    "-i",
    `color=white:size=${size}:rate=25:duration=${seconds},fade=in:start_time=0:duration=${seconds}`,
  ];
  const films: [string, string, number, [number, number]][] = [
    ["clip", "640x360", 20, [192, 108]],
    ["upright", "180x320", 5, [108, 192]],
    ["wide", "480x200", 0.6, [192, 80]],
    ["long", "64x36", 130, [64, 36]],
  ];
  for (const [name, size, seconds, tile] of films) {
    it(`shows at each cue what the film shows then: ${name}, ${size}, ${seconds} s`, async () => {
      const { asset, duration } = await transcode(`${name}.mp4`, [...ramp(size, seconds), ...coded]);
      await draw(asset);
      const { cues } = await board(asset);
      assertCovers(cues, duration);
      for (const { from, width, height, look } of cues) {
        assert.deepEqual([width, height], tile);
        const gray = look(redAt, 0.5, 0.5);
        assert.ok(Math.abs(gray - (from / seconds) * 255) < 10, `${gray} at ${from} s of ${seconds}`);
      }
    });
  }

  it("stands upright, poster and tiles, when the film is turned", async () => {
    const corner = "color=blue:size=320x180:rate=25:duration=2,drawbox=x=0:y=0:w=160:h=90:color=red:t=fill";
    await media(platform.tools.ffmpeg, [
      ...["-v", "error", "-y", "-f", "lavfi", "-i", corner, ...coded, join(platform.directory, "flat.mp4")],
    ]);
    const flat = join(platform.directory, "flat.mp4");
    const { asset, file } = await transcode("turned.mp4", ["-display_rotation:v:0", "90", "-i", flat, "-c", "copy"]);
    // What a player shows is what ffmpeg's own rotation gives.
    const shown = join(platform.directory, "shown.jpg");
    await media(platform.tools.ffmpeg, ["-v", "error", "-y", "-i", file, "-frames:v", "1", shown]);
    await draw(asset);
    const corners = [[0.2, 0.2], [0.8, 0.2], [0.2, 0.8], [0.8, 0.8]] as const; // prettier-ignore
    const isRed = (red: number, blue: number): boolean => red > 150 && blue < 100;
    const seen = (picture: Picture): boolean[] =>
      corners.map(([right, down]) => {
        const [x, y] = [right * picture.width, down * picture.height];
        return isRed(redAt(picture, x, y), blueAt(picture, x, y));
      });
    const expected = seen(decode(await readFile(shown), { useTArray: true }));
    assert.equal(expected.filter(Boolean).length, 1);
    const poster = decode(await platform.read(posterKey(asset.videoId, asset.assetId)), { useTArray: true });
    assert.deepEqual([poster.width, poster.height], [180, 320]);
    assert.deepEqual(seen(poster), expected);
    const { cues } = await board(asset);
    for (const { width, height, look } of cues) {
      assert.deepEqual([width, height], [108, 192]);
      assert.deepEqual(
        corners.map(([right, down]) => isRed(look(redAt, right, down), look(blueAt, right, down))),
        expected,
      );
    }
  });

  it("of 1,250 captures, one of them broken, lies in 13 sheets below 4 MB, within the function's memory", async () => {
    const gray = (value: number, width: number, height: number): Uint8Array =>
      encode({ width, height, data: Buffer.alloc(width * height * 4, value) }, 80).data;
    const duration = 12_500;
    const asset = await complete("series.mp4", source({ duration }), duration);
    const small = Array.from({ length: 25 }, (_, value) => gray(10 * value, 192, 108));
    const large = gray(200, 960, 540);
    const waiting = Array.from({ length: 1250 }, (_, number) => number);
    const put = async (): Promise<void> => {
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        const Key = `${capturePrefix(asset.videoId, asset.assetId)}frame.${String(number).padStart(7, "0")}.jpg`;
        const Body = number === 700 ? Buffer.from("broken") : number < 100 ? large : small[number % 25];
        await platform.s3.send(new PutObjectCommand({ Bucket: MEDIA, Key, Body }));
      }
    };
    await Promise.all(Array.from({ length: 8 }, put));
    const peak = await draw(asset);
    assert.ok(peak < FUNCTION_SIZE.storyboard.memory * 1024 * 1024, `${peak} bytes`);
    const { cues, sheets } = await board(asset);
    assert.deepEqual(
      sheets,
      Array.from({ length: 13 }, (_, sheet) => spriteKey("", "", sheet).split("/").at(-1)),
    );
    assert.equal(cues.length, 1250);
    assertCovers(cues, duration);
    for (const [number, { from, look }] of cues.entries()) {
      assert.equal(from, 10 * number);
      const expected = number === 700 ? 0 : number < 100 ? 200 : 10 * (number % 25);
      const seen = look(redAt, 0.5, 0.5);
      assert.ok(Math.abs(seen - expected) < 8, `${seen} for ${expected} at ${number}`);
    }
    console.log(`      peak of the function: ${Math.round(peak / 2 ** 20)} of ${FUNCTION_SIZE.storyboard.memory} MB`);
  });
});
