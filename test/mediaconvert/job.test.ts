import assert from "node:assert/strict";
import { join } from "node:path";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { CreateJobCommand, type Job, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import * as sdk from "@aws-sdk/client-mediaconvert";
import { decodeJpeg } from "../../handlers/storyboard/pictures";
import { JobStateChange } from "../../contracts/events";
import type { MediaConvert } from "../../local/mediaconvert/server";
import { membersOf } from "../../local/mediaconvert/sdkSchema";
import { assemble, busiestSecond, decodeErrors, packets, ssim } from "./bitstream";
import { ended, MEDIA, Platform, putFilms, QUEUE_ARN, type JobEvent } from "./platform";
import { encodedJob, SOURCE } from "./settings";

describe("a job", function () {
  this.timeout(120_000);
  let platform: Platform;
  let server: MediaConvert & { client: MediaConvertClient };
  const place = () => ({ roleArn: platform.roleArn, mediaKeyArn: platform.keyArn });
  const wide = { ...SOURCE, audio: [{ track: 1, codec: "AAC", channels: 6, language: null }] };

  const run = async (job: sdk.CreateJobRequest): Promise<Job> => {
    const { Job: made } = await server.client.send(new CreateJobCommand(job));
    return ended(server.client, made?.Id);
  };
  const raw = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/mediaconvert/aws4_request, Signature=0";
    const reply = await fetch(`${server.url}/2017-08-29/${path}`, { headers: { authorization } });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
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

  describe("of the encoding, for 14 seconds of the sample", () => {
    let job: Job;
    let events: JobEvent[];
    const rungs = ["720p", "480p", "360p"];
    const assembled = new Map<string, { file: string; starts: number[] }>();

    before(async () => {
      job = await run(encodedJob(wide, { assetId: "long", key: "long.mp4", place: place() }));
      assert.equal(job.Status, "COMPLETE", job.ErrorMessage);
      events = await platform.eventsOf(job.Id ?? "", "COMPLETE");
      for (const name of [...rungs, "audio1"]) {
        assembled.set(name, await assemble(platform, `media/video/long/stream_${name}.m3u8`));
      }
    });
    const of = (name: string) => assembled.get(name) ?? { file: "", starts: [] };

    it("writes the files that the service would, and nothing else", async () => {
      const segments = ["init", "_000000001", "_000000002", "_000000003"];
      const expected = [
        ...["stream.m3u8", "stream.mpd"],
        ...[...rungs, "audio1"].map((name) => `stream_${name}.m3u8`),
        ...rungs.flatMap((name) => segments.map((part) => `stream_${name}${part}.cmfv`)),
        ...segments.map((part) => `stream_audio1${part}.cmfa`),
      ].map((name) => `media/video/long/${name}`);
      assert.deepEqual(await platform.keys("media/video/long/"), expected.sort());
      const captures = Array.from(
        { length: 14 },
        (_, index) => `captures/video/long/frame.${String(index).padStart(7, "0")}.jpg`,
      );
      assert.deepEqual(await platform.keys("captures/video/long/"), captures);
    });

    it("encrypts them with the job's key and says what they are", async () => {
      const types = {
        "stream.m3u8": "application/vnd.apple.mpegurl",
        "stream.mpd": "application/dash+xml",
        "stream_720pinit.cmfv": "video/mp4",
      };
      for (const [name, type] of Object.entries(types)) {
        const head = await platform.s3.send(new HeadObjectCommand({ Bucket: MEDIA, Key: `media/video/long/${name}` }));
        assert.deepEqual(
          [head.ContentType, head.ServerSideEncryption, head.SSEKMSKeyId],
          [type, "aws:kms", platform.keyArn],
        );
      }
    });

    it("makes renditions that decode without complaint", async () => {
      for (const [name, { file }] of assembled) assert.equal(await decodeErrors(platform, file), "", name);
    });

    it("begins every segment with a key frame, at the same times in all rungs", async () => {
      assert.deepEqual(of("720p").starts, [0, 6, 12]);
      const keys = new Map<string, number[]>();
      for (const name of rungs) {
        assert.deepEqual(of(name).starts, of("720p").starts, name);
        const own = (await packets(platform, of(name).file)).filter(({ key }) => key).map(({ pts }) => pts);
        keys.set(
          name,
          own.map((pts) => pts - (own[0] ?? 0)),
        );
        for (const start of of(name).starts) assert.ok(keys.get(name)?.includes(start), `${name} at ${start}`);
      }
      assert.deepEqual(keys.get("480p"), keys.get("720p"));
      assert.deepEqual(keys.get("720p"), [0, 2, 4, 6, 8, 10, 12]);
    });

    it("fragments the segments by two seconds", async () => {
      const segment = Buffer.from(await platform.read("media/video/long/stream_720p_000000001.cmfv"));
      assert.equal(segment.toString("latin1").split("moof").length - 1, 3);
    });

    it("keeps each second below 1.1 × MaxBitrate", async () => {
      for (const [name, maximum] of [
        ["720p", 4_000_000],
        ["480p", 1_600_000],
        ["360p", 900_000],
      ] as const) {
        const all = await packets(platform, of(name).file);
        for (const order of ["pts", "dts"] as const)
          assert.ok(busiestSecond(all, order) <= 1.1 * maximum, `${name} ${order}`);
      }
    });

    it("keeps the likeness of the top rung at 0.95 or more", async () => {
      const likeness = await ssim(platform, of("720p").file, join(platform.directory, "long.mp4"), "1280:720");
      assert.ok(likeness >= 0.95 && likeness < 1, String(likeness));
    });

    it("makes one manifest of each kind that ffprobe's size and codecs agree with", async () => {
      const playlist = Buffer.from(await platform.read("media/video/long/stream.m3u8")).toString("utf8");
      const found = [...playlist.matchAll(/BANDWIDTH=(\d+),AVERAGE.*CODECS="([^"]+)",RESOLUTION=(\d+x\d+)/g)];
      assert.deepEqual(
        found.map(([, , , size]) => size),
        ["640x360", "854x480", "1280x720"],
      );
      const bandwidths = found.map(([, bandwidth]) => Number(bandwidth));
      assert.deepEqual(
        bandwidths,
        [...bandwidths].sort((a, b) => a - b),
      );
      assert.deepEqual(
        found.map(([, , codecs]) => codecs),
        ["avc1.64001e,mp4a.40.2", "avc1.64001e,mp4a.40.2", "avc1.64001f,mp4a.40.2"],
      );
      const mpd = Buffer.from(await platform.read("media/video/long/stream.mpd")).toString("utf8");
      assert.equal(mpd.match(/<Representation /g)?.length, 4);
    });

    it("captures a JPEG of the asked size each second", async () => {
      const picture = decodeJpeg(await platform.read("captures/video/long/frame.0000013.jpg"));
      assert.deepEqual([picture?.width, picture?.height], [960, 540]);
    });

    it("tells by events what happened, in order, as the service does", () => {
      const statuses = events.map(({ detail }) => detail.status);
      assert.deepEqual(
        statuses.filter((status) => status !== "STATUS_UPDATE"),
        ["PROGRESSING", "INPUT_INFORMATION", "COMPLETE"],
      );
      for (const event of events) {
        JobStateChange.parse(event);
        assert.deepEqual(event.resources, [job.Arn]);
        assert.deepEqual(event.detail.userMetadata, { stack: "dev", videoId: "video", assetId: "long", attempt: "1" });
        assert.equal(event.detail.queue, QUEUE_ARN);
      }
      const [information] = events.filter(({ detail }) => detail.status === "INPUT_INFORMATION");
      const [input] = information?.detail.inputDetails as { video: object[]; audio: object[] }[];
      assert.deepEqual(input?.audio, [{ channels: 6, codec: "AAC", language: "UND", sampleRate: 48_000, streamId: 2 }]);
    });

    it("tells with COMPLETE where the manifests and captures are", () => {
      const detail = events.find(({ detail: { status } }) => status === "COMPLETE")?.detail;
      const video = (widthInPx: number, heightInPx: number) => ({
        durationInMs: 14_000,
        videoDetails: { widthInPx, heightInPx },
      });
      const [stream, captures] = detail?.outputGroupDetails as {
        outputDetails: { durationInMs: number }[];
        type: string;
      }[];
      assert.deepEqual(
        { ...stream, outputDetails: stream?.outputDetails.slice(0, 3) },
        {
          outputDetails: [video(1280, 720), video(854, 480), video(640, 360)],
          type: "CMAF_GROUP",
          playlistFilePaths: [
            "s3://media-bucket/media/video/long/stream.mpd",
            "s3://media-bucket/media/video/long/stream.m3u8",
          ],
        },
      );
      assert.ok(Math.abs((stream?.outputDetails[3]?.durationInMs ?? 0) - 14_000) < 100);
      assert.deepEqual(captures, {
        outputDetails: [
          { outputFilePaths: ["s3://media-bucket/captures/video/long/frame.0000013.jpg"], ...video(960, 540) },
        ],
        type: "FILE_GROUP",
      });
    });

    it("answers with members of the SDK's types alone", async () => {
      const { status, body } = await raw(`jobs/${job.Id}`);
      assert.equal(status, 200);
      const known = membersOf(sdk.GetJobResponse$);
      const wire = (name: string): string[] =>
        (known.get(name) ?? []).map((member) => `${member[0]?.toLowerCase()}${member.slice(1)}`);
      const own = body.job as Record<string, unknown>;
      assert.deepEqual(
        Object.keys(own).filter((name) => !wire("Job").includes(name)),
        [],
      );
      const [group] = own.outputGroupDetails as { outputDetails: object[] }[];
      assert.deepEqual(Object.keys(group ?? {}), ["outputDetails"]);
      assert.deepEqual(
        Object.keys(group?.outputDetails[0] ?? {}).filter((name) => !wire("OutputDetail").includes(name)),
        [],
      );
      assert.deepEqual([job.JobPercentComplete, job.CurrentPhase, job.RetryCount], [100, undefined, 0]);
      assert.ok(job.Timing?.FinishTime && job.Timing.StartTime && job.Timing.FinishTime >= job.Timing.StartTime);
    });
  });
});
