import { strict as assert } from "node:assert";
import { MP4_HEAD, jobEvent, World } from "./world";

describe("reconcile: jobs whose events do not come", () => {
  it("finds a complete job, and asks for its storyboard", async () => {
    const world = new World();
    const asset = await world.submitted();
    await world.setJob(asset, "COMPLETE");
    await world.reconcile();
    assert.equal(world.wanted.length, 0, "too early");
    world.wait(11);
    await world.reconcile();
    assert.equal(world.wanted.length, 1);
    assert.ok((await world.asset("film.mp4")).outputs);
  });
  it("finds a failed one, and tells it", async () => {
    const world = new World();
    await world.setJob(await world.submitted(), "ERROR", { ErrorCode: 1401, ErrorMessage: "denied" });
    world.wait(11);
    await world.reconcile();
    assert.equal((await world.asset("film.mp4")).reason?.code, "transcoder-1401");
    assert.deepEqual(
      world.told.map(({ type }) => type),
      ["VideoFailed"],
    );
  });
  it("lets a job wait in its queue for days", async () => {
    const world = new World();
    await world.submitted();
    for (let hour = 0; hour < 72; hour += 1) {
      world.wait(60);
      await world.reconcile();
    }
    const asset = await world.asset("film.mp4");
    assert.deepEqual([asset.state, asset.history.length, world.sent.length], ["submitted", 3, 0]);
  });
  it("fails a job that the service has forgotten, and a retry makes another", async () => {
    const world = new World();
    const asset = await world.submitted();
    world.transcoder.jobs.splice(0);
    world.wait(11);
    await world.reconcile();
    assert.equal((await world.asset("film.mp4")).reason?.code, "job-lost");
    await world.operations.retry(asset.assetId);
    await world.deliverSent();
    assert.deepEqual(((a) => [a.state, a.attempt])(await world.asset("film.mp4")), ["submitted", 2]);
  });
});

describe("reconcile: storyboards that do not come", () => {
  it("asks again, and after two hours makes the title ready without", async () => {
    const world = new World();
    const asset = await world.submitted();
    await world.track(jobEvent(await world.setJob(asset, "COMPLETE"), "COMPLETE"));
    world.wait(21);
    await world.reconcile();
    assert.equal(world.wanted.length, 2);
    await world.reconcile();
    assert.equal(world.wanted.length, 2, "once in twenty minutes");
    world.wait(110);
    await world.reconcile();
    const ready = await world.asset("film.mp4");
    assert.deepEqual([ready.state, ready.warning?.code], ["ready", "storyboard-failed"]);
    assert.equal(world.told[0]?.type, "VideoReady");
  });
});

describe("reconcile: uploads that got stuck", () => {
  it("sends a claimed one through ingest again", async () => {
    const world = new World();
    world.transcoder.onProbe = () => {
      throw new Error("service away");
    };
    await assert.rejects(world.ingest(await world.upload("film.mp4")));
    world.transcoder.onProbe = new World().transcoder.onProbe;
    world.wait(26);
    await world.reconcile();
    assert.equal(world.sent.length, 1);
    await world.deliverSent();
    assert.equal((await world.asset("film.mp4")).state, "submitted");
    assert.equal((await world.ledger.inState("submitted")).length, 1);
  });
  it("fails it after a day, and says why", async () => {
    const world = new World();
    world.transcoder.onProbe = () => {
      throw new Error("service away");
    };
    await assert.rejects(world.ingest(await world.upload("film.mp4")));
    world.wait(25 * 60);
    await world.reconcile();
    const asset = await world.asset("film.mp4");
    assert.deepEqual([asset.state, asset.reason?.code], ["failed", "ingest-stuck"]);
  });
  it("tells an end that the bus never took", async () => {
    const world = new World();
    world.beforeBus = () => {
      throw new Error("the bus is away");
    };
    await assert.rejects(world.ingest(await world.upload("film.mp4", new Uint8Array())));
    world.beforeBus = () => undefined;
    world.wait(3);
    await world.reconcile();
    await world.reconcile();
    assert.deepEqual(
      world.told.map(({ type }) => type),
      ["VideoRejected"],
    );
    assert.equal((await world.ledger.overdue(new Date("2030-01-01"), 9)).length, 0);
  });
  it("does not let one asset's trouble keep others waiting", async () => {
    const world = new World();
    const [bad, good] = [await world.submitted("bad.mp4"), await world.submitted("good.mp4")];
    await world.setJob(good, "ERROR", { ErrorCode: 1 });
    const { job } = world.transcoder;
    world.transcoder.job = (id) =>
      id === bad.jobId ? Promise.reject(new Error("throttled")) : job.call(world.transcoder, id);
    world.wait(11);
    await world.reconcile();
    assert.equal((await world.asset("good.mp4")).state, "failed");
    assert.deepEqual(
      world.counted.filter((name) => name === "ReconcileFailed"),
      ["ReconcileFailed"],
    );
  });
});

describe("reconcile: uploads whose event never came", () => {
  it("are taken up after a quarter of an hour, once", async () => {
    const world = new World();
    await world.upload("lost.mp4");
    await world.reconcile();
    assert.equal(world.sent.length, 0);
    world.wait(16);
    await world.reconcile();
    await world.reconcile();
    assert.equal(world.sent.length, 2, "sent until it is claimed");
    await world.deliverSent();
    assert.equal(world.transcoder.jobs.length, 1);
    await world.reconcile();
    assert.equal(world.sent.length, 0);
  });
  it("whose event comes after all have no second asset", async () => {
    const world = new World();
    const event = await world.upload("lost.mp4");
    world.wait(16);
    await world.reconcile();
    await world.deliverSent();
    await world.ingest(event);
    assert.equal(world.transcoder.jobs.length, 1);
    assert.equal((await world.ledger.inState("submitted")).length, 1);
  });
  it("are newer than what was there, and older than what comes then", async () => {
    const world = new World();
    const first = await world.submitted();
    world.wait(1);
    await world.upload("film.mp4", Uint8Array.from([...MP4_HEAD, 1]));
    world.wait(16);
    await world.reconcile();
    await world.deliverSent();
    const [recovered] = (await world.ledger.assetsOf(first.videoId)).slice(-1);
    assert.equal(recovered?.recovered, true);
    world.wait(1);
    await world.ingest(await world.upload("film.mp4", Uint8Array.from([...MP4_HEAD, 2])));
    const [title] = await world.ledger.titles([{ bucket: "ingest", key: "film.mp4" }]);
    const assets = await world.ledger.assetsOf(first.videoId);
    assert.equal(assets.length, 3);
    assert.equal(title?.latest.assetId, assets[2]?.assetId);
  });
  it("of the same bytes under the same name are taken up too", async () => {
    const world = new World();
    await world.submitted();
    world.wait(30);
    await world.upload("film.mp4");
    world.wait(16);
    await world.reconcile();
    await world.deliverSent();
    assert.equal(world.transcoder.jobs.length, 2);
  });
  it("found one after the other before either is claimed, are two", async () => {
    const world = new World();
    for (const last of [1, 2]) {
      await world.upload("film.mp4", Uint8Array.from([...MP4_HEAD, last]));
      world.wait(16);
      await world.reconcile();
    }
    await world.deliverSent();
    const assets = [...(await world.ledger.inState("rejected")), ...(await world.ledger.inState("submitted"))];
    assert.deepEqual(
      assets.map(({ reason }) => reason?.code),
      ["superseded", undefined],
    );
    const [title] = await world.ledger.titles([{ bucket: "ingest", key: "film.mp4" }]);
    assert.equal(title?.latest.assetId, assets[1]?.assetId);
  });
  it("are told from the console's folders", async () => {
    const world = new World();
    await world.upload("films/", new Uint8Array());
    world.wait(16);
    await world.reconcile();
    assert.equal(world.sent.length, 0);
  });
  it("are looked for page by page, at most twenty thousand in a run", async () => {
    const world = new World();
    const event = (await world.upload("x.mp4")) as object;
    await world.ingest(event);
    for (let n = 0; n < 20_500; n += 1)
      await world.store.write("ingest", `many/${String(n).padStart(6, "0")}`, MP4_HEAD);
    world.wait(16);
    await world.reconcile();
    assert.deepEqual([world.sent.length, await world.ledger.cursor("unclaimed")], [20_000, "many/019999"]);
    await world.reconcile();
    assert.deepEqual([world.sent.length, await world.ledger.cursor("unclaimed")], [20_500, undefined]);
  });
});
