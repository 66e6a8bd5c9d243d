import { strict as assert } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { JobStatus } from "@aws-sdk/client-mediaconvert";
import { jobHistoryKey } from "../../contracts/keys";
import { Malformed, TryLater } from "../../handlers/errors";
import { follow } from "../../handlers/follow";
import { jobEvent, World } from "./world";

const EVENTS = join(__dirname, "../fixtures/events");

describe("track: a job's life", () => {
  it("goes from progress to outputs, and asks for the storyboard once", async () => {
    const world = new World();
    const asset = await world.submitted();
    const job = await world.setJob(asset, "PROGRESSING");
    await world.track(jobEvent(job, "PROGRESSING"));
    await world.track(jobEvent(job, "STATUS_UPDATE", { jobProgress: { jobPercentComplete: 42 } }));
    assert.deepEqual(((a) => [a.state, a.progress])(await world.asset("film.mp4")), ["progressing", 42]);
    await world.setJob(asset, "COMPLETE", {
      OutputGroupDetails: [
        {
          OutputDetails: [
            { DurationInMs: 60_040, VideoDetails: { WidthInPx: 1280, HeightInPx: 720 } },
            { DurationInMs: 99_000 },
          ],
        },
      ],
    });
    await world.track(jobEvent(job, "COMPLETE"));
    const complete = await world.asset("film.mp4");
    const prefix = `media/${asset.videoId}/${asset.assetId}/`;
    assert.equal(complete.state, "progressing");
    assert.deepEqual(complete.outputs, {
      hls: `${prefix}stream.m3u8`,
      dash: `${prefix}stream.mpd`,
      poster: null,
      thumbnails: null,
      renditions: [
        { width: 1280, height: 720, bitrate: 4_200_000 },
        { width: 854, height: 480, bitrate: 1_500_000 },
      ],
      duration: 60.04,
    });
    assert.deepEqual(world.wanted, [{ stack: "dev", videoId: asset.videoId, assetId: asset.assetId, attempt: 1 }]);
    assert.deepEqual(world.told, []);
  });
  it("keeps the whole record of the job", async () => {
    const world = new World();
    const asset = await world.submitted();
    const job = await world.setJob(asset, "ERROR", { ErrorCode: 1076, ErrorMessage: "truncated" });
    await world.track(jobEvent(job, "ERROR"));
    const kept = await world.store.read("media", jobHistoryKey(asset.assetId, 1, String(job.Id)));
    assert.deepEqual(JSON.parse(Buffer.from(kept ?? []).toString()), JSON.parse(JSON.stringify(job)));
  });
  it("fails with the service's code and words", async () => {
    const world = new World();
    const asset = await world.submitted();
    const job = await world.setJob(asset, "ERROR", { ErrorCode: 1076, ErrorMessage: "truncated" });
    await world.track(jobEvent(job, "ERROR", { errorCode: 1, errorMessage: "not this" }));
    const failed = await world.asset("film.mp4");
    assert.deepEqual([failed.state, failed.reason], ["failed", { code: "transcoder-1076", text: "truncated" }]);
    assert.deepEqual(
      world.told.map(({ type, detail }) => [type, detail.reason?.code]),
      [["VideoFailed", "transcoder-1076"]],
    );
  });
  it("is canceled when somebody cancels it", async () => {
    const world = new World();
    const asset = await world.submitted();
    await world.track(jobEvent(await world.setJob(asset, "CANCELED"), "CANCELED"));
    assert.equal((await world.asset("film.mp4")).state, "canceled");
    assert.deepEqual(
      world.told.map(({ type }) => type),
      ["VideoCanceled"],
    );
  });
  it("fails when a complete job has left no manifest", async () => {
    const world = new World();
    const asset = await world.submitted();
    const job = await world.setJob(asset, "COMPLETE");
    world.store.remove("media", `media/${asset.videoId}/${asset.assetId}/stream.mpd`);
    await world.track(jobEvent(job, "COMPLETE"));
    assert.equal((await world.asset("film.mp4")).reason?.code, "outputs-missing");
  });
});

describe("track: events in every order", () => {
  const orders: [string, JobStatus, string[], string][] = [
    ["COMPLETE before PROGRESSING", "COMPLETE", ["COMPLETE", "PROGRESSING", "STATUS_UPDATE"], "ready"],
    ["COMPLETE twice", "COMPLETE", ["COMPLETE", "COMPLETE"], "ready"],
    ["COMPLETE after ERROR, of a complete job", "COMPLETE", ["ERROR", "COMPLETE"], "ready"],
    ["ERROR after COMPLETE, of a complete job", "COMPLETE", ["COMPLETE", "ERROR"], "ready"],
    ["ERROR after COMPLETE, of a failed job", "ERROR", ["COMPLETE", "ERROR"], "failed"],
    ["PROGRESSING after ERROR", "ERROR", ["ERROR", "PROGRESSING", "STATUS_UPDATE"], "failed"],
    ["ERROR three times", "ERROR", ["ERROR", "ERROR", "ERROR"], "failed"],
    ["CANCELED, then PROGRESSING", "CANCELED", ["CANCELED", "PROGRESSING"], "canceled"],
    ["warnings and inputs only", "PROGRESSING", ["INPUT_INFORMATION", "NEW_WARNING", "QUEUE_HOP"], "submitted"],
  ];
  for (const [name, truth, events, end] of orders)
    it(`${name} → ${end}`, async () => {
      const world = new World();
      const asset = await world.submitted();
      const job = await world.setJob(asset, truth);
      for (const status of events) await world.track(jobEvent(job, status));
      while (world.wanted.length > 0) await world.drawStoryboard();
      for (const status of events) await world.track(jobEvent(job, status));
      const after = await world.asset("film.mp4");
      assert.equal(after.state, end);
      assert.equal(world.told.length, end === "submitted" ? 0 : 1);
      assert.equal(after.due === undefined, end !== "submitted");
    });
  it("a record that turns to ERROR after the outputs were taken changes nothing: the title plays", async () => {
    const world = new World();
    const asset = await world.submitted();
    const job = await world.setJob(asset, "COMPLETE");
    await world.track(jobEvent(job, "COMPLETE"));
    await world.setJob(asset, "ERROR", { ErrorCode: 1999 });
    await world.track(jobEvent(job, "ERROR"));
    await world.drawStoryboard();
    assert.equal((await world.asset("film.mp4")).state, "ready");
  });
  for (const status of ["SUBMITTED", "PROGRESSING"] as const)
    it(`a record older than its end (${status}) puts nothing back on reconcile's list`, async () => {
      const world = new World();
      const before = await world.submitted();
      const job = await world.setJob(before, "CANCELED");
      await world.track(jobEvent(job, "CANCELED"));
      const ended = await world.asset("film.mp4");
      assert.deepEqual([ended.state, ended.due], ["canceled", undefined]);
      await follow(before, { ...job, Status: status }, world.ports, world.config);
      assert.deepEqual(await world.asset("film.mp4"), ended);
    });
  it("an end that the service does not confirm yet is put off", async () => {
    const world = new World();
    const asset = await world.submitted();
    const job = await world.setJob(asset, "PROGRESSING");
    await assert.rejects(world.track(jobEvent(job, "COMPLETE")), TryLater);
    assert.equal((await world.asset("film.mp4")).state, "submitted");
  });
  it("the first news of a job whose creation was never confirmed is believed", async () => {
    const world = new World();
    world.transcoder.afterCreate = () => {
      throw new Error("socket hang up");
    };
    await assert.rejects(world.ingest(await world.upload("film.mp4")));
    const asset = await world.asset("film.mp4");
    const job = await world.setJob(asset, "PROGRESSING");
    await world.track(jobEvent(job, "PROGRESSING"));
    assert.deepEqual(((a) => [a.state, a.jobId, a.submitting])(await world.asset("film.mp4")), [
      "progressing",
      job.Id,
      undefined,
    ]);
  });
  it("a storyboard request that the bus lost is sent again with the next delivery", async () => {
    const world = new World();
    const asset = await world.submitted();
    const job = await world.setJob(asset, "COMPLETE");
    world.beforeBus = () => {
      throw new Error("the bus is away");
    };
    await assert.rejects(world.track(jobEvent(job, "COMPLETE")), /bus is away/);
    world.beforeBus = () => undefined;
    await world.track(jobEvent(job, "COMPLETE"));
    assert.equal(world.wanted.length, 1);
  });
});

describe("track: events that are none of ours", () => {
  for (const name of readdirSync(EVENTS).filter((file) => file.startsWith("mediaconvert-")))
    it(`${name}, as the service documents it, moves nothing`, async () => {
      const world = new World();
      const before = await world.submitted();
      await world.track(JSON.parse(readFileSync(join(EVENTS, name), "utf8")));
      assert.deepEqual(await world.asset("film.mp4"), before);
    });

  async function ignored(
    change: (metadata: Record<string, string>) => Record<string, string>,
    more = {},
  ): Promise<World> {
    const world = new World();
    const before = await world.submitted();
    const job = await world.setJob(before, "COMPLETE");
    await world.track(jobEvent({ ...job, ...more, UserMetadata: change(job.UserMetadata ?? {}) }, "COMPLETE"));
    assert.deepEqual(await world.asset("film.mp4"), before);
    assert.equal(world.told.length + world.wanted.length, 0);
    return world;
  }
  it("another stack's", () => ignored((metadata) => ({ ...metadata, stack: "prod" })));
  it("an unknown asset's", () => ignored((metadata) => ({ ...metadata, assetId: "0193-9999" })));
  it("a later attempt's that nobody began", () => ignored((metadata) => ({ ...metadata, attempt: "7" })));
  it("without metadata", () => ignored(() => ({})));
  it("of a job that the asset does not have", async () => {
    const world = await ignored((metadata) => metadata, { Id: "1-forged" });
    assert.ok(world.counted.includes("SecondJob"));
  });
  it("that names a job of another asset", async () => {
    const world = new World();
    const [one, other] = [await world.submitted("one.mp4"), await world.submitted("other.mp4")];
    await world.ledger.change(one.assetId, ({ jobId: _job, ...asset }) => asset);
    const job = await world.setJob(other, "COMPLETE");
    await world.track(jobEvent({ ...job, UserMetadata: { ...job.UserMetadata, assetId: one.assetId } }, "COMPLETE"));
    assert.deepEqual(((a) => [a.state, a.jobId])(await world.asset("one.mp4")), ["submitted", undefined]);
    assert.equal(world.told.length + world.wanted.length, 0);
  });
  it("of an older attempt, whose record is kept all the same", async () => {
    const world = new World();
    const first = await world.submitted();
    const old = await world.setJob(first, "ERROR", { ErrorCode: 1999 });
    await world.track(jobEvent(old, "ERROR"));
    await world.operations.retry(first.assetId);
    await world.deliverSent();
    const second = await world.asset("film.mp4");
    assert.deepEqual([second.attempt, second.state], [2, "submitted"]);
    world.store.remove("media", jobHistoryKey(first.assetId, 1, String(old.Id)));
    await world.track(jobEvent(old, "ERROR"));
    assert.deepEqual(await world.asset("film.mp4"), second);
    assert.ok(world.store.keys("media").includes(jobHistoryKey(first.assetId, 1, String(old.Id))));
  });
  for (const status of ["INPUT_INFORMATION", "NEW_WARNING", "QUEUE_HOP"])
    it(`${status} moves nothing`, async () => {
      const world = new World();
      const asset = await world.submitted();
      await world.track(jobEvent(await world.setJob(asset, "SUBMITTED"), status));
      assert.deepEqual(await world.asset("film.mp4"), asset);
    });
  it("another kind of event is ignored", async () => {
    const world = new World();
    await world.track({ source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification", detail: {} });
    await world.track({ source: "aws.mediaconvert", "detail-type": "MediaConvert Queue Change", detail: {} });
    assert.deepEqual(world.logged, ["event of another kind ignored", "event of another kind ignored"]);
  });
  for (const body of [
    null,
    [],
    { source: "aws.mediaconvert" },
    {
      "detail-type": "MediaConvert Job State Change",
      source: "aws.mediaconvert",
      time: "",
      detail: { status: "DONE" },
    },
  ])
    it(`malformed: ${JSON.stringify(body).slice(0, 30)}`, () => assert.rejects(new World().track(body), Malformed));
});
