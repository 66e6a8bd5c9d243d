import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ObjectCreated } from "../../contracts/events";
import { Malformed, TryLater } from "../../handlers/errors";
import { readUploads } from "../../handlers/ingest/upload";
import { MP4_HEAD, probeResult, throttled, World } from "./world";

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, "../fixtures/events", name), "utf8"));

const UPLOAD = {
  bucket: "ingest-bucket",
  key: "films/My film + 1.mp4",
  version: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
  sequencer: "0062E99A88DC407460",
  size: 5368709120,
  etag: "b1946ac92492d2347c6235b4d2611184-640",
  uploaded: "2026-11-12T00:00:00.000Z",
  recovered: false,
};

describe("ingest: the message", () => {
  it("reads what S3 really sends: raw key, version-id", () =>
    assert.deepEqual(readUploads(fixture("s3-object-created.json"), "ingest-bucket"), [UPLOAD]));
  it("reads S3's own notification: every record that is an upload, its key decoded", () => {
    const { key: _key, etag: eTag, size, version: versionId, sequencer } = UPLOAD;
    const record = (eventName: string, key: string, name = "ingest-bucket") => ({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: "us-east-1",
      eventTime: "2026-11-12T00:00:00.000Z",
      eventName,
      s3: { s3SchemaVersion: "1.0", bucket: { name }, object: { key, size, eTag, versionId, sequencer } },
    });
    const Records = [
      record("ObjectCreated:CompleteMultipartUpload", "films/My+film+%2B+1.mp4"),
      record("ObjectCreated:Put", "100%25+%C3%A9.mp4"),
      record("ObjectRemoved:Delete", "films/gone.mp4"),
      record("ObjectCreated:Put", "other.mp4", "other-bucket"),
    ];
    assert.deepEqual(readUploads({ Records }, "ingest-bucket"), [UPLOAD, { ...UPLOAD, key: "100% é.mp4" }]);
    const wrong = { Records: [record("ObjectCreated:Put", "100%.mp4")] };
    assert.throws(() => readUploads(wrong, "ingest-bucket"), Malformed);
    const long = { Records: [record("ObjectCreated:Put", "a".repeat(1025))] };
    assert.throws(() => readUploads(long, "ingest-bucket"), Malformed);
  });
  it("takes up the good uploads of a message of which one fails", async () => {
    const world = new World();
    await world.upload("good.mp4");
    await world.upload("bad.mp4");
    const record = (key: string) => ({
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      eventTime: "2026-11-12T00:00:00.000Z",
      s3: { bucket: { name: "ingest" }, object: { key, size: 28, sequencer: "0A" } },
    });
    let tries = 0;
    world.transcoder.beforeCreate = () => ((tries += 1) === 1 ? throttled() : undefined);
    const message = { Records: [record("bad.mp4"), record("good.mp4")] };
    await assert.rejects(world.ingest(message), /Rate exceeded/);
    assert.equal(world.transcoder.jobs.length, 1);
    await world.ingest(message);
    assert.equal(world.transcoder.jobs.length, 2);
    assert.equal((await world.ledger.inState("submitted")).length, 2);
  });
  it("knows what is no upload", async () => {
    const world = new World();
    const created = ObjectCreated.parse(fixture("s3-object-created.json"));
    await world.ingest({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "ingest" });
    await world.ingest({ ...created, "detail-type": "Object Deleted" });
    await world.ingest({ ...created, source: "aws.ec2" });
    await world.ingest({ Records: [] });
    await world.ingest(created);
    const folder = { ...created.detail.object, key: "films/", size: 0 };
    await world.ingest({ ...created, detail: { bucket: { name: "ingest" }, object: folder } });
    assert.equal(world.table.items.size, 0);
  });
  const event = fixture("s3-object-created.json") as ObjectCreated;
  const undated = { ...event, time: "soon", detail: { ...event.detail, bucket: { name: "ingest" } } };
  for (const body of [null, 7, "text", {}, { source: "aws.s3" }, undated])
    it(`refuses ${JSON.stringify(body).slice(0, 30)}`, () => assert.rejects(new World().ingest(body), Malformed));
});

describe("ingest: a film", () => {
  it("is claimed, probed, priced and submitted, with its job's settings", async () => {
    const world = new World();
    const asset = await world.submitted("films/My film + 1.mp4");
    assert.equal(asset.state, "submitted");
    assert.equal(asset.title, "My film + 1");
    assert.equal(asset.price, 0.0405);
    assert.deepEqual(
      asset.history.map(({ state }) => state),
      ["claimed", "probed", "submitted"],
    );
    assert.equal(world.transcoder.jobs.length, 1);
    const [job] = world.transcoder.jobs;
    assert.equal(asset.jobId, job?.Id);
    assert.equal(job?.Settings?.Inputs?.[0]?.FileInput, "s3://ingest/films/My film + 1.mp4");
    assert.deepEqual(job?.UserMetadata, { stack: "dev", assetId: asset.assetId, videoId: asset.videoId, attempt: "1" });
    assert.deepEqual(world.told, []);
  });
  it("has one job however often and however late its event comes", async () => {
    const world = new World();
    const event = await world.upload("film.mp4");
    const outcomes = await Promise.allSettled([world.ingest(event), world.ingest(event), world.ingest(event)]);
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    assert.ok(failures.length < 3 && failures.every(({ reason }) => reason instanceof TryLater));
    world.wait(300);
    await world.ingest(event);
    assert.equal(world.transcoder.jobs.length, 1);
    assert.equal((await world.ledger.inState("submitted")).length, 1);
  });
  it("uploaded twice is one title with two assets, the newer one last", async () => {
    const world = new World();
    const first = await world.submitted();
    world.wait(1);
    await world.ingest(await world.upload("film.mp4"));
    const assets = await world.ledger.assetsOf(first.videoId);
    assert.equal(assets.length, 2);
    assert.notEqual(assets[0]?.assetId, assets[1]?.assetId);
    assert.equal(world.transcoder.jobs.length, 2);
    const [title] = await world.ledger.titles([{ bucket: "ingest", key: "film.mp4" }]);
    assert.equal(title?.latest.assetId, assets[1]?.assetId);
  });
  it("of the same name in another folder is another title", async () => {
    const world = new World();
    assert.notEqual((await world.submitted("a/film.mp4")).videoId, (await world.submitted("b/film.mp4")).videoId);
  });
  it("whose newer version has been uploaded is not made, and never becomes the newest", async () => {
    const world = new World();
    const older = await world.upload("film.mp4");
    const newer = await world.upload("film.mp4", Uint8Array.from([...MP4_HEAD, 1]));
    await world.ingest(newer);
    await world.ingest(older);
    const assets = await world.ledger.inState("rejected");
    assert.deepEqual(
      assets.map(({ reason }) => reason?.code),
      ["superseded"],
    );
    assert.equal(world.transcoder.jobs.length, 1);
    const [title] = await world.ledger.titles([{ bucket: "ingest", key: "film.mp4" }]);
    assert.equal(title?.latest.assetId, (await world.ledger.inState("submitted"))[0]?.assetId);
  });
});

describe("ingest: what is no film", () => {
  async function verdict(world: World, body?: Uint8Array): Promise<string | undefined> {
    await world.ingest(await world.upload("film.mp4", body));
    const asset = await world.asset("film.mp4");
    assert.equal(asset.state, "rejected");
    assert.equal(asset.due, undefined);
    assert.equal(world.transcoder.jobs.length, 0);
    assert.deepEqual(
      world.told.map(({ type, detail }) => [type, detail.reason?.code]),
      [["VideoRejected", asset.reason?.code]],
    );
    return asset.reason?.code;
  }
  it("a playlist is refused and never probed", async () => {
    const world = new World();
    assert.equal(await verdict(world, Buffer.from("#EXTM3U\n../other/secret.ts\n")), "playlist");
    assert.equal(world.transcoder.probed, 0);
  });
  it("an empty file", async () => assert.equal(await verdict(new World(), new Uint8Array()), "empty"));
  it("what Probe cannot read", async () => {
    const world = new World();
    world.transcoder.onProbe = () => ({ refused: { code: "unreadable", text: "moov atom not found" } });
    assert.equal(await verdict(world), "unreadable");
  });
  it("sound alone", async () => {
    const world = new World();
    world.transcoder.onProbe = () => ({
      result: { Container: { Format: "mp3", Duration: 9, Tracks: [{ TrackType: "audio" }] } },
    });
    assert.equal(await verdict(world), "no-video");
  });
  it("a ribbon", async () => {
    const world = new World();
    world.transcoder.onProbe = () => ({ result: probeResult(9, { Width: 8000, Height: 40 }) });
    assert.equal(await verdict(world), "picture-too-narrow");
  });
  it("a file that is gone", async () => {
    const world = new World();
    const event = await world.upload("film.mp4");
    world.store.remove("ingest", "film.mp4");
    await world.ingest(event);
    assert.equal((await world.asset("film.mp4")).reason?.code, "source-missing");
  });
  it("is told again until the bus has taken it, and not after", async () => {
    const world = new World();
    world.beforeBus = () => {
      throw new Error("the bus is away");
    };
    const event = await world.upload("film.mp4", new Uint8Array());
    await assert.rejects(world.ingest(event), /bus is away/);
    world.beforeBus = () => undefined;
    await world.ingest(event);
    await world.ingest(event);
    assert.equal(world.told.length, 1);
  });
});

describe("ingest: the price", () => {
  it("above the limit holds the title, until a person approves", async () => {
    const world = new World();
    world.config.maxTitlePrice = 0.04;
    const event = await world.upload("film.mp4");
    await world.ingest(event);
    await world.ingest(event);
    const held = await world.asset("film.mp4");
    assert.equal(held.state, "held");
    assert.equal(held.reason?.text, "making this title costs $0.0405, the limit is $0.0400");
    assert.deepEqual(
      world.told.map(({ type }) => type),
      ["VideoHeld"],
    );
    assert.equal(world.transcoder.jobs.length, 0);

    const verdict = await world.operations.approve(held.videoId);
    assert.equal(verdict.done, true);
    await world.deliverSent();
    const submitted = await world.asset("film.mp4");
    assert.deepEqual([submitted.state, submitted.reason, world.transcoder.jobs.length], ["submitted", undefined, 1]);
  });
  it("at the limit does not", async () => {
    const world = new World();
    world.config.maxTitlePrice = 0.0405;
    assert.equal((await world.submitted()).state, "submitted");
  });
});

describe("ingest: creating the job", () => {
  it("throttled, takes its mark away and creates it at the next delivery", async () => {
    const world = new World();
    world.transcoder.beforeCreate = throttled;
    const event = await world.upload("film.mp4");
    await assert.rejects(world.ingest(event), { name: "NotCreated" });
    assert.equal((await world.asset("film.mp4")).submitting, undefined);
    world.transcoder.beforeCreate = () => undefined;
    world.wait(20);
    await world.ingest(event);
    assert.deepEqual([(await world.asset("film.mp4")).state, world.transcoder.jobs.length], ["submitted", 1]);
    assert.equal(world.transcoder.probed, 1);
  });
  it("with a lost reply, asks once more under the same token", async () => {
    const world = new World();
    world.transcoder.afterCreate = () => {
      world.transcoder.afterCreate = () => undefined;
      throw new Error("socket hang up");
    };
    await world.ingest(await world.upload("film.mp4"));
    assert.deepEqual([(await world.asset("film.mp4")).state, world.transcoder.jobs.length], ["submitted", 1]);
  });
  it("with a lost reply that took its time, does not ask again: the token may no longer count", async () => {
    const world = new World();
    let asked = 0;
    world.transcoder.afterCreate = () => {
      asked += 1;
      world.wait(0.5);
      throw new Error("timed out");
    };
    await assert.rejects(world.ingest(await world.upload("film.mp4")), /timed out/);
    assert.equal(asked, 1);
  });
  it("is not asked for when the mark's own write took too long", async () => {
    const world = new World();
    world.table.beforeWrite = ([write]) => write?.item.submitting && world.wait(2);
    await assert.rejects(world.ingest(await world.upload("film.mp4")), TryLater);
    assert.equal(world.transcoder.jobs.length, 0);
  });
  it("leaves a mark that it finds alone, however fresh", async () => {
    const world = new World();
    const event = await world.upload("film.mp4");
    world.transcoder.beforeCreate = () => {
      throw new Error("socket hang up");
    };
    await assert.rejects(world.ingest(event), /replies of two requests/);
    world.transcoder.beforeCreate = () => undefined;
    world.wait(0.1);
    await assert.rejects(world.ingest(event), TryLater);
    assert.equal(world.transcoder.jobs.length, 0);
  });
  it("is refused when the file was replaced while the title was held, and none is made", async () => {
    const world = new World();
    world.config.maxTitlePrice = 0.04;
    const held = await world.submitted();
    assert.equal(held.state, "held");
    await world.upload("film.mp4", Uint8Array.from([...MP4_HEAD, 1]));
    await world.operations.approve(held.assetId);
    await world.deliverSent();
    const after = await world.ledger.asset(held.assetId);
    assert.deepEqual([after?.state, after?.reason?.code], ["rejected", "superseded"]);
    assert.equal(world.transcoder.jobs.length, 0);
  });
  it("with both replies lost, leaves it to reconcile, which finds the job", async () => {
    const world = new World();
    world.transcoder.afterCreate = () => {
      throw new Error("socket hang up");
    };
    const event = await world.upload("film.mp4");
    await assert.rejects(world.ingest(event), /replies of two requests/);
    world.transcoder.afterCreate = () => undefined;
    world.wait(2);
    await assert.rejects(world.ingest(event), TryLater);
    world.wait(5);
    await world.reconcile();
    const asset = await world.asset("film.mp4");
    assert.deepEqual(
      [asset.state, asset.jobId, world.transcoder.jobs.length],
      ["submitted", world.transcoder.jobs[0]?.Id, 1],
    );
    await world.ingest(event);
    assert.equal(world.transcoder.jobs.length, 1);
  });
  it("that was never made after all, is made once reconcile is sure", async () => {
    const world = new World();
    world.transcoder.beforeCreate = () => {
      throw new Error("socket hang up");
    };
    await assert.rejects(world.ingest(await world.upload("film.mp4")), /replies of two requests/);
    world.transcoder.beforeCreate = () => undefined;
    world.wait(7);
    await world.reconcile();
    await world.deliverSent();
    assert.deepEqual([(await world.asset("film.mp4")).state, world.transcoder.jobs.length], ["submitted", 1]);
  });
  it("throttled at the second request, keeps its mark: the first may have made one", async () => {
    const world = new World();
    const create = world.transcoder.createJob.bind(world.transcoder);
    world.transcoder.createJob = async (request) => {
      world.transcoder.createJob = async () => throttled();
      await create(request);
      throw new Error("socket hang up");
    };
    const event = await world.upload("film.mp4");
    await assert.rejects(world.ingest(event), /replies of two requests/);
    world.transcoder.createJob = create;
    world.wait(2);
    await assert.rejects(world.ingest(event), TryLater);
    world.wait(5);
    await world.reconcile();
    assert.deepEqual([(await world.asset("film.mp4")).state, world.transcoder.jobs.length], ["submitted", 1]);
  });
  it("that the service refuses for good, fails the title with its words", async () => {
    const world = new World();
    world.transcoder.onRefuse = () => ({ refused: { code: "job-refused", text: "/settings: Should match format" } });
    const asset = await world.submitted();
    assert.deepEqual([asset.state, asset.reason?.code], ["failed", "job-refused"]);
    assert.deepEqual(
      world.told.map(({ type }) => type),
      ["VideoFailed"],
    );
  });
  it("lost to a rival's write, is decided again", async () => {
    const world = new World();
    let rivals = 3;
    world.table.beforeWrite = ([write]) => {
      if (rivals === 0 || !write || write.expected === null) return;
      rivals -= 1;
      const item = world.table.items.get(write.item.pk);
      if (item) item.revision += 1;
    };
    assert.equal((await world.submitted()).state, "submitted");
    assert.equal(rivals, 0);
  });
});
