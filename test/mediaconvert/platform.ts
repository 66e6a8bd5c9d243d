/** An emulated account with what a job needs: two buckets, a key, the job's role, a queue of events; and a MediaConvert on it. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetJobCommand, type Job, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { findMediaTools, type MediaTools } from "../../local/ffmpeg";
import { type MediaConvert, type MediaConvertOptions, startMediaConvert } from "../../local/mediaconvert/server";
import { startTestEmulator, testVenv } from "../support/ministack";

const REGION = "us-east-1";
const ACCOUNT = "000000000000";
const ROOT = { accessKeyId: "test", secretAccessKey: "test" };
export const INGEST = "ingest-bucket";
export const MEDIA = "media-bucket";
export const SAMPLE = resolve(__dirname, "../../samples/bigbuckbunny.mp4");
export const QUEUE_ARN = `arn:aws:mediaconvert:${REGION}:${ACCOUNT}:queues/Default`;

export interface JobEvent {
  "detail-type": string;
  source: string;
  resources: string[];
  detail: { jobId: string; status: string; queue: string; userMetadata: Record<string, string> } & Record<
    string,
    unknown
  >;
}

type Statement = { Effect: string; Action: string[]; Resource: string[]; Condition?: unknown };
const policy = (...statements: Statement[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const allow = (actions: string[], resources: string[], condition?: unknown): Statement => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources,
  ...(condition ? { Condition: condition } : {}),
});

export class Platform {
  readonly tools: MediaTools = findMediaTools(testVenv());
  readonly directory = mkdtempSync(join(tmpdir(), "vod-mediaconvert-"));
  readonly iam: IAMClient;
  readonly s3: S3Client;
  private readonly sqs: SQSClient;
  roleArn = "";
  keyArn = "";
  private eventQueue = "";
  private readonly events: JobEvent[] = [];

  private constructor(
    readonly endpoint: string,
    private readonly stopEmulator: () => Promise<void>,
  ) {
    const base = { endpoint, region: REGION, credentials: ROOT };
    this.iam = new IAMClient(base);
    this.s3 = new S3Client({ ...base, forcePathStyle: true });
    this.sqs = new SQSClient(base);
  }

  static async start(): Promise<Platform> {
    const emulator = await startTestEmulator();
    const platform = new Platform(emulator.url, () => emulator.stop());
    await platform.prepare();
    return platform;
  }

  private async prepare(): Promise<void> {
    for (const Bucket of [INGEST, MEDIA]) await this.s3.send(new CreateBucketCommand({ Bucket }));
    const kms = new KMSClient({ endpoint: this.endpoint, region: REGION, credentials: ROOT });
    this.keyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    kms.destroy();
    this.roleArn = await this.role("job", [
      allow(["s3:GetObject"], [`arn:aws:s3:::${INGEST}/*`]),
      allow(["s3:ListBucket"], [`arn:aws:s3:::${INGEST}`]),
      allow(["s3:PutObject"], [`arn:aws:s3:::${MEDIA}/media/*`, `arn:aws:s3:::${MEDIA}/captures/*`]),
      allow(["kms:Decrypt", "kms:GenerateDataKey"], [this.keyArn]),
    ]);
    const queue = await this.sqs.send(new CreateQueueCommand({ QueueName: "events" }));
    this.eventQueue = queue.QueueUrl ?? "";
    const bus = new EventBridgeClient({ endpoint: this.endpoint, region: REGION, credentials: ROOT });
    const EventPattern = JSON.stringify({ source: ["aws.mediaconvert"], detail: { queue: [QUEUE_ARN] } });
    await bus.send(new PutRuleCommand({ Name: "jobs", EventPattern }));
    const Arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:events`;
    await bus.send(new PutTargetsCommand({ Rule: "jobs", Targets: [{ Id: "queue", Arn }] }));
    bus.destroy();
  }

  /** A role that MediaConvert may assume for this account only, as the program makes it. */
  async role(name: string, statements: Statement[]): Promise<string> {
    const trust = {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "mediaconvert.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      },
    };
    const input = { RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) };
    const arn = (await this.iam.send(new CreateRoleCommand(input))).Role?.Arn ?? "";
    const document = { RoleName: name, PolicyName: "grants", PolicyDocument: policy(...statements) };
    await this.iam.send(new PutRolePolicyCommand(document));
    return arn;
  }

  /** A user with these grants alone, as a client of the MediaConvert at `url`. */
  async clientOf(name: string, statements: Statement[], url: string): Promise<MediaConvertClient> {
    await this.iam.send(new CreateUserCommand({ UserName: name }));
    const document = { UserName: name, PolicyName: "grants", PolicyDocument: policy(...statements) };
    await this.iam.send(new PutUserPolicyCommand(document));
    const { AccessKey } = await this.iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    return new MediaConvertClient({ endpoint: url, region: REGION, credentials, maxAttempts: 1 });
  }

  options(name: string, more: Partial<MediaConvertOptions> = {}): MediaConvertOptions {
    const cloud = { endpoint: this.endpoint, region: REGION, account: ACCOUNT, rootKey: ROOT };
    return { cloud, tools: this.tools, directory: join(this.directory, name), ...more };
  }

  async mediaConvert(
    name: string,
    more: Partial<MediaConvertOptions> = {},
  ): Promise<MediaConvert & { client: MediaConvertClient }> {
    const server = await startMediaConvert(this.options(name, more));
    return { ...server, client: rootClient(server.url) };
  }

  async put(key: string, body: Uint8Array | string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: INGEST, Key: key, Body: body }));
  }

  async read(key: string): Promise<Uint8Array> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: MEDIA, Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents } = await this.s3.send(new ListObjectsV2Command({ Bucket: MEDIA, Prefix: prefix }));
    return (Contents ?? []).map(({ Key }) => Key ?? "").sort();
  }

  /** The events of a job, up to and with one of status `last`. */
  async eventsOf(jobId: string, last: string): Promise<JobEvent[]> {
    const own = (): JobEvent[] => this.events.filter(({ detail }) => detail.jobId === jobId);
    while (!own().some(({ detail }) => detail.status === last)) {
      const input = { QueueUrl: this.eventQueue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand(input));
      for (const { Body } of Messages) this.events.push(JSON.parse(Body ?? "") as JobEvent);
      if (Messages.length === 0) continue;
      const Entries = Messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
      await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.eventQueue, Entries }));
    }
    return own();
  }

  async stop(): Promise<void> {
    for (const client of [this.iam, this.s3, this.sqs]) client.destroy();
    await this.stopEmulator();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export const rootClient = (url: string): MediaConvertClient =>
  new MediaConvertClient({ endpoint: url, region: REGION, credentials: ROOT, maxAttempts: 1 });

const ENDS = ["COMPLETE", "ERROR", "CANCELED"];

/** The job once it has ended. */
export async function ended(client: MediaConvertClient, id: string | undefined): Promise<Job> {
  for (;;) {
    const { Job: job } = await client.send(new GetJobCommand({ Id: id }));
    if (job && ENDS.includes(job.Status ?? "")) return job;
    await new Promise((settle) => setTimeout(settle, 50));
  }
}

const execute = promisify(execFile);
/** stdout and stderr of ffmpeg or ffprobe. */
export async function media(program: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
  return execute(program, args, { maxBuffer: 64 * 1024 * 1024 });
}

/** In the ingest bucket: the sample as `film.mp4`, and 14 seconds of it, 350 pictures, as `long.mp4`. */
export async function putFilms(platform: Platform): Promise<void> {
  const long = join(platform.directory, "long.mp4");
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "aac"];
  await media(platform.tools.ffmpeg, [
    ...["-v", "error", "-stream_loop", "2", "-i", SAMPLE, "-vf", "fps=25", ...coded],
    ...["-frames:v", "350", "-t", "14", long],
  ]);
  await platform.put("film.mp4", readFileSync(SAMPLE));
  await platform.put("long.mp4", readFileSync(long));
}
