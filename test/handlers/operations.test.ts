import { strict as assert } from "node:assert";
import { jobEvent, World } from "./world";

async function failed(): Promise<World> {
  const world = new World();
  const asset = await world.submitted();
  await world.track(
    jobEvent(await world.setJob(asset, "ERROR", { ErrorCode: 1999, ErrorMessage: "unknown" }), "ERROR"),
  );
  return world;
}

const code = async (verdict: ReturnType<World["operations"]["retry"]>): Promise<string> => {
  const answer = await verdict;
  return answer.done ? "done" : answer.code;
};

describe("operations: retry", () => {
  it("of a failed title makes attempt two, and that can be ready", async () => {
    const world = await failed();
    const { videoId } = await world.asset("film.mp4");
    assert.equal(await code(world.operations.retry(videoId)), "done");
    assert.equal(await code(world.operations.retry(videoId)), "busy");
    await world.deliverSent();
    const again = await world.asset("film.mp4");
    assert.deepEqual([again.attempt, again.state, again.reason, again.progress], [2, "submitted", undefined, 0]);
    assert.equal(world.transcoder.jobs.length, 2);
    await world.track(jobEvent(await world.setJob(again, "COMPLETE"), "COMPLETE"));
    await world.drawStoryboard();
    assert.deepEqual(
      world.told.map(({ type }) => type),
      ["VideoFailed", "VideoReady"],
    );
    assert.equal(await code(world.operations.retry(videoId)), "ready");
  });
  it("of a rejected one repeats the verdict and starts nothing", async () => {
    const world = new World();
    await world.ingest(await world.upload("film.mp4", Buffer.from("#EXTM3U")));
    const verdict = await world.operations.retry((await world.asset("film.mp4")).assetId);
    assert.ok(!verdict.done);
    assert.deepEqual([verdict.code, verdict.text], ["rejected", "not a film: HLS playlist"]);
    assert.equal(world.sent.length, 0);
  });
  it("whose message is lost is taken up by reconcile", async () => {
    const world = await failed();
    await world.operations.retry((await world.asset("film.mp4")).assetId);
    world.sent.splice(0);
    world.wait(26);
    await world.reconcile();
    await world.deliverSent();
    assert.equal((await world.asset("film.mp4")).state, "submitted");
  });
  it("of an unknown id, a running and a held title is refused", async () => {
    const world = new World();
    assert.equal(await code(world.operations.retry("0193-9999")), "unknown");
    assert.equal(await code(world.operations.retry((await world.submitted()).assetId)), "busy");
    world.config.maxTitlePrice = 0;
    await world.ingest(await world.upload("dear.mp4"));
    assert.equal(await code(world.operations.retry((await world.asset("dear.mp4")).assetId)), "held");
  });
  it("a thousand times keeps a short history", async () => {
    const world = await failed();
    const { assetId } = await world.asset("film.mp4");
    for (let n = 0; n < 1000; n += 1) {
      await world.operations.retry(assetId);
      await world.ledger.change(assetId, (asset) => ({ ...asset, state: "failed" }));
    }
    const asset = await world.asset("film.mp4");
    assert.deepEqual([asset.attempt, asset.history.length], [1001, 100]);
  });
});

describe("operations: approve", () => {
  it("is for held titles only", async () => {
    const world = new World();
    const asset = await world.submitted();
    assert.equal(await code(world.operations.approve(asset.assetId)), "not-held");
    assert.equal(await code(world.operations.approve("nobody")), "unknown");
  });
  it("twice makes one job", async () => {
    const world = new World();
    world.config.maxTitlePrice = 0;
    await world.ingest(await world.upload("dear.mp4"));
    const { assetId } = await world.asset("dear.mp4");
    const both = await Promise.all([world.operations.approve(assetId), world.operations.approve(assetId)]);
    assert.deepEqual(both.map((verdict) => verdict.done || verdict.code).sort(), ["approved", true]);
    assert.equal(await code(world.operations.approve(assetId)), "approved");
    assert.equal(world.sent.length, 1);
    await world.deliverSent();
    assert.equal(world.transcoder.jobs.length, 1);
    assert.equal(await code(world.operations.approve(assetId)), "not-held");
  });
  it("whose message is lost is taken up by reconcile", async () => {
    const world = new World();
    world.config.maxTitlePrice = 0;
    await world.ingest(await world.upload("dear.mp4"));
    await world.operations.approve((await world.asset("dear.mp4")).assetId);
    world.sent.splice(0);
    world.wait(26);
    await world.reconcile();
    await world.deliverSent();
    assert.equal((await world.asset("dear.mp4")).state, "submitted");
  });
});

describe("operations: list and show", () => {
  it("lists every asset, newest change first, as the command prints it", async () => {
    const world = await failed();
    world.wait(1);
    await world.submitted("other.mp4");
    const rows = await world.operations.list();
    const { assetId, videoId } = await world.asset("film.mp4");
    assert.deepEqual(
      rows.map(({ title, state }) => [title, state]),
      [
        ["other", "submitted"],
        ["film", "failed"],
      ],
    );
    assert.deepEqual(rows[1], {
      videoId,
      assetId,
      title: "film",
      state: "failed",
      reason: { code: "transcoder-1999", text: "unknown" },
      attempts: 1,
      price: 0.0405,
      updated: "2026-11-24T12:00:00.003Z",
    });
  });
  it("shows one asset, or all of a title with the newest upload first", async () => {
    const world = await failed();
    await world.ingest(await world.upload("film.mp4"));
    const newest = await world.asset("film.mp4");
    const all = await world.operations.show(newest.videoId);
    assert.deepEqual([all.length, all[0]?.assetId], [2, newest.assetId]);
    assert.deepEqual(
      (await world.operations.show(newest.assetId)).map(({ history }) => history.length),
      [3],
    );
    assert.deepEqual(await world.operations.show("nobody"), []);
  });
});
