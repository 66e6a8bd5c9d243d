import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { ASSET_STATES, type Asset, comparableSequencer, RANK, type Title } from "../../contracts/ledger";
import * as change from "../../handlers/ledger/transitions";
import type { Upload } from "../../handlers/ports";

const NOW = new Date("2026-11-24T12:00:00.000Z");
const LATER = new Date("2026-11-24T13:00:00.000Z");
const upload = (more: Partial<Upload> = {}): Upload => ({
  bucket: "ingest",
  key: "films/My film.v2.mp4",
  version: "0A",
  sequencer: "0A",
  size: 3,
  etag: "e",
  uploaded: NOW.toISOString(),
  recovered: false,
  ...more,
});
const asset = (more: Partial<Asset> = {}): Asset => ({
  ...change.newAsset(upload(), { assetId: "a", videoId: "v" }, NOW),
  ...more,
});
const outputs = { hls: "h", dash: "d", poster: null, thumbnails: null, renditions: [], duration: 1 };

describe("transitions: forward only", () => {
  it("for every pair of states: a step is taken if and only if it rises", () => {
    for (const from of ASSET_STATES)
      for (const to of ASSET_STATES) {
        const after = change.advance(asset({ state: from }), { to, attempt: 1, now: LATER });
        assert.equal(after?.state, RANK[to] > RANK[from] ? to : undefined, `${from} → ${to}`);
      }
  });
  it("never for another attempt", () => {
    assert.equal(change.advance(asset({ attempt: 2 }), { to: "ready", attempt: 1, now: LATER }), undefined);
    assert.equal(change.advance(asset({ attempt: 1 }), { to: "ready", attempt: 2, now: LATER }), undefined);
  });
  it("any sequence of steps never lowers the rank and notes each step once", () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ASSET_STATES), { maxLength: 30 }), (path) => {
        let current = asset();
        for (const to of path) {
          const after = change.advance(current, { to, attempt: 1, now: LATER });
          if (after) assert.equal(after.history.length, current.history.length + 1);
          current = after ?? current;
        }
        const ranks = current.history.map(({ state }) => RANK[state]);
        assert.deepEqual(
          ranks,
          [...new Set(ranks)].sort((a, b) => a - b),
        );
      }),
    ));
  it("keeps the mark of a submission until its job is known", () => {
    const submitting = { at: NOW.toISOString(), queue: "q" };
    const held = change.advance(asset({ state: "probed", submitting }), { to: "held", attempt: 1, now: LATER });
    assert.deepEqual(held?.submitting, submitting);
    const submitted = change.advance(asset({ state: "probed", submitting }), {
      to: "submitted",
      attempt: 1,
      now: LATER,
    });
    assert.equal(submitted?.submitting, undefined);
  });
});

describe("transitions: progress and completion", () => {
  const running = asset({ state: "progressing", jobId: "j", progress: 40 });
  it("only rises, and says nothing of the last hundredth", () => {
    assert.equal(change.progress(running, { jobId: "j", percent: 30, now: LATER }), undefined);
    assert.equal(change.progress(running, { jobId: "j", percent: 41, now: LATER })?.progress, 41);
    assert.equal(change.progress(running, { jobId: "j", percent: 100, now: LATER })?.progress, 99);
  });
  it("is over once the outputs are known", () => {
    const complete = change.complete(running, { jobId: "j", outputs, now: LATER });
    assert.deepEqual([complete?.state, complete?.progress, complete?.outputs], ["progressing", 100, outputs]);
    assert.ok(complete);
    assert.equal(change.progress(complete, { jobId: "j", percent: 50, now: LATER }), undefined);
    assert.equal(
      change.complete(complete, { jobId: "j", outputs: { ...outputs, hls: "other" }, now: LATER }),
      undefined,
    );
  });
  it("completes a job of which nothing was heard before, and none that has ended", () => {
    assert.equal(change.complete(asset({ state: "probed" }), { jobId: "j", outputs, now: LATER })?.jobId, "j");
    assert.equal(change.complete(asset({ state: "failed" }), { jobId: "j", outputs, now: LATER }), undefined);
  });
});

describe("transitions: the time of a change", () => {
  it("is after the last one, although the next machine's clock is behind", () => {
    const failed = change.advance(asset({ state: "progressing", updated: LATER.toISOString() }), {
      to: "failed",
      attempt: 1,
      now: NOW,
    });
    assert.equal(failed?.updated, new Date(LATER.getTime() + 1).toISOString());
    assert.ok(failed);
    assert.equal(change.retried(failed, NOW).updated, new Date(LATER.getTime() + 2).toISOString());
  });
});

describe("transitions: names and sequencers", () => {
  const titles: [string, string][] = [
    ["films/My film.v2.mp4", "My film.v2"],
    ["noExtension", "noExtension"],
    [".hidden", ".hidden"],
    ["a/b/.mp4", ".mp4"],
    ["folder/", "folder/"],
    ["ñandú 🎬.MOV", "ñandú 🎬"],
    ["two\nlines .mp4", "two\nlines "],
    ["a/ .mp4", " .mp4"],
    ["a/ ", "a/ "],
    ["nul\0.mp4", "nul\ufffd"],
  ];
  for (const [key, title] of titles) it(`${key} is titled ${title}`, () => assert.equal(change.titleOf(key), title));
  it("compares sequencers as S3 wants it: equal length, padded on the right, hexadecimal", () => {
    assert.ok(change.isNewer("0B", "0A"));
    assert.ok(change.isNewer("0A01", "0A"));
    assert.ok(!change.isNewer("0a", "0A"));
    assert.ok(!change.isNewer("0062E99A88DC407460", "0062E99A88DC4074601"));
  });
  it("makes up a sequencer right after the newest known one", () => {
    const [noon, later] = ["2026-11-24T12:00:00.000Z", "2026-11-24T12:00:01.000Z"];
    const after = change.sequencerAfter("0062E99A88DC407460", noon);
    assert.ok(change.isNewer(after, "0062E99A88DC407460") && change.isNewer("0062E99A88DC407461", after));
    assert.ok(change.isNewer(change.sequencerAfter(after, noon), after));
    const [unknown, next] = [change.sequencerAfter(undefined, noon), change.sequencerAfter(undefined, later)];
    assert.ok(change.isNewer(next, unknown) && change.isNewer("0055AED6DCD90281E5", next));
    assert.equal(comparableSequencer(after).length, 48);
  });
});

describe("transitions: one object, one asset", () => {
  const found = { assetId: "r", etag: "e", uploaded: "2026-11-24T12:00:00.000Z", found: "2026-11-24T12:20:00.000Z" };
  const told = { assetId: "l", etag: "e", uploaded: "2026-11-24T12:00:00.500Z" };
  const title = (...recent: Title["recent"]): Title => ({
    videoId: "v",
    bucket: "ingest",
    key: "k",
    latest: { assetId: "l", sequencer: "0A" },
    recent,
  });
  const at = (time: string, more: Partial<Upload> = {}): Upload =>
    upload({ uploaded: `2026-11-24T${time}.000Z`, ...more });
  const table: [string, Title, Upload, string | undefined][] = [
    ["the late event of a found object", title(found, told), at("12:00:00"), "r"],
    ["its milliseconds cut", title(found, told), at("11:59:59"), "r"],
    ["a multipart upload's event, hours after its beginning", title(found, told), at("12:19:00"), "r"],
    ["its event, by a clock that is ahead of the finder's", title(found, told), at("12:22:00"), "r"],
    ["the same bytes uploaded after it was found", title(found, told), at("12:24:00"), undefined],
    ["the same bytes uploaded before", title(found, told), at("11:00:00"), undefined],
    ["other bytes", title(found, told), at("12:00:00", { etag: "f" }), undefined],
    ["an event where nothing was found", title(told), at("12:00:00"), undefined],
    ["found twice", title({ ...told, etag: "x" }, found), at("12:00:00", { recovered: true }), "r"],
    ["found after its event", title(told), at("12:00:00", { recovered: true }), "l"],
    [
      "found, whose own event came behind that of a newer upload",
      title({ assetId: "n", etag: "n", uploaded: "2026-11-24T13:00:00.000Z" }, told),
      at("12:00:00", { recovered: true }),
      "l",
    ],
    [
      "a late event, when a newer upload was found since",
      title({ ...found, assetId: "n", etag: "n" }, found),
      at("12:00:00"),
      "r",
    ],
    [
      "a late event, when the same bytes were found again since",
      title({ ...found, assetId: "n", found: "2026-11-24T13:00:00.000Z" }, found),
      at("12:00:00"),
      "r",
    ],
    ["found, of which only an older event has come", title(told), at("12:30:00", { recovered: true }), undefined],
    ["found, where the event had no etag", title({ ...told, etag: "" }), at("12:00:00", { recovered: true }), "l"],
    [
      "found, with other bytes than the newest event",
      title(told),
      at("12:00:00", { recovered: true, etag: "f" }),
      undefined,
    ],
  ];
  for (const [name, known, arrived, expected] of table)
    it(`${name}: ${expected ? "known" : "new"}`, () => assert.equal(change.assetOfObject(known, arrived), expected));
});
