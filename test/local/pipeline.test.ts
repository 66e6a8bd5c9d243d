import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { ListJobsCommand } from "@aws-sdk/client-mediaconvert";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { TitleDetail } from "../../contracts/api.js";
import type { Asset } from "../../contracts/ledger.js";
import { layoutOf, ROOT } from "../../local/launcher/layout.js";
import { type Platform, startPlatform } from "../../local/launcher/platform.js";
import { followUpload, ledgerOf, uploadSource } from "../../local/launcher/titles.js";
import { eventually } from "../support/service.js";
import { type LocalFolder, localFolder } from "./support/command.js";
import { takeAway } from "./support/grants.js";

const SAMPLE = join(ROOT, "samples/bigbuckbunny.mp4");
const silent = { quiet: true, debug: true, print: () => undefined, progress: () => undefined, warn: () => undefined };

describe("a clip through the whole platform", function () {
  this.timeout(180_000);
  let folder: LocalFolder;
  let platform: Platform;
  const never = new AbortController().signal;

  const ingest = async (key: string): Promise<Asset> => {
    await uploadSource(platform, key, SAMPLE);
    return followUpload(platform, key, () => undefined, never);
  };
  const output = (name: string): string => String(platform.record.outputs[name]);
  const roleOf = (handler: string): string => {
    const fn = platform.record.resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name.endsWith(`-${handler}`),
    );
    return String(fn?.inputs.role);
  };
  const attribute = async (QueueUrl: string, name: "ApproximateNumberOfMessages" | "RedrivePolicy" | "QueueArn") => {
    const request = { QueueUrl, AttributeNames: [name] };
    const { Attributes } = await platform.cloud.in().queues.send(new GetQueueAttributesCommand(request));
    return Attributes?.[name] ?? "";
  };
  const inCatalogue = async (videoId: string): Promise<TitleDetail | undefined> => {
    const reply = await fetch(`${platform.viewer}/api/titles/${videoId}`);
    return reply.ok ? ((await reply.json()) as TitleDetail) : undefined;
  };

  before(async () => {
    folder = await localFolder();
    const layout = layoutOf("platform", folder.path);
    platform = await startPlatform({ layout, port: 0, set: {}, output: silent, signal: never });
  });
  after(async () => {
    await platform.stop();
    folder.remove();
  });

  it("is probed, transcoded, given a storyboard, listed and played with its cookies", async () => {
    const asset = await ingest("films/Whole.mp4");
    assert.equal(asset.state, "ready");
    assert.equal(asset.title, "Whole");
    assert.deepEqual(
      asset.history.map(({ state }) => state),
      ["claimed", "probed", "submitted", "progressing", "ready"],
    );
    const { outputs } = asset;
    assert.deepEqual(
      outputs?.renditions.map(({ height }) => height),
      [720, 480, 360],
    );
    const { s3 } = platform.cloud.in();
    for (const Key of [outputs?.poster, outputs?.thumbnails]) {
      assert.ok(Key);
      await s3.send(new HeadObjectCommand({ Bucket: output("mediaBucket"), Key }));
    }
    const history = `job-history/${asset.assetId}/1-${asset.jobId}.json`;
    const kept = await s3.send(new GetObjectCommand({ Bucket: output("mediaBucket"), Key: history }));
    const job = JSON.parse((await kept.Body?.transformToString()) ?? "") as { Id?: string; Status?: string };
    assert.deepEqual({ id: job.Id, status: job.Status }, { id: asset.jobId, status: "COMPLETE" });

    const title = await eventually("the title in the catalogue", () => inCatalogue(asset.videoId));
    assert.equal(title.title, "Whole");
    const hls = `${platform.viewer}/${outputs?.hls ?? ""}`;
    assert.equal((await fetch(hls)).status, 403);
    const playback = await fetch(`${platform.viewer}/api/titles/${asset.videoId}/playback`, { method: "POST" });
    const cookie = playback.headers.getSetCookie().map((line) => line.split(";")[0]);
    const manifest = await fetch(hls, { headers: { cookie: cookie.join("; ") } });
    assert.equal(manifest.status, 200);
    assert.match(await manifest.text(), /^#EXTM3U[^]*RESOLUTION=1280x720/);
  });

  it("the same S3 event twice makes one job", async () => {
    const key = "Twice.mp4";
    const asset = await ingest(key);
    const { bucket, sequencer, size, etag, uploaded: time } = asset;
    const detail = { bucket: { name: bucket }, object: { key, size, etag, sequencer }, reason: "PutObject" };
    const event = { source: "aws.s3", "detail-type": "Object Created", time, detail };
    const { queues, mediaConvert } = platform.cloud.in();
    const QueueUrl = output("ingestQueueUrl");
    await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
    await eventually("an empty queue", async () => {
      const request = { QueueUrl, AttributeNames: ["All" as const] };
      const { Attributes: now } = await queues.send(new GetQueueAttributesCommand(request));
      return now?.ApproximateNumberOfMessages === "0" && now.ApproximateNumberOfMessagesNotVisible === "0";
    });
    const { Jobs = [] } = await mediaConvert.send(new ListJobsCommand({ MaxResults: 20 }));
    const own = Jobs.filter(({ UserMetadata }) => UserMetadata?.videoId === asset.videoId);
    assert.equal(own.length, 1);
    const now = await ledgerOf(platform).assetsOf(asset.videoId);
    assert.deepEqual(
      now.map(({ assetId, state, attempt }) => ({ assetId, state, attempt })),
      [{ assetId: asset.assetId, state: "ready", attempt: 1 }],
    );
  });

  it("without the job role's grant to write, the job fails and the title says why", async () => {
    const giveBack = await takeAway(platform.cloud, output("jobRoleArn"), "s3:PutObject");
    try {
      const asset = await ingest("Unwritten.mp4");
      assert.equal(asset.state, "failed");
      assert.match(asset.reason?.text ?? "", /s3:PutObject/);
    } finally {
      await giveBack();
    }
  });

  it("without the worker's grant to receive, the denial is logged and the title waits in the queue", async () => {
    const giveBack = await takeAway(platform.cloud, output("workerTaskRoleArn"), "sqs:ReceiveMessage");
    const log = join(folder.path, "platform/logs/worker.log");
    let asset: Asset;
    try {
      // A long poll that began before the grant went ends within 20 s.
      asset = await ingest("Unlisted.mp4");
      await eventually("the denial", () =>
        Promise.resolve(/not authorized to perform: sqs:ReceiveMessage/.test(readFileSync(log, "utf8"))),
      );
    } finally {
      await giveBack();
    }
    assert.equal(asset.state, "ready");
    await eventually("the title in the catalogue", () => inCatalogue(asset.videoId));
  });

  it("without ingest's grant to create jobs, the upload ends in the dead-letter queue, whose alarm calls; a redrive mends it", async () => {
    const { queues, logs, alarms } = platform.cloud.in();
    const QueueUrl = output("ingestQueueUrl");
    const redrive = await attribute(QueueUrl, "RedrivePolicy");
    const { deadLetterTargetArn } = JSON.parse(redrive) as { deadLetterTargetArn: string };
    const deadName = deadLetterTargetArn.split(":").at(-1) ?? "";
    const deadUrl = QueueUrl.replace(/[^/]+$/, deadName);
    const setTries = (RedrivePolicy: string): Promise<unknown> =>
      queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    // Ten tries take twenty minutes: two are enough to see where the message goes.
    await setTries(JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }));
    const giveBack = await takeAway(platform.cloud, roleOf("ingest"), "mediaconvert:CreateJob");
    try {
      await uploadSource(platform, "Unstarted.mp4", SAMPLE);
      await eventually(
        "the dead letter",
        async () => (await attribute(deadUrl, "ApproximateNumberOfMessages")) === "1",
      );
      const request = { logGroupName: "/vod/dev/ingest", filterPattern: "AccessDenied" };
      const { events = [] } = await logs.send(new FilterLogEventsCommand(request));
      assert.ok(events.some(({ message = "" }) => message.includes("mediaconvert:CreateJob")));
      const { MetricAlarms = [] } = await alarms.send(new DescribeAlarmsCommand({}));
      const watching = MetricAlarms.filter(({ Dimensions }) => Dimensions?.some(({ Value }) => Value === deadName));
      assert.deepEqual(
        watching.map(({ MetricName, Threshold, AlarmActions }) => ({ MetricName, Threshold, AlarmActions })),
        [
          {
            MetricName: "ApproximateNumberOfMessagesVisible",
            Threshold: 0,
            AlarmActions: [output("criticalTopicArn")],
          },
        ],
      );
    } finally {
      await giveBack();
      await setTries(redrive);
    }
    // MiniStack knows no StartMessageMoveTask: by hand what a redrive does.
    const { Messages = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl: deadUrl }));
    assert.equal(Messages.length, 1);
    await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: Messages[0]?.Body }));
    const asset = await followUpload(platform, "Unstarted.mp4", () => undefined, never);
    assert.equal(asset.state, "ready");
    assert.equal(asset.attempt, 1);
  });
});
