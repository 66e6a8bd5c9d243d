/** One whole platform for all files of this folder, its functions on a scripted MediaConvert, and short words for what the cases do with it. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DisableRuleCommand, EnableRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Playback } from "../../../contracts/api";
import { type Asset, isEnd, type Title } from "../../../contracts/ledger";
import type { Ledger } from "../../../handlers/ports";
import type { Clients } from "../../../local/cloud/clients";
import type { Platform } from "../../../local/launcher/platform";
import { ledgerOf, newestUpload } from "../../../local/launcher/titles";
import { startScripted } from "../../support/scriptedPlatform";
import { mp4, type ScriptedJob, type ScriptedTranscoder } from "../../support/scriptedTranscoder";
import { eventually as eventuallyWithin } from "../../support/service";

export type QueueName = "ingest" | "transcode-events" | "storyboard" | "catalogue";
const OUTPUTS: Record<QueueName, string> = {
  ingest: "ingestQueueUrl",
  "transcode-events": "transcodeEventsQueueUrl",
  storyboard: "storyboardQueueUrl",
  catalogue: "catalogueQueueUrl",
};
const LATER = join(__dirname, "later.cjs");

/** A busy machine takes its time; nothing that comes is waited for longer than it takes. */
const eventually = <T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> =>
  eventuallyWithin(what, ask, 60);

export interface Sent {
  key: string;
  etag: string;
  size: number;
}

export class Stage {
  readonly clients: Clients;
  readonly ledger: Ledger;

  constructor(
    readonly platform: Platform,
    readonly transcoder: ScriptedTranscoder,
    /** For VOD_LOCAL: where commands find the running platform. */
    readonly folder: string,
    readonly close: () => Promise<void>,
  ) {
    this.clients = platform.cloud.in();
    this.ledger = ledgerOf(platform);
  }

  output(name: string): string {
    return String(this.platform.record.outputs[name]);
  }

  queueUrl(queue: QueueName): string {
    return this.output(OUTPUTS[queue]);
  }

  deadUrl(queue: QueueName): string {
    return this.idOf("aws:sqs/queue:Queue", `-${queue}-dead`);
  }

  private idOf(type: string, ending: string): string {
    const found = this.platform.record.resources.filter((each) => each.type === type && each.name.endsWith(ending));
    assert.equal(found.length, 1, `${type} …${ending}`);
    return String(found[0]?.id);
  }

  async upload(key: string, text = key): Promise<Sent> {
    const Body = mp4(text);
    const put = { Bucket: this.output("ingestBucket"), Key: key, Body };
    const { ETag = "" } = await this.clients.s3.send(new PutObjectCommand(put));
    return { key, etag: ETag.replaceAll('"', ""), size: Body.length };
  }

  async send(queue: QueueName, body: unknown): Promise<void> {
    const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
    await this.clients.queues.send(new SendMessageCommand({ QueueUrl: this.queueUrl(queue), MessageBody }));
  }

  /** Messages that wait, are handled or wait for their back-off. */
  async depth(QueueUrl: string): Promise<number> {
    const request = { QueueUrl, AttributeNames: ["All" as const] };
    const { Attributes: now } = await this.clients.queues.send(new GetQueueAttributesCommand(request));
    const waiting = [now?.ApproximateNumberOfMessages, now?.ApproximateNumberOfMessagesDelayed];
    return [...waiting, now?.ApproximateNumberOfMessagesNotVisible].reduce((sum, each) => sum + Number(each), 0);
  }

  async drained(...queues: QueueName[]): Promise<void> {
    for (const queue of queues)
      await eventually(`an empty ${queue} queue`, async () => (await this.depth(this.queueUrl(queue))) === 0);
  }

  /** Waits until a queue whose handler is paused holds so many messages. */
  async holds(queue: QueueName, messages: number): Promise<void> {
    const all = async (): Promise<boolean> => (await this.depth(this.queueUrl(queue))) === messages;
    await eventually(`${messages} messages in ${queue}`, all);
  }

  /** What waits in a queue whose handler is paused; it stays there. Each look counts as a receive. */
  async peek(queue: QueueName, most: number): Promise<Record<string, unknown>[]> {
    const request = { QueueUrl: this.queueUrl(queue), MaxNumberOfMessages: most, VisibilityTimeout: 0 };
    return eventually(`${most} messages in ${queue}`, async () => {
      const { Messages = [] } = await this.clients.queues.send(new ReceiveMessageCommand(request));
      return Messages.length === most && Messages.map(({ Body = "" }) => JSON.parse(Body) as Record<string, unknown>);
    });
  }

  async purge(QueueUrl: string): Promise<void> {
    await this.clients.queues.send(new PurgeQueueCommand({ QueueUrl }));
  }

  /** The events of an upload that S3 sends, kept from the handler. */
  async eventOf(act: () => Promise<unknown>): Promise<Record<string, unknown>> {
    let event: Record<string, unknown> | undefined;
    await this.whilePaused("ingest", async () => {
      await act();
      [event] = await this.peek("ingest", 1);
      await this.purge(this.queueUrl("ingest"));
    });
    return event ?? assert.fail();
  }

  /** Events of a rule are lost while `act` runs. */
  async withoutRule(ending: string, act: () => Promise<void>): Promise<void> {
    const rule = this.platform.record.resources.find(
      ({ type, name }) => type === "aws:cloudwatch/eventRule:EventRule" && name.endsWith(`-${ending}-rule`),
    );
    const bus = rule?.inputs.eventBusName;
    const which = { Name: String(rule?.outputs.name), ...(typeof bus === "string" ? { EventBusName: bus } : {}) };
    await this.clients.events.send(new DisableRuleCommand(which));
    try {
      await act();
    } finally {
      await this.clients.events.send(new EnableRuleCommand(which));
    }
  }

  /** The bodies in a dead-letter queue, taken out of it. */
  async takeDead(queue: QueueName): Promise<string[]> {
    const QueueUrl = this.deadUrl(queue);
    const bodies: string[] = [];
    for (;;) {
      const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 };
      const { Messages = [] } = await this.clients.queues.send(new ReceiveMessageCommand(request));
      if (Messages.length === 0) return bodies.sort();
      for (const { Body = "", ReceiptHandle } of Messages) {
        bodies.push(Body);
        await this.clients.queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  functionName(handler: string): string {
    return this.idOf("aws:lambda/function:Function", `-${handler}`);
  }

  roleOf(handler: string): string {
    const id = this.functionName(handler);
    return String(this.platform.record.resources.find((each) => each.id === id)?.inputs.role);
  }

  /** Nothing is taken from the handler's queue while `act` runs; then all that has come is there at once. */
  async whilePaused(handler: string, act: () => Promise<void>): Promise<void> {
    const FunctionName = this.functionName(handler);
    const { lambda } = this.clients;
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
    assert.equal(EventSourceMappings.length, 1);
    const UUID = EventSourceMappings[0]?.UUID;
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    try {
      await act();
    } finally {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
    }
  }

  /** What the schedule does every five minutes. */
  async reconcile(): Promise<void> {
    const { FunctionError, Payload } = await this.clients.lambda.send(
      new InvokeCommand({ FunctionName: this.functionName("reconcile"), Payload: "{}" }),
    );
    assert.equal(FunctionError, undefined, Payload?.transformToString());
  }

  /** The same so many minutes later: the function's clock runs ahead by them. */
  async reconcileAfter(minutes: number): Promise<void> {
    const FunctionName = this.functionName("reconcile");
    const { lambda } = this.clients;
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const set = (Variables: Record<string, string>): Promise<unknown> =>
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
    const now = Environment?.Variables ?? {};
    await set({ ...now, NODE_OPTIONS: `--require=${LATER}`, CLOCK_AHEAD_MINUTES: String(minutes) });
    try {
      await this.reconcile();
    } finally {
      await set(now);
    }
  }

  /** Where the catalogue's title plays from; undefined while it does not know it. */
  async plays(videoId: string): Promise<string | undefined> {
    const reply = await fetch(`${this.platform.viewer}/api/titles/${videoId}/playback`, { method: "POST" });
    return reply.ok ? ((await reply.json()) as Playback).hls : undefined;
  }

  /** How often the function has said this in its log. */
  async logged(handler: string, ...words: string[]): Promise<number> {
    const request = { logGroupName: `/vod/dev/${handler}`, filterPattern: words.map((word) => `"${word}"`).join(" ") };
    const { events = [] } = await this.clients.logs.send(new FilterLogEventsCommand(request));
    return events.length;
  }

  async title(key: string): Promise<Title | undefined> {
    return (await this.ledger.titles([{ bucket: this.output("ingestBucket"), key }]))[0];
  }

  async asset(assetId: string): Promise<Asset> {
    return (await this.ledger.asset(assetId)) ?? assert.fail(`no asset ${assetId}`);
  }

  /** Waits until a key's newest upload is in one of these states; in an end, until that has been told to the bus too. */
  reached(key: string, ...states: Asset["state"][]): Promise<Asset> {
    return eventually(`${key} ${states.join(" or ")}`, async () => {
      const asset = await newestUpload(this.platform, key);
      const settled = asset !== undefined && (!isEnd(asset.state) || asset.due === undefined);
      return settled && states.includes(asset.state) ? asset : undefined;
    });
  }

  /** Uploads, and waits for the job. */
  async submitted(key: string, text = key): Promise<{ asset: Asset; job: ScriptedJob }> {
    const { etag } = await this.upload(key, text);
    const asset = await eventually(`a job of ${key}`, async () => {
      const newest = await newestUpload(this.platform, key);
      return newest?.etag === etag && newest.state === "submitted" ? newest : undefined;
    });
    return { asset, job: this.jobOf(asset) };
  }

  jobOf({ assetId, attempt }: Asset): ScriptedJob {
    const jobs = this.transcoder.jobsOf(assetId).filter(({ userMetadata }) => userMetadata.attempt === String(attempt));
    assert.equal(jobs.length, 1, `jobs of attempt ${attempt}`);
    return jobs[0] ?? assert.fail();
  }

  /** The job is complete and its event on its way. */
  async complete(job: ScriptedJob, captures: readonly Uint8Array[] = []): Promise<void> {
    await this.transcoder.set(job, "COMPLETE", captures);
    await this.transcoder.emit(job, "complete");
  }
}

export const statesOf = (asset: Asset): string[] => asset.history.map(({ state }) => state);

async function start(): Promise<Stage> {
  const { platform, transcoder, folder, close } = await startScripted();
  return new Stage(platform, transcoder, folder, close);
}

let shared: Promise<Stage> | undefined;

/** The platform that all files share, started by the first. */
export const stage = (): Promise<Stage> => (shared ??= start());

// In the root suite: after the last file.
after(async function () {
  this.timeout(60_000);
  await (await shared)?.close();
});
