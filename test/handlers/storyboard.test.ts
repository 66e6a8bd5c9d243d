import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { decode, encode } from "jpeg-js";
import { Malformed } from "../../handlers/errors";
import { storyboard, posterOf } from "../../handlers/storyboard/core";
import { decodeJpeg, encodeSheet, shrink, tileSize } from "../../handlers/storyboard/pictures";
import { placeOf, thumbnailsVtt, timestamp } from "../../handlers/storyboard/vtt";
import type { Asset } from "../../contracts/ledger";
import { jobEvent, probeResult, World } from "./world";

/** A JPEG of one colour. */
function jpeg(red: number, width = 320, height = 180): Uint8Array {
  const data = Buffer.alloc(width * height * 4);
  for (let at = 0; at < data.length; at += 4) data.set([red, 100, 50, 255], at);
  return encode({ width, height, data }, 90).data;
}

/** A title whose job is complete, with these captures. */
async function complete(world: World, captures: Uint8Array[], duration = 60): Promise<Asset> {
  world.transcoder.onProbe = () => ({ result: probeResult(duration) });
  const asset = await world.submitted();
  const job = await world.setJob(asset, "COMPLETE");
  await world.writeOutputs(asset, captures);
  await world.track(jobEvent(job, "COMPLETE"));
  return world.asset("film.mp4");
}

describe("storyboard: a title becomes ready", () => {
  it("with a sheet, its cues and a poster, and plays from then on", async () => {
    const world = new World();
    const asset = await complete(world, [jpeg(0), jpeg(80), jpeg(160)], 2.6);
    await world.drawStoryboard();
    const ready = await world.asset("film.mp4");
    const prefix = `media/${asset.videoId}/${asset.assetId}/`;
    assert.equal(ready.state, "ready");
    assert.equal(ready.warning, undefined);
    assert.equal(ready.outputs?.poster, `posters/${asset.videoId}/${asset.assetId}.jpg`);
    assert.equal(ready.outputs?.thumbnails, `${prefix}thumbnails.vtt`);
    const vtt = Buffer.from((await world.store.read("media", `${prefix}thumbnails.vtt`)) ?? []).toString();
    assert.equal(
      vtt,
      "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nsprite-0.jpg#xywh=0,0,192,108\n\n00:00:01.000 --> 00:00:02.000\nsprite-0.jpg#xywh=192,0,192,108\n\n00:00:02.000 --> 00:00:02.600\nsprite-0.jpg#xywh=384,0,192,108\n",
    );
    const sheet = decode((await world.store.read("media", `${prefix}sprite-0.jpg`)) ?? new Uint8Array());
    assert.deepEqual([sheet.width, sheet.height], [576, 108]);
    const redAt = (x: number): number => sheet.data[(50 * sheet.width + x) * 4] ?? -1;
    for (const [x, red] of [
      [96, 0],
      [288, 80],
      [480, 160],
    ] as const)
      assert.ok(Math.abs(redAt(x) - red) < 12, `${redAt(x)} for ${red}`);
    assert.deepEqual(
      world.told.map(({ type }) => type),
      ["VideoReady"],
    );
    assert.equal(world.told[0]?.detail.outputs?.poster, ready.outputs?.poster);
    const [title] = await world.ledger.titles([{ bucket: "ingest", key: "film.mp4" }]);
    assert.equal(title?.current?.assetId, asset.assetId);
  });
  it("once, although the request comes twice", async () => {
    const world = new World();
    await complete(world, [jpeg(0)]);
    world.wanted.push(...world.wanted);
    await world.drawStoryboard();
    await world.drawStoryboard();
    assert.equal(world.told.length, 1);
  });
  it("without captures, with a warning", async () => {
    const world = new World();
    await complete(world, []);
    await world.drawStoryboard();
    const ready = await world.asset("film.mp4");
    assert.deepEqual(
      [ready.state, ready.warning?.code, ready.outputs?.poster, ready.outputs?.thumbnails],
      ["ready", "no-captures", null, null],
    );
  });
  it("with captures of which one is broken: that tile is black", async () => {
    const world = new World();
    const asset = await complete(world, [jpeg(200), Uint8Array.from([1, 2, 3]), jpeg(200)]);
    await world.drawStoryboard();
    const sheet = decode(
      (await world.store.read("media", `media/${asset.videoId}/${asset.assetId}/sprite-0.jpg`)) ?? new Uint8Array(),
    );
    assert.ok((sheet.data[(50 * sheet.width + 288) * 4] ?? 255) < 12);
    assert.equal((await world.asset("film.mp4")).warning, undefined);
  });
  it("with nothing but broken captures, with a warning", async () => {
    const world = new World();
    await complete(world, [Uint8Array.from([1, 2, 3])]);
    await world.drawStoryboard();
    assert.equal((await world.asset("film.mp4")).warning?.code, "unreadable-captures");
  });
  it("of more than a thousand captures, in sheets of a hundred", async () => {
    const world = new World();
    const frame = jpeg(60, 32, 18);
    const asset = await complete(
      world,
      Array.from({ length: 1003 }, () => frame),
      10_025,
    );
    await world.drawStoryboard();
    const prefix = `media/${asset.videoId}/${asset.assetId}/`;
    const sheets = world.store.keys("media").filter((key) => key.startsWith(`${prefix}sprite-`));
    assert.equal(sheets.length, 11);
    const last = decode((await world.store.read("media", `${prefix}sprite-10.jpg`)) ?? new Uint8Array());
    assert.equal(last.width, 3 * 32);
    const vtt = Buffer.from((await world.store.read("media", `${prefix}thumbnails.vtt`)) ?? []).toString();
    assert.ok(vtt.includes("02:47:00.000 --> 02:47:05.000\nsprite-10.jpg#xywh=64,0,32,18"), vtt.slice(-200));
  }).timeout(20_000);
});

describe("storyboard: faults", () => {
  async function broken(): Promise<World> {
    const world = new World();
    await complete(world, [jpeg(0)]);
    world.store.list = () => Promise.reject(new Error("SlowDown"));
    world.wanted.push(...world.wanted);
    return world;
  }
  it("are tried again", async () => {
    const world = await broken();
    await assert.rejects(world.drawStoryboard(), /SlowDown/);
    assert.equal((await world.asset("film.mp4")).state, "progressing");
  });
  it("at the last try make the title ready without pictures", async () => {
    const world = await broken();
    await world.drawStoryboard(true);
    const ready = await world.asset("film.mp4");
    assert.deepEqual([ready.state, ready.warning], ["ready", { code: "storyboard-failed", text: "SlowDown" }]);
    assert.equal(world.told[0]?.type, "VideoReady");
  });
  it("of a message: malformed, other stack, older attempt", async () => {
    const world = new World();
    const asset = await complete(world, [jpeg(0)]);
    const ask = (detail: object): Promise<void> =>
      storyboard(
        { body: { source: "vod.pipeline", "detail-type": "StoryboardRequested", detail }, last: false },
        world.ports,
        world.config,
      );
    await assert.rejects(ask({ stack: "dev" }), Malformed);
    const { assetId, videoId } = asset;
    await ask({ stack: "prod", assetId, videoId, attempt: 1 });
    await ask({ stack: "dev", assetId, videoId, attempt: 2 });
    await ask({ stack: "dev", assetId: "0193-9999", videoId, attempt: 1 });
    assert.deepEqual(await world.asset("film.mp4"), asset);
  });
});

describe("storyboard: the newest upload plays", () => {
  it("the old one until the new one is ready; an older one that comes late, never", async () => {
    const world = new World();
    const plays = async (): Promise<string | undefined> =>
      (await world.ledger.titles([{ bucket: "ingest", key: "film.mp4" }]))[0]?.current?.assetId;
    const first = await complete(world, [jpeg(0)]);
    await world.ingest(await world.upload("film.mp4"));
    const second = await world.asset("film.mp4");
    assert.equal(await plays(), undefined);
    const late = world.wanted.splice(0);
    await world.track(jobEvent(await world.setJob(second, "COMPLETE"), "COMPLETE"));
    await world.drawStoryboard();
    assert.equal(await plays(), second.assetId);
    world.wanted.push(...late);
    await world.drawStoryboard();
    assert.equal((await world.ledger.asset(first.assetId))?.state, "ready");
    assert.equal(await plays(), second.assetId);
    const [newer, older] = world.told.map(({ detail }) => detail);
    assert.ok(newer && older && newer.sequencer > older.sequencer);
  });
});

describe("storyboard: cues and tiles", () => {
  it("writes hours, and rounds to milliseconds", () =>
    assert.deepEqual([0, 59.9996, 3661.5, 360_000].map(timestamp), [
      "00:00:00.000",
      "00:01:00.000",
      "01:01:01.500",
      "100:00:00.000",
    ]));
  it("lays ten by ten", () =>
    assert.deepEqual(
      [0, 9, 10, 99, 100].map((index) => placeOf(index, { width: 10, height: 5 })),
      [
        { sheet: 0, x: 0, y: 0 },
        { sheet: 0, x: 90, y: 0 },
        { sheet: 0, x: 0, y: 5 },
        { sheet: 0, x: 90, y: 45 },
        { sheet: 1, x: 0, y: 0 },
      ],
    ));
  it("covers the whole film without gap or overlap", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1500 }),
        fc.double({ min: 0.04, max: 20_000, noNaN: true }),
        fc.constantFrom(1, 2, 5, 10),
        (tiles, duration, interval) => {
          const vtt = thumbnailsVtt({
            tiles,
            tile: { width: 192, height: 108 },
            interval,
            duration,
            sheetName: (sheet) => `s${sheet}.jpg`,
          });
          const spans = [...vtt.matchAll(/^(\S+) --> (\S+)$/gm)].map(([, from, to]) => [from, to]);
          assert.equal(spans[0]?.[0], "00:00:00.000");
          assert.equal(spans.at(-1)?.[1], timestamp(Math.max(duration, 0.001)));
          spans.slice(1).forEach(([from], index) => assert.equal(from, spans[index]?.[1]));
          assert.ok(spans.every(([from, to]) => (from ?? "") < (to ?? "")));
        },
      ),
      { numRuns: 200 },
    ));
  it("shrinks by averages, keeping one colour as it is", () => {
    const picture = decodeJpeg(jpeg(120, 33, 19));
    assert.ok(picture);
    const small = shrink(picture, { width: 7, height: 4 });
    assert.equal(small.data.length, 7 * 4 * 4);
    for (let at = 0; at < small.data.length; at += 4) assert.ok(Math.abs((small.data[at] ?? 0) - 120) < 4);
  });
  it("fits tiles of any shape", () => {
    assert.deepEqual(tileSize({ width: 960, height: 400 }), { width: 192, height: 80 });
    assert.deepEqual(tileSize({ width: 540, height: 960 }), { width: 108, height: 192 });
    assert.deepEqual(tileSize({ width: 64, height: 48 }), { width: 64, height: 48 });
  });
  it("makes a full sheet of noise smaller than 4 MB", () => {
    const tile = { width: 192, height: 108 };
    let seed = 1;
    const noise = Uint8Array.from({ length: 192 * 108 * 4 }, () => (seed = (seed * 48271) % 2147483647) & 255);
    assert.ok(
      encodeSheet(
        Array.from({ length: 100 }, () => ({ ...tile, data: noise })),
        tile,
      ).length < 4_000_000,
    );
  });
  it("takes the richest picture of the first half as the poster", () => {
    const capture = (key: string, size: number) => ({ key, size, etag: "", lastModified: new Date(0) });
    assert.equal(posterOf([capture("0", 10), capture("1", 90), capture("2", 90), capture("3", 999)])?.key, "1");
    assert.equal(posterOf([capture("0", 10)])?.key, "0");
    assert.equal(posterOf([]), undefined);
  });
});
