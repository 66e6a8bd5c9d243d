/** Events of jobs, real shapes, in every order: an end is taken from the service's record, never from an event alone. */
import { strict as assert } from "node:assert";
import { operations } from "../../handlers/operations";
import { ingestQueue } from "../../handlers/aws/messages";
import { systemClock } from "../../handlers/aws/clock";
import type { ScriptedJob } from "../support/scriptedTranscoder";
import { type Stage, stage, statesOf } from "./support/stage";

const READY = ["claimed", "probed", "submitted", "progressing", "ready"];

describe("events of jobs", function () {
  this.timeout(180_000);
  let on: Stage;
  before(async () => {
    on = await stage();
  });

  /** Puts these events on the bus, one after the other, each handled before the next. */
  const emit = async (job: ScriptedJob, ...fixtures: string[]): Promise<void> => {
    for (const fixture of fixtures) {
      await on.transcoder.emit(job, fixture);
      await on.drained("transcode-events");
    }
  };

  it("COMPLETE before everything else, then all that came before it: ready once", async () => {
    const { asset, job } = await on.submitted("Backwards.mp4");
    await on.complete(job);
    await on.reached("Backwards.mp4", "ready");
    const ready = await on.asset(asset.assetId);
    await emit(job, "progressing", "status-update", "input-information", "new-warning", "queue-hop");
    assert.deepEqual(statesOf(ready), READY);
    assert.deepEqual(await on.asset(asset.assetId), ready);
  });

  it("COMPLETE five times at once, with a CMAF group's shape among them: ready once, announced once", async () => {
    const { asset, job } = await on.submitted("Complete.mp4");
    await on.whilePaused("track", async () => {
      await on.transcoder.set(job, "COMPLETE");
      for (const fixture of ["complete", "complete", "cmaf-group", "complete", "complete"])
        await on.transcoder.emit(job, fixture);
      await on.holds("transcode-events", 5);
    });
    await on.reached("Complete.mp4", "ready");
    await on.drained("transcode-events", "storyboard");
    const ready = await on.asset(asset.assetId);
    assert.deepEqual(statesOf(ready), READY);
    assert.equal(ready.announced, "1:ready");
    assert.equal(ready.due, undefined);
  });

  it("PROGRESSING and its percentages go forward only; warnings, inputs and a queue hop move nothing", async () => {
    const { asset, job } = await on.submitted("Steps.mp4");
    for (const fixture of ["input-information", "new-warning", "queue-hop"])
      await on.send("transcode-events", on.transcoder.event(job, fixture));
    await on.drained("transcode-events");
    assert.equal((await on.asset(asset.assetId)).state, "submitted");
    await emit(job, "status-update", "progressing");
    const running = await on.asset(asset.assetId);
    assert.deepEqual([running.state, running.progress], ["progressing", 7]);
    await on.transcoder.set(job, "CANCELED");
    await emit(job, "canceled", "status-update");
    const canceled = await on.asset(asset.assetId);
    assert.deepEqual([canceled.state, canceled.reason?.code], ["canceled", "canceled"]);
    assert.deepEqual(statesOf(canceled), ["claimed", "probed", "submitted", "progressing", "canceled"]);
  });

  it("COMPLETE after ERROR of a failed job: failed, with the service's code", async () => {
    const { asset, job } = await on.submitted("Failed.mp4");
    await on.transcoder.set(job, "ERROR");
    await emit(job, "error");
    const failed = await on.asset(asset.assetId);
    assert.deepEqual(failed.reason, { code: "transcoder-1040", text: "Example error message" });
    await emit(job, "complete", "progressing", "error");
    assert.deepEqual(await on.asset(asset.assetId), failed);
  });

  it("ERROR after COMPLETE, and ERROR that the service knows nothing of: ready", async () => {
    const after = await on.submitted("Error after.mp4");
    await on.complete(after.job);
    await on.reached("Error after.mp4", "ready");
    await on.transcoder.set(after.job, "ERROR");
    await emit(after.job, "error");
    assert.deepEqual(statesOf(await on.asset(after.asset.assetId)), READY);
    const untrue = await on.submitted("Error untrue.mp4");
    await on.transcoder.set(untrue.job, "COMPLETE");
    await emit(untrue.job, "error");
    assert.deepEqual(statesOf(await on.reached("Error untrue.mp4", "ready")), READY);
  });

  it("an older attempt's events after a retry move nothing of the new one", async () => {
    const key = "Retried.mp4";
    const { asset, job: first } = await on.submitted(key);
    await on.transcoder.set(first, "ERROR");
    await emit(first, "error");
    await on.reached(key, "failed");
    const queue = ingestQueue(on.clients.queues, on.queueUrl("ingest"));
    const verdict = await operations({ ledger: on.ledger, ingestQueue: queue, clock: systemClock }).retry(
      asset.assetId,
    );
    assert.equal(verdict.done, true);
    const second = await on.reached(key, "submitted");
    assert.equal(second.attempt, 2);
    await on.drained("ingest");
    const waiting = await on.asset(asset.assetId);
    await emit(first, "error", "progressing", "canceled", "complete");
    assert.deepEqual(await on.asset(asset.assetId), waiting);
    assert.equal(on.transcoder.jobsOf(asset.assetId).length, 2);
    await on.complete(on.jobOf(waiting));
    assert.equal((await on.reached(key, "ready")).attempt, 2);
  });

  it("events of unknown jobs, other stacks, other people's jobs and another job of the attempt are ignored", async () => {
    const { asset, job } = await on.submitted("Ours.mp4");
    const before = await on.asset(asset.assetId);
    const like = (change: Partial<ScriptedJob>): ScriptedJob => ({ ...job, ...change });
    const strangers = [
      like({ id: "1700000000000-nobody" }),
      like({ userMetadata: { ...job.userMetadata, stack: "prod" } }),
      like({ userMetadata: { ...job.userMetadata, assetId: "0199a0c4-0000-7000-8000-000000000000" } }),
      like({ userMetadata: { ...job.userMetadata, attempt: "7" } }),
      like({ userMetadata: {} }),
    ];
    for (const stranger of strangers) await emit(stranger, "progressing", "complete", "error", "canceled");
    // The rule stops what comes from other queues.
    await emit(like({ queue: `${job.queue}-of-others` }), "canceled");
    assert.deepEqual(await on.asset(asset.assetId), before);
    assert.equal(await on.depth(on.deadUrl("transcode-events")), 0);
    await on.complete(job);
    await on.reached("Ours.mp4", "ready");
  });
});
