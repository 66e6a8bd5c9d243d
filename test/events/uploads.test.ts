/** Uploads as S3 and its messengers announce them: twice, at once, in company, late, out of order, never. */
import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { eventually } from "../support/service";
import { type Sent, type Stage, stage, statesOf } from "./support/stage";

const READY = ["claimed", "probed", "submitted", "progressing", "ready"];

/** S3's own notification of an upload, as a bucket without EventBridge sends it. */
const notified = (bucket: string, { key, size, etag }: Sent, sequencer: string) => ({
  eventVersion: "2.1",
  eventSource: "aws:s3",
  awsRegion: "us-east-1",
  eventTime: new Date().toISOString(),
  eventName: "ObjectCreated:Put",
  s3: {
    s3SchemaVersion: "1.0",
    bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
    object: { key: encodeURIComponent(key).replaceAll("%20", "+"), size, eTag: etag, sequencer },
  },
});

describe("events of uploads", function () {
  this.timeout(180_000);
  let on: Stage;
  before(async () => {
    on = await stage();
  });

  it("the same event five times in one batch and five beside it, and again after the end: one job", async () => {
    const key = "films/Twice + 100%.mp4";
    let event: unknown;
    await on.whilePaused("ingest", async () => {
      await on.upload(key);
      [event] = await on.peek("ingest", 1);
      for (let copy = 0; copy < 9; copy += 1) await on.send("ingest", event);
    });
    const asset = await on.reached(key, "submitted");
    await on.drained("ingest");
    assert.equal(on.transcoder.jobsOf(asset.assetId).length, 1);
    await on.complete(on.jobOf(asset));
    const ready = await on.reached(key, "ready");
    await on.send("ingest", event);
    await on.drained("ingest");
    assert.deepEqual(statesOf(await on.asset(asset.assetId)), READY);
    assert.equal((await on.ledger.assetsOf(ready.videoId)).length, 1);
    assert.equal(on.transcoder.jobsOf(asset.assetId).length, 1);
    assert.equal((await on.title(key))?.current?.assetId, asset.assetId);
  });

  it("the same event in four copies of the function at the same moment: one job", async () => {
    const key = "At once.mp4";
    const event = await on.eventOf(() => on.upload(key));
    const FunctionName = on.functionName("ingest");
    const record = () => ({
      messageId: randomUUID(),
      receiptHandle: "none",
      body: JSON.stringify(event),
      attributes: { ApproximateReceiveCount: "1" },
    });
    const Payload = (): string => JSON.stringify({ Records: [record()] });
    const invoke = () => on.clients.lambda.send(new InvokeCommand({ FunctionName, Payload: Payload() }));
    const replies = await Promise.all([invoke(), invoke(), invoke(), invoke()]);
    assert.deepEqual(
      replies.map(({ FunctionError }) => FunctionError),
      [undefined, undefined, undefined, undefined],
    );
    const asset = await on.reached(key, "submitted");
    assert.equal(on.transcoder.jobsOf(asset.assetId).length, 1);
    assert.equal((await on.ledger.assetsOf(asset.videoId)).length, 1);
    await on.complete(on.jobOf(asset));
    await on.reached(key, "ready");
  });

  it("four good records and a bad one in a batch: the good ones are handled once, the bad one alone comes back", async () => {
    const keys = [1, 2, 3, 4].map((n) => `batch/${n}.mp4`);
    const bad = `not JSON ${randomUUID()}`;
    await on.whilePaused("ingest", async () => {
      await on.send("ingest", bad);
      for (const key of keys) await on.upload(key);
      await on.holds("ingest", 5);
    });
    const assets = await Promise.all(keys.map((key) => on.reached(key, "submitted")));
    await on.drained("ingest");
    assert.deepEqual(await on.takeDead("ingest"), [bad]);
    for (const asset of assets) {
      assert.equal(on.transcoder.jobsOf(asset.assetId).length, 1);
      assert.equal(await on.logged("ingest", "upload handled", asset.assetId), 1);
      await on.complete(on.jobOf(asset));
    }
    await Promise.all(keys.map((key) => on.reached(key, "ready")));
  });

  it("an older version's event after the newer one's: its own end, and the newer one plays", async () => {
    const key = "Versions.mp4";
    const older = await on.eventOf(() => on.upload(key, "first"));
    const { asset, job } = await on.submitted(key, "second");
    await on.complete(job);
    await on.reached(key, "ready");
    await on.send("ingest", older);
    await on.drained("ingest");
    const assets = await on.ledger.assetsOf(asset.videoId);
    const late =
      assets.find(({ assetId }) => assetId !== asset.assetId) ?? assert.fail("no asset of the older version");
    assert.equal(assets.length, 2);
    assert.deepEqual([late.state, late.reason?.code], ["rejected", "superseded"]);
    assert.equal(on.transcoder.jobsOf(late.assetId).length, 0);
    const title = await on.title(key);
    assert.deepEqual([title?.latest.assetId, title?.current?.assetId], [asset.assetId, asset.assetId]);
    assert.match((await on.plays(asset.videoId)) ?? "", new RegExp(asset.assetId));
  });

  it("a key that is uploaded again: a new asset of the same title; the old one plays until it is ready", async () => {
    const key = "Again.mp4";
    const first = await on.submitted(key, "first");
    await on.complete(first.job);
    await on.reached(key, "ready");
    const { videoId } = first.asset;
    const playing = (assetId: string) => async (): Promise<boolean> =>
      (await on.plays(videoId))?.includes(assetId) === true;
    await eventually("the first in the catalogue", playing(first.asset.assetId), 60);

    const second = await on.submitted(key, "second");
    assert.equal(second.asset.videoId, videoId);
    assert.notEqual(second.asset.assetId, first.asset.assetId);
    assert.equal((await on.title(key))?.current?.assetId, first.asset.assetId);
    await on.transcoder.emit(second.job, "progressing");
    await on.reached(key, "progressing");
    assert.equal((await on.title(key))?.current?.assetId, first.asset.assetId);
    assert.ok(await playing(first.asset.assetId)());

    await on.complete(second.job);
    await on.reached(key, "ready");
    assert.equal((await on.title(key))?.current?.assetId, second.asset.assetId);
    await eventually("the second in the catalogue", playing(second.asset.assetId), 60);
    assert.equal((await on.asset(first.asset.assetId)).state, "ready");
  });

  it("an upload whose event never comes is claimed after a quarter of an hour; its event, much later, is nothing new", async () => {
    const key = "Silent + 1%.mp4";
    let sent: Sent | undefined;
    await on.withoutRule("ingest", async () => {
      sent = await on.upload(key);
    });
    const uploaded = new Date();
    await on.reconcileAfter(14);
    await on.drained("ingest");
    assert.equal(await on.title(key), undefined);
    await on.reconcileAfter(16);
    const asset = await on.reached(key, "submitted");
    assert.deepEqual([asset.recovered, asset.key, asset.size], [true, key, sent?.size]);
    const bucket = { name: on.output("ingestBucket") };
    const object = { key, size: sent?.size, etag: sent?.etag, sequencer: "0062E99A88DC407460" };
    const detail = { version: "0", bucket, object, reason: "PutObject" };
    const event = { source: "aws.s3", "detail-type": "Object Created", time: uploaded.toISOString(), detail };
    await on.send("ingest", event);
    await on.drained("ingest");
    await on.reconcileAfter(17);
    await on.drained("ingest");
    assert.equal((await on.ledger.assetsOf(asset.videoId)).length, 1);
    assert.equal(on.transcoder.jobsOf(asset.assetId).length, 1);
    await on.complete(on.jobOf(asset));
    await on.reached(key, "ready");
  });

  it("S3's own notification of several uploads, keys with +, % and accents: each becomes a title", async () => {
    const keys = ["old/a b+c.mp4", "old/100% %ZZ é.mp4", "old/plain.mp4"];
    const sent: Sent[] = [];
    await on.withoutRule("ingest", async () => {
      for (const key of keys) sent.push(await on.upload(key));
    });
    const bucket = on.output("ingestBucket");
    const Records = sent.map((each) => notified(bucket, each, "0062E99A88DC407460"));
    const removed = { ...Records[0], eventName: "ObjectRemoved:Delete" };
    await on.send("ingest", { Records: [...Records, removed] });
    await on.send("ingest", { Records });
    for (const key of keys) {
      const asset = await on.reached(key, "submitted");
      await on.complete(on.jobOf(asset));
      await on.reached(key, "ready");
      assert.equal((await on.ledger.assetsOf(asset.videoId)).length, 1);
    }
    await on.drained("ingest");
  });

  it("what is no upload is taken and forgotten; one of a million bytes is read", async () => {
    const key = "Long message.mp4";
    const event = await on.eventOf(() => on.upload(key));
    const detail = event.detail as { object: object };
    const other = (change: object): object => ({ ...event, detail: { ...detail, ...change } });
    const before = on.transcoder.jobs.length;
    await on.send("ingest", { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: on.output("ingestBucket") });
    await on.send("ingest", { ...event, "detail-type": "Object Deleted" });
    await on.send("ingest", { ...event, source: "aws.unheard-of", "detail-type": "Something New" });
    await on.send("ingest", other({ object: { ...detail.object, key: "folder/", size: 0 } }));
    await on.send("ingest", other({ bucket: { name: "somebody-elses" } }));
    await on.send("ingest", { ...event, padding: "x".repeat(1_000_000) });
    const asset = await on.reached(key, "submitted");
    await on.drained("ingest");
    assert.equal(on.transcoder.jobs.length, before + 1);
    assert.equal(await on.depth(on.deadUrl("ingest")), 0);
    await on.complete(on.jobOf(asset));
    await on.reached(key, "ready");
  });
});
