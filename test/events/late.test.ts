/** Events that never come, jobs that wait for hours, pictures that cannot be made: reconcile and the last try. */
import { strict as assert } from "node:assert";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { encode } from "jpeg-js";
import { MAX_RECEIVE_COUNT } from "../../contracts/queues";
import { takeAway } from "../local/support/grants";
import { type Stage, stage, statesOf } from "./support/stage";

const picture = (): Uint8Array => {
  const data = Buffer.alloc(320 * 180 * 4, 128);
  return encode({ width: 320, height: 180, data }, 80).data;
};

describe("events that never come", function () {
  this.timeout(180_000);
  let on: Stage;
  before(async () => {
    on = await stage();
  });

  it("reconcile is due every five minutes, by the program's own schedule", () => {
    const { resources } = on.platform.record;
    const schedules = resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule");
    const [only] = schedules.map(({ inputs }) => ({
      every: inputs.scheduleExpression,
      target: (inputs.target as { arn: string }).arn.split(":").at(-1),
    }));
    assert.equal(schedules.length, 1);
    assert.deepEqual(only, { every: "rate(5 minutes)", target: on.functionName("reconcile") });
  });

  it("ends of jobs whose events are lost are found, once they are overdue and not before", async () => {
    const ends = { "Lost complete.mp4": "COMPLETE", "Lost error.mp4": "ERROR", "Lost cancel.mp4": "CANCELED" } as const;
    const assets = [];
    for (const [key, end] of Object.entries(ends)) {
      const { asset, job } = await on.submitted(key);
      await on.transcoder.set(job, end, [picture()]);
      assets.push(asset);
    }
    await on.reconcileAfter(8);
    for (const { assetId } of assets) assert.equal((await on.asset(assetId)).state, "submitted");
    await on.reconcileAfter(12);
    const ready = await on.reached("Lost complete.mp4", "ready");
    assert.deepEqual(statesOf(ready), ["claimed", "probed", "submitted", "progressing", "ready"]);
    assert.ok(ready.outputs?.poster && ready.outputs.thumbnails);
    for (const Key of [ready.outputs.poster, ready.outputs.thumbnails])
      await on.clients.s3.send(new HeadObjectCommand({ Bucket: on.output("mediaBucket"), Key }));
    assert.equal((await on.reached("Lost error.mp4", "failed")).reason?.code, "transcoder-1040");
    assert.equal((await on.reached("Lost cancel.mp4", "canceled")).reason?.code, "canceled");
  });

  it("a job that waits in its queue for hours is looked at again and again, and not failed", async () => {
    const { asset, job } = await on.submitted("Patient.mp4");
    job.createdAt -= 20 * 3600;
    for (const minutes of [30, 600, 1_200]) {
      await on.reconcileAfter(minutes);
      const { state, due = "" } = await on.asset(asset.assetId);
      assert.equal(state, "submitted");
      assert.ok(Date.parse(due) > Date.now() + minutes * 60_000, `looked at again after ${due}`);
    }
    assert.equal(on.transcoder.jobsOf(asset.assetId).length, 1);
    await on.complete(job);
    await on.reached("Patient.mp4", "ready");
  });

  it("a job that the service has forgotten is failed, with that reason", async () => {
    const { asset, job } = await on.submitted("Forgotten.mp4");
    on.transcoder.jobs.splice(on.transcoder.jobs.indexOf(job), 1);
    await on.reconcileAfter(12);
    assert.equal((await on.reached("Forgotten.mp4", "failed")).reason?.code, "job-lost");
    assert.equal((await on.ledger.assetsOf(asset.videoId)).length, 1);
  });

  it("a storyboard request that is lost is made again", async () => {
    const { job } = await on.submitted("Lost pictures.mp4");
    await on.withoutRule("storyboard", async () => {
      await on.complete(job, [picture()]);
      await on.reached("Lost pictures.mp4", "progressing");
      await on.drained("transcode-events");
    });
    await on.reconcileAfter(22);
    const ready = await on.reached("Lost pictures.mp4", "ready");
    assert.deepEqual([ready.warning, typeof ready.outputs?.poster], [undefined, "string"]);
  });

  it("a job without captures: the title is ready, with a warning and without pictures", async () => {
    const { job } = await on.submitted("No captures.mp4");
    await on.complete(job);
    const ready = await on.reached("No captures.mp4", "ready");
    assert.equal(ready.warning?.code, "no-captures");
    assert.deepEqual([ready.outputs?.poster, ready.outputs?.thumbnails], [null, null]);
  });

  it("a storyboard that fails to its last try: the title is ready, with a warning, and no message is dead", async () => {
    const { job } = await on.submitted("No pictures.mp4");
    const role = on.roleOf("storyboard");
    const giveBack = await takeAway(on.platform.cloud, role, "s3:GetObject");
    try {
      await on.whilePaused("storyboard", async () => {
        await on.complete(job, [picture()]);
        // Nine tries with their back-off take ten minutes: looked at, a message counts as received.
        for (let tries = 1; tries < MAX_RECEIVE_COUNT; tries += 1) await on.peek("storyboard", 1);
      });
      const ready = await on.reached("No pictures.mp4", "ready");
      assert.equal(ready.warning?.code, "storyboard-failed");
      assert.match(ready.warning.text, /s3:GetObject|Access ?Denied/i);
      await on.drained("storyboard");
      assert.equal(await on.depth(on.deadUrl("storyboard")), 0);
    } finally {
      await giveBack();
    }
  });
});
