import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { decode, encode } from "jpeg-js";
import { capturePrefix } from "../../contracts/keys";
import { capturePlan } from "../../encoding/captures";
import { Malformed } from "../../handlers/errors";
import { storyboard, posterOf } from "../../handlers/storyboard/core";
import { decodeJpeg, encodeSheet, shrink, tileSize } from "../../handlers/storyboard/pictures";
import { placeOf, thumbnailsVtt, tilesShown, timestamp } from "../../handlers/storyboard/vtt";
import type { Asset } from "../../contracts/ledger";
import { jobEvent, probeResult, World } from "./world";

/** A JPEG of one colour. */
function jpeg(red: number, width = 320, height = 180): Uint8Array {
  const data = Buffer.alloc(width * height * 4);
  for (let at = 0; at < data.length; at += 4) data.set([red, 100, 50, 255], at);
  return encode({ width, height, data }, 90).data;
}

/** A title whose job is complete, with these captures. */
async function complete(
  world: World,
  captures: Uint8Array[],
  duration = 60,
  size = { Width: 1280, Height: 720 },
): Promise<Asset> {
  world.transcoder.onProbe = () => ({ result: probeResult(duration, size) });
  const asset = await world.submitted();
  const job = await world.setJob(asset, "COMPLETE");
  await world.writeOutputs(asset, captures);
  await world.track(jobEvent(job, "COMPLETE"));
  return world.asset("film.mp4");
}

interface Cue {
  from: number;
  to: number;
  sheet: string;
  /** "width,height". */
  tile: string;
}

/** The cues of a ready title, and what their tiles show in the middle. */
async function board(world: World, asset: Asset): Promise<{ cues: Cue[]; seen: { red: number }[] }> {
  const prefix = `media/${asset.videoId}/${asset.assetId}/`;
  const vtt = Buffer.from((await world.store.read("media", `${prefix}thumbnails.vtt`)) ?? []).toString();
  const seconds = (time = ""): number => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const cues: Cue[] = [];
  const seen: { red: number }[] = [];
  const sheets = new Map<string, ReturnType<typeof decode>>();
  for (const [, from, to, sheet = "", x, y, w, h] of vtt.matchAll(
    /^(\S+) --> (\S+)\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm,
  )) {
    cues.push({ from: seconds(from), to: seconds(to), sheet, tile: `${w},${h}` });
    const picture = sheets.get(sheet) ?? decode((await world.store.read("media", prefix + sheet)) ?? new Uint8Array());
    sheets.set(sheet, picture);
    const { width, data } = picture;
    const [left, top] = [Number(x) + Math.floor(Number(w) / 2), Number(y) + Math.floor(Number(h) / 2)];
    seen.push({ red: data[(top * width + left) * 4] ?? -1 });
  }
  return { cues, seen };
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
  it("with nothing but broken captures, with a warning, and writes no picture", async () => {
    const world = new World();
    await complete(world, [Uint8Array.from([1, 2, 3])]);
    await world.drawStoryboard();
    assert.equal((await world.asset("film.mp4")).warning?.code, "unreadable-captures");
    assert.deepEqual(
      world.store.keys("media").filter((key) => /sprite|vtt|posters/.test(key)),
      [],
    );
  });
  it("with a poster that can be read, although the largest capture cannot", async () => {
    const world = new World();
    const broken = Buffer.alloc(100_000, jpeg(9).subarray(0, 300));
    const asset = await complete(world, [jpeg(0), broken, jpeg(80), jpeg(80)]);
    await world.drawStoryboard();
    const poster = await world.store.read("media", `posters/${asset.videoId}/${asset.assetId}.jpg`);
    assert.ok(poster && decodeJpeg(poster));
  });
  it("with every tile at its own time, although a capture is missing and some are of other sizes", async () => {
    const world = new World();
    const sizes: [number, number][] = [[960, 540], [960, 540], [1000, 400], [0, 0], [64, 36], [300, 900], [960, 540]]; // prettier-ignore
    const asset = await complete(
      world,
      sizes.map(([width, height], index) => jpeg(30 + 30 * index, Math.max(8, width), Math.max(8, height))),
      6.5,
    );
    world.store.remove("media", `${capturePrefix(asset.videoId, asset.assetId)}frame.0000003.jpg`);
    await world.drawStoryboard();
    const { seen, cues } = await board(world, asset);
    assert.deepEqual(
      cues.map(({ from, to }) => [from, to]),
      [0, 1, 2, 3, 4, 5, 6].map((from) => [from, Math.min(from + 1, 6.5)]),
    );
    for (const [index, { red }] of seen.entries()) {
      assert.ok(Math.abs(red - (index === 3 ? 0 : 30 + 30 * index)) < 12, `${red} at ${index} s`);
    }
  });
  it("with sheets for all cues, although the first hundred captures are broken", async () => {
    const world = new World();
    const frame = jpeg(90, 96, 54);
    const all = Array.from({ length: 130 }, (_, index) => (index < 100 ? Uint8Array.from([0]) : frame));
    const asset = await complete(world, all, 260);
    await world.drawStoryboard();
    const { seen } = await board(world, asset);
    assert.equal(seen.length, 130);
    for (const [index, { red }] of seen.entries()) assert.ok(Math.abs(red - (index < 100 ? 0 : 90)) < 12, `${red}`);
  });
  for (const [shape, width, height, tile] of [
    ["upright", 1080, 1920, "108,192"],
    ["ultra-wide", 1920, 800, "192,80"],
    ["square", 700, 700, "108,108"],
    ["very long", 1255, 32, "192,4"],
  ] as const) {
    it(`of a film that is ${shape}, in tiles of its shape`, async () => {
      const world = new World();
      const asset = await complete(world, [jpeg(200, Math.round(width / 2), Math.round(height / 2))], 0.9, {
        Width: width,
        Height: height,
      });
      await world.drawStoryboard();
      const { cues, seen } = await board(world, asset);
      assert.deepEqual([cues.length, cues[0]?.tile, cues[0]?.to], [1, tile, 0.9]);
      assert.ok(Math.abs((seen[0]?.red ?? 0) - 200) < 12, JSON.stringify(seen));
    });
  }
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
    assert.equal(last.width, 3 * 192);
    const vtt = Buffer.from((await world.store.read("media", `${prefix}thumbnails.vtt`)) ?? []).toString();
    assert.ok(vtt.includes("02:47:00.000 --> 02:47:05.000\nsprite-10.jpg#xywh=384,0,192,108"), vtt.slice(-200));
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
  it("covers the whole film without gap or overlap, each capture at its time, from 0.2 s to 10 h", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ min: 0.2, max: 36_000, noNaN: true }),
          fc.integer({ min: 1, max: 3000 }).map((n) => n + 2e-4),
        ),
        fc.integer({ min: -2, max: 2 }),
        (duration, odd) => {
          // As many as the job makes, or a few more or less: the last picture's end is not the film's.
          const { interval } = capturePlan({ width: 1920, height: 1080 }, duration);
          const captures = Math.max(1, Math.ceil(duration / interval) + odd);
          const tiles = tilesShown({ captures, interval, duration });
          const tile = { width: 192, height: 108 };
          const vtt = thumbnailsVtt({ tiles, tile, interval, duration, sheetName: (sheet) => `s${sheet}.jpg` });
          const cues = [...vtt.matchAll(/^(\S+) --> (\S+)\ns(\d+)\.jpg#xywh=(\d+),(\d+),192,108$/gm)];
          assert.equal(cues[0]?.[1], "00:00:00.000");
          assert.equal(cues.at(-1)?.[2], timestamp(duration));
          assert.ok(cues.length <= captures);
          for (const [index, [, from = "", to = "", sheet, x, y]] of cues.entries()) {
            assert.ok(from < to, `${from} to ${to}`);
            assert.equal(from, cues[index - 1]?.[2] ?? from);
            assert.equal(from, timestamp(index * interval));
            const place = Number(sheet) * 100 + (Number(y) / 108) * 10 + Number(x) / 192;
            assert.equal(place, index);
          }
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
