/** Queues, tokens and lists of jobs, observed on real jobs of a film of one second. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CancelJobCommand,
  CreateJobCommand,
  CreateQueueCommand,
  type CreateJobRequest,
  GetJobCommand,
  GetQueueCommand,
  type Job,
  ListJobsCommand,
  type ListJobsRequest,
  type MediaConvertClient,
  UpdateQueueCommand,
} from "@aws-sdk/client-mediaconvert";
import * as sdk from "@aws-sdk/client-mediaconvert";
import type { MediaConvert } from "../../local/mediaconvert/server";
import { ended, media, Platform } from "./platform";
import { copy, encodedJob, SOURCE } from "./settings";

describe("queues", function () {
  this.timeout(90_000);
  let platform: Platform;
  let server: MediaConvert & { client: MediaConvertClient };

  const job = (assetId: string, more: Partial<CreateJobRequest> = {}, key = "tiny.mp4"): CreateJobRequest => {
    const video = { ...SOURCE.video, width: 128, height: 72 };
    const place = { roleArn: platform.roleArn, mediaKeyArn: platform.keyArn };
    return { ...encodedJob({ ...SOURCE, video, audio: [] }, { assetId, key, place }), ...more };
  };
  const submit = async (request: CreateJobRequest): Promise<string> =>
    (await server.client.send(new CreateJobCommand(request))).Job?.Id ?? "";
  const look = async (id: string): Promise<Job | undefined> =>
    (await server.client.send(new GetJobCommand({ Id: id }))).Job;
  const update = (change: Omit<sdk.UpdateQueueRequest, "Name">) =>
    server.client.send(new UpdateQueueCommand({ Name: "Default", ...change }));

  before(async () => {
    platform = await Platform.start();
    server = await platform.mediaConvert("queues", { parallel: 4 });
    const tiny = join(platform.directory, "tiny.mp4");
    await media(platform.tools.ffmpeg, [
      ...["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=128x72:rate=25:duration=1"],
      ...["-c:v", "libx264", "-pix_fmt", "yuv420p", tiny],
    ]);
    await platform.put("tiny.mp4", readFileSync(tiny));
    const sound = join(platform.directory, "sound.mp4");
    await media(platform.tools.ffmpeg, ["-v", "error", "-y", "-f", "lavfi", "-i", "sine=duration=1", sound]);
    await platform.put("sound.mp4", readFileSync(sound));
  });
  after(async () => {
    await server.close();
    await platform.stop();
  });

  /** Milliseconds at which each job started and ended, as its events say. */
  const spansOf = (ids: string[]): Promise<[number, number][]> =>
    Promise.all(
      ids.map(async (id): Promise<[number, number]> => {
        const events = await platform.eventsOf(id, "COMPLETE");
        const at = (status: string) => Number(events.find(({ detail }) => detail.status === status)?.detail.timestamp);
        return [at("PROGRESSING"), at("COMPLETE")];
      }),
    );

  it("that are paused take jobs and start none; then the highest priority goes first, of equal ones the older", async () => {
    await update({ Status: "PAUSED", ConcurrentJobs: 1 });
    const given = [0, 5, -50, 50, 5];
    const ids: string[] = [];
    for (const [index, Priority] of given.entries()) ids.push(await submit(job(`priority${index}`, { Priority })));
    const { Queue } = await server.client.send(new GetQueueCommand({ Name: "Default" }));
    assert.deepEqual([Queue?.Status, Queue?.SubmittedJobsCount, Queue?.ProgressingJobsCount], ["PAUSED", 5, 0]);
    await update({ Status: "ACTIVE" });
    for (const [index, id] of ids.entries()) {
      const done = await ended(server.client, id);
      assert.deepEqual([done.Status, done.Priority], ["COMPLETE", given[index]], done.ErrorMessage);
    }
    const spans = await spansOf(ids);
    const started = [3, 1, 4, 0, 2].map((index) => spans[index] ?? [NaN, NaN]);
    for (const [index, span] of started.entries())
      assert.ok((span[0] ?? NaN) >= (started[index - 1]?.[1] ?? 0), String(spans));
  });

  for (const most of [2, 3]) {
    it(`run ${most} jobs at once when they may, and never more`, async () => {
      await update({ Status: "PAUSED", ConcurrentJobs: most });
      const ids: string[] = [];
      for (let index = 0; index < 6; index += 1) ids.push(await submit(job(`at-once-${most}-${index}`)));
      await update({ Status: "ACTIVE" });
      const spans = await spansOf(ids);
      const atOnce = spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length);
      assert.equal(Math.max(...atOnce), most, String(spans));
    });
  }

  it("that are paused let the running job go on, and keep the waiting one", async () => {
    await update({ Status: "ACTIVE", ConcurrentJobs: 1 });
    const [running, waiting] = [await submit(job("goes-on")), await submit(job("waits"))];
    await update({ Status: "PAUSED" });
    assert.equal((await ended(server.client, running)).Status, "COMPLETE");
    assert.equal((await look(waiting))?.Status, "SUBMITTED");
    await update({ Status: "ACTIVE", ConcurrentJobs: 20 });
    assert.equal((await ended(server.client, waiting)).Status, "COMPLETE");
  });

  it("cancel a job that waits, and a canceled or complete one no more", async () => {
    await update({ Status: "PAUSED" });
    const id = await submit(job("cancel"));
    await server.client.send(new CancelJobCommand({ Id: id }));
    await update({ Status: "ACTIVE" });
    assert.equal((await look(id))?.Status, "CANCELED");
    const complete = await submit(job("complete"));
    assert.equal((await ended(server.client, complete)).Status, "COMPLETE");
    for (const each of [id, complete]) {
      await assert.rejects(server.client.send(new CancelJobCommand({ Id: each })), (error: unknown) => {
        assert.ok(error instanceof sdk.ConflictException, String(error));
        return error.$metadata.httpStatusCode === 409;
      });
    }
    assert.equal((await look(complete))?.Status, "COMPLETE");
  });

  it("give the first job for its token, whatever else is asked for, for one minute", async () => {
    const id = await submit(job("token"));
    assert.equal(await submit(job("token", { Priority: 7 })), id);
    assert.equal((await look(id))?.Priority, 0);
    await ended(server.client, id);
    assert.equal(await submit(job("token")), id);
    const queue = await server.client.send(new ListJobsCommand({}));
    assert.equal(queue.Jobs?.filter(({ ClientRequestToken }) => ClientRequestToken === "token-1").length, 1);
    // The same server, started again over a state in which that was a minute ago.
    await server.close();
    const file = join(platform.directory, "queues", "state.json");
    const state = JSON.parse(readFileSync(file, "utf8")) as { jobs: { id: string; createdAt: number }[] };
    const age = async (seconds: number): Promise<string> => {
      for (const each of state.jobs) if (each.id === id) each.createdAt = Math.floor(Date.now() / 1000) - seconds;
      writeFileSync(file, JSON.stringify(state));
      server = await platform.mediaConvert("queues", { parallel: 4 });
      const next = await submit(job("token"));
      await ended(server.client, next);
      return next;
    };
    assert.equal(await age(45), id);
    await server.close();
    assert.notEqual(await age(61), id);
  });

  it("list their jobs by status, newest or oldest first, in pages that a new job does not move", async () => {
    await server.client.send(new CreateQueueCommand({ Name: "listed", Status: "PAUSED" }));
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) ids.push(await submit(job(`listed${index}`, { Queue: "listed" })));
    await server.client.send(new CancelJobCommand({ Id: ids[2] }));
    const list = async (input: ListJobsRequest, between = async (): Promise<unknown> => undefined) => {
      const found: number[] = [];
      let token: string | undefined;
      do {
        const query = { Queue: "listed", MaxResults: 3, ...input, NextToken: token };
        const reply = await server.client.send(new ListJobsCommand(query));
        assert.ok((reply.Jobs ?? []).length <= 3);
        found.push(...(reply.Jobs ?? []).map(({ Id }) => ids.indexOf(Id ?? "")));
        token = reply.NextToken;
        await between();
      } while (token !== undefined);
      return found;
    };
    assert.deepEqual(await list({ Order: "ASCENDING" }), [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await list({}), [6, 5, 4, 3, 2, 1, 0]);
    assert.deepEqual(await list({ Status: "CANCELED" }), [2]);
    let late = 0;
    const comes = () => submit(job(`late${late++}`, { Queue: "listed" }));
    assert.deepEqual(await list({ Order: "DESCENDING" }, comes), [6, 5, 4, 3, 2, 1, 0]);
    // One of the page before leaves the list meanwhile, as the jobs that start do.
    const submitted = await list({ Status: "SUBMITTED", Order: "ASCENDING", MaxResults: 2 }, async () => {
      const second = await look(ids[1] ?? "");
      if (second?.Status === "SUBMITTED") await server.client.send(new CancelJobCommand({ Id: ids[1] }));
    });
    assert.deepEqual(submitted.slice(0, 6), [0, 1, 3, 4, 5, 6]);
  });

  const failures: [string, number, (request: CreateJobRequest) => void, RegExp][] = [
    ["a film without a picture", 1020, (request) => (inputOf(request).FileInput = "s3://ingest-bucket/sound.mp4"), /video/],
    ["a track that the film has not", 1021, (request) => withSound(request), /No audio track 1 in the input/],
    ["a film that is not there", 1404, (request) => (inputOf(request).FileInput = "s3://ingest-bucket/none.mp4"), /none\.mp4/],
    ["an input bucket that is not there", 1404, (request) => (inputOf(request).FileInput = "s3://no-bucket/tiny.mp4"), /no-bucket/],
    ["a role that is not there", 1433, (request) => (request.Role = `${request.Role}-2`), /doesn't exist/],
  ]; // prettier-ignore
  const inputOf = (request: CreateJobRequest): sdk.Input => request.Settings?.Inputs?.[0] ?? {};
  /** Like a job that was planned for another version of the film. */
  const withSound = (request: CreateJobRequest): void => {
    const heard = encodedJob(SOURCE);
    const sound = heard.Settings?.OutputGroups?.[0]?.Outputs?.at(-1);
    assert.ok(sound);
    request.Settings?.OutputGroups?.[0]?.Outputs?.push(copy(sound));
    inputOf(request).AudioSelectors = copy(heard.Settings?.Inputs?.[0]?.AudioSelectors);
  };
  for (const [what, code, change, message] of failures) {
    it(`take a job with ${what}, and end it in ${code}, told by an event`, async () => {
      const request = job(`fails${code}${what.length}`);
      change(request);
      const id = await submit(request);
      const failed = await ended(server.client, id);
      assert.deepEqual([failed.Status, failed.ErrorCode], ["ERROR", code], failed.ErrorMessage);
      assert.match(failed.ErrorMessage ?? "", message);
      const last = (await platform.eventsOf(id, "ERROR")).at(-1);
      assert.deepEqual([last?.detail.errorCode, last?.detail.errorMessage], [code, failed.ErrorMessage]);
      assert.deepEqual(await platform.keys(`media/video/fails${code}${what.length}/`), []);
    });
  }
});
