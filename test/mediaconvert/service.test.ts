import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateJobCommand,
  CreateJobTemplateCommand,
  CreateQueueCommand,
  CancelJobCommand,
  GetJobCommand,
  GetJobTemplateCommand,
  GetQueueCommand,
  type Job,
  ListJobsCommand,
  MediaConvertClient,
  ProbeCommand,
} from "@aws-sdk/client-mediaconvert";
import * as sdk from "@aws-sdk/client-mediaconvert";
import { readProbe } from "../../encoding/probe";
import { templateSettings } from "../../encoding/template";
import type { MediaConvert } from "../../local/mediaconvert/server";
import { assemble, busiestSecond, packets } from "./bitstream";
import { ended, INGEST, MEDIA, media, Platform, putFilms, SAMPLE } from "./platform";
import { encodedJob, h264Of, SOURCE } from "./settings";

describe("the service", function () {
  this.timeout(120_000);
  let platform: Platform;
  let server: MediaConvert & { client: MediaConvertClient };
  const place = () => ({ roleArn: platform.roleArn, mediaKeyArn: platform.keyArn });
  const wide = { ...SOURCE, audio: [{ track: 1, codec: "AAC", channels: 6, language: null }] };

  /** A job of the encoding with small, quick rungs, which a test may change. */
  const smallJob = (
    assetId: string,
    key = "film.mp4",
    change: (job: sdk.CreateJobRequest) => void = () => undefined,
  ) => {
    const video = { ...SOURCE.video, width: 320, height: 180 };
    const job = encodedJob({ ...wide, video }, { assetId, key, place: place() });
    change(job);
    return job;
  };
  const run = async (job: sdk.CreateJobRequest): Promise<Job> => {
    const { Job: made } = await server.client.send(new CreateJobCommand(job));
    return ended(server.client, made?.Id);
  };

  before(async () => {
    platform = await Platform.start();
    server = await platform.mediaConvert("one");
    await putFilms(platform);
  });
  after(async () => {
    await server.close();
    await platform.stop();
  });

  describe("the API", () => {
    it("gives the same job for the same token within a minute, and another for another", async () => {
      const request = smallJob("token");
      const [first, again] = [
        await server.client.send(new CreateJobCommand(request)),
        await server.client.send(new CreateJobCommand(request)),
      ];
      assert.equal(again.Job?.Id, first.Job?.Id);
      const other = await server.client.send(new CreateJobCommand({ ...request, ClientRequestToken: "other" }));
      assert.notEqual(other.Job?.Id, first.Job?.Id);
      await Promise.all([first, other].map(({ Job: made }) => ended(server.client, made?.Id)));
    });

    it("lists jobs of a queue by age, in pages", async () => {
      const input = { Queue: "Default", Order: "DESCENDING", MaxResults: 1 } as const;
      const first = await server.client.send(new ListJobsCommand(input));
      const second = await server.client.send(new ListJobsCommand({ ...input, NextToken: first.NextToken }));
      const [newer, older] = [first.Jobs?.[0], second.Jobs?.[0]];
      assert.ok(newer?.CreatedAt && older?.CreatedAt && newer.Id !== older.Id && newer.CreatedAt >= older.CreatedAt);
      const complete = await server.client.send(new ListJobsCommand({ Status: "COMPLETE" }));
      assert.ok(complete.Jobs?.every(({ Status }) => Status === "COMPLETE") && complete.Jobs.length > 1);
      await assert.rejects(server.client.send(new ListJobsCommand({ Queue: "nobody" })), { name: "NotFoundException" });
    });

    it("keeps queues and templates", async () => {
      await server.client.send(new CreateQueueCommand({ Name: "priority", ConcurrentJobs: 3, Description: "first" }));
      const { Queue } = await server.client.send(new GetQueueCommand({ Name: "priority" }));
      assert.deepEqual(
        [Queue?.ConcurrentJobs, Queue?.Status, Queue?.PricingPlan, Queue?.Type],
        [3, "ACTIVE", "ON_DEMAND", "CUSTOM"],
      );
      await assert.rejects(server.client.send(new CreateQueueCommand({ Name: "priority" })), {
        name: "ConflictException",
      });
      await assert.rejects(
        server.client.send(new CreateQueueCommand({ Name: "r", PricingPlan: "RESERVED" })),
        /RESERVED is a purchase/,
      );
      const Settings = templateSettings({ mediaBucket: MEDIA, mediaKeyArn: platform.keyArn });
      await server.client.send(new CreateJobTemplateCommand({ Name: "by hand", Settings, Queue: "priority" }));
      const { JobTemplate } = await server.client.send(new GetJobTemplateCommand({ Name: "by hand" }));
      assert.deepEqual([JobTemplate?.Settings, JobTemplate?.Type], [Settings, "CUSTOM"]);
    });

    const refusals: [string, () => Promise<unknown>, string, RegExp][] = [
      [
        "an unknown queue",
        () => run({ ...smallJob("q"), Queue: "nobody" }),
        "BadRequestException",
        /^\/queue: there is no queue "nobody"$/,
      ],
      [
        "a role that is none",
        () => run({ ...smallJob("r"), Role: "admin" }),
        "BadRequestException",
        /^\/role: should be the ARN/,
      ],
      [
        "settings that do not fit",
        () => run(smallJob("s", "film.mp4", (job) => (h264Of(job).MaxBitrate = 10))),
        "BadRequestException",
        /maxBitrate: should not be less than 1000, but is 10$/,
      ],
      [
        "a job that is not there",
        () => server.client.send(new GetJobCommand({ Id: "1-abc" })),
        "NotFoundException",
        /doesn't exist: 1-abc/,
      ],
      [
        "to probe what is not there",
        () => server.client.send(new ProbeCommand({ InputFiles: [{ FileUrl: "s3://ingest-bucket/none" }] })),
        "NotFoundException",
        /none doesn't exist/,
      ],
      [
        "to probe the web",
        () => server.client.send(new ProbeCommand({ InputFiles: [{ FileUrl: "https://example.com/a" }] })),
        "BadRequestException",
        /should be s3:/,
      ],
    ];
    for (const [what, send, name, message] of refusals) {
      it(`refuses ${what}`, async () =>
        assert.rejects(send(), (error: Error) => error.name === name && message.test(error.message)));
    }

    it("refuses a request without a signature, of a stranger, and one that is no JSON", async () => {
      const url = `${server.url}/2017-08-29/jobs`;
      assert.equal((await fetch(url)).status, 403);
      const credentials = { accessKeyId: "AKIASTRANGER", secretAccessKey: "x" };
      const stranger = new MediaConvertClient({
        endpoint: server.url,
        region: "us-east-1",
        credentials,
        maxAttempts: 1,
      });
      await assert.rejects(stranger.send(new ListJobsCommand({})), { name: "UnrecognizedClientException" });
      const authorization =
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/mediaconvert/aws4_request, Signature=0";
      const reply = await fetch(url, { method: "POST", headers: { authorization }, body: "{" });
      assert.deepEqual([reply.status, reply.headers.get("x-amzn-errortype")], [400, "BadRequestException"]);
    });
  });

  describe("sources", () => {
    it("are probed in the service's shape, from which the encoding plans", async () => {
      const { ProbeResults } = await server.client.send(
        new ProbeCommand({ InputFiles: [{ FileUrl: `s3://${INGEST}/film.mp4` }] }),
      );
      const read = readProbe(ProbeResults?.[0]);
      assert.ok("source" in read);
      assert.deepEqual(read.source, { ...wide, duration: 5.312, video: { ...wide.video, duration: 5.28 } });
      assert.deepEqual(ProbeResults?.[0]?.TrackMappings, [
        { VideoTrackIndexes: [1], AudioTrackIndexes: [2], DataTrackIndexes: [] },
      ]);
      assert.equal(ProbeResults?.[0]?.Metadata?.FileSize, readFileSync(SAMPLE).length);
    });

    const secret = "film.mp4";
    const traps: [string, string][] = [
      ["an HLS playlist", `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${secret}\n#EXT-X-ENDLIST\n`],
      [
        "a DASH manifest",
        `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${secret}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      ],
      ["a concat list", `ffconcat version 1.0\nfile ${secret}\n`],
      ["a picture", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x40\x08\x02\0\0\0"],
      ["a text", "It was a dark and stormy night. ".repeat(100)],
      ["nothing", ""],
    ];
    for (const [what, body] of traps) {
      it(`that are ${what} are refused by Probe and end their job in 1010`, async () => {
        await platform.put("trap.mp4", Buffer.from(body, "latin1"));
        const probe = server.client.send(new ProbeCommand({ InputFiles: [{ FileUrl: `s3://${INGEST}/trap.mp4` }] }));
        await assert.rejects(probe, { name: "UnprocessableEntityException" });
        const job = await run(smallJob(`trap${what.length}${body.length}`, "trap.mp4"));
        assert.deepEqual([job.Status, job.ErrorCode], ["ERROR", 1010]);
        assert.match(job.ErrorMessage ?? "", /^Unable to open input file \[s3:\/\/ingest-bucket\/trap\.mp4\]: /);
      });
    }

    it("that are cut off end their job in 1076, and nothing of them is published", async () => {
      const faststart = join(platform.directory, "faststart.mp4");
      await media(platform.tools.ffmpeg, [
        "-v",
        "error",
        "-y",
        "-i",
        join(platform.directory, "long.mp4"),
        "-c",
        "copy",
        "-movflags",
        "+faststart",
        faststart,
      ]);
      const whole = readFileSync(faststart);
      await platform.put("cut.mp4", whole.subarray(0, whole.length / 2));
      const job = await run(smallJob("cut", "cut.mp4"));
      assert.deepEqual([job.Status, job.ErrorCode], ["ERROR", 1076]);
      assert.deepEqual(await platform.keys("media/video/cut/"), []);
    });

    it("that are not there end their job in 1404, told by an event", async () => {
      const job = await run(smallJob("missing", "missing.mp4"));
      assert.deepEqual([job.Status, job.ErrorCode], ["ERROR", 1404]);
      const last = (await platform.eventsOf(job.Id ?? "", "ERROR")).at(-1);
      assert.deepEqual([last?.detail.errorCode, last?.detail.errorMessage], [1404, job.ErrorMessage]);
    });

    it("that jump from black to noise keep each second below 1.1 × MaxBitrate", async () => {
      const noise = join(platform.directory, "noise.mp4");
      const graph =
        "color=black:s=320x180:r=25:d=3[b];nullsrc=s=320x180:r=25:d=3,geq=random(1)*255:128:128[n];[b][n]concat";
      const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p", noise];
      await media(platform.tools.ffmpeg, ["-v", "error", "-y", "-filter_complex", graph, ...coded]);
      await platform.put("noise.mp4", readFileSync(noise));
      const video = { ...SOURCE.video, width: 320, height: 180 };
      const request = encodedJob(
        { ...SOURCE, video, audio: [] },
        { assetId: "noise", key: "noise.mp4", place: place() },
      );
      const job = await run(request);
      assert.equal(job.Status, "COMPLETE", job.ErrorMessage);
      const { file } = await assemble(platform, "media/video/noise/stream_source.m3u8");
      const all = await packets(platform, file);
      const maximum = h264Of(request).MaxBitrate ?? 0;
      for (const order of ["pts", "dts"] as const) {
        const busiest = busiestSecond(all, order);
        assert.ok(busiest > 0.5 * maximum && busiest <= 1.1 * maximum, `${order}: ${busiest} of ${maximum}`);
      }
    });

    it("without sound, of odd rate, turned and interlaced come out right", async () => {
      const odd = join(platform.directory, "odd.mkv");
      const input = "testsrc2=size=240x320:rate=30000/1001:duration=3,format=yuv420p";
      await media(platform.tools.ffmpeg, [
        ...["-v", "error", "-y", "-f", "lavfi", "-i", input, "-vf", "interlace"],
        ...["-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "2M", odd],
      ]);
      await platform.put("odd.mkv", readFileSync(odd));
      const video = {
        ...SOURCE.video,
        ...({ width: 240, height: 320, rotation: 90, rotationIn: "codec", interlaced: true } as const),
        frameRate: { numerator: 30_000, denominator: 1001 },
      };
      const job = await run(
        encodedJob({ ...SOURCE, video, audio: [] }, { assetId: "odd", key: "odd.mkv", place: place() }),
      );
      assert.equal(job.Status, "COMPLETE", job.ErrorMessage);
      const [detail] = job.OutputGroupDetails?.[0]?.OutputDetails ?? [];
      assert.deepEqual(detail?.VideoDetails, { WidthInPx: 320, HeightInPx: 240 });
      const { file } = await assemble(platform, "media/video/odd/stream_source.m3u8");
      assert.equal((await packets(platform, file)).length, 90);
      const playlist = Buffer.from(await platform.read("media/video/odd/stream.m3u8")).toString("utf8");
      assert.doesNotMatch(playlist, /AUDIO/);
      assert.match(playlist, /FRAME-RATE=29\.970/);
    });
  });

  describe("in its queue", () => {
    it("waits for the one before, and is canceled while it waits and while it runs", async () => {
      const [running, waiting] = [
        await server.client.send(
          new CreateJobCommand(encodedJob(wide, { assetId: "run", key: "long.mp4", place: place() })),
        ),
        await server.client.send(new CreateJobCommand(smallJob("wait"))),
      ];
      const waits = await server.client.send(new GetJobCommand({ Id: waiting.Job?.Id }));
      assert.equal(waits.Job?.Status, "SUBMITTED");
      for (const { Job: job } of [waiting, running]) {
        await server.client.send(new CancelJobCommand({ Id: job?.Id }));
        assert.equal((await ended(server.client, job?.Id)).Status, "CANCELED");
        const events = await platform.eventsOf(job?.Id ?? "", "CANCELED");
        assert.equal(events.at(-1)?.detail.status, "CANCELED");
      }
      await assert.rejects(server.client.send(new CancelJobCommand({ Id: running.Job?.Id })), {
        name: "ConflictException",
      });
      // The next job runs: the canceled one's ffmpeg is gone.
      assert.equal((await run(smallJob("after"))).Status, "COMPLETE");
      assert.deepEqual(await platform.keys("media/video/run/"), []);
    });
  });
});
