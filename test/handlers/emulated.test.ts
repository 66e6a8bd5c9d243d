/** The ledger on a real DynamoDB API, and the built bundles over the emulated cloud with the local MediaConvert: one film, from its event to ready. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { decode } from "jpeg-js";
import { HANDLER_ENVIRONMENT, type HandlerName } from "../../contracts/environment";
import { CatalogueMessage, StoryboardMessage } from "../../contracts/events";
import { systemClock, uuids } from "../../handlers/aws/clock";
import { buildHandlers } from "../../handlers/build";
import { DynamoTable } from "../../handlers/ledger/dynamo";
import { TableLedger } from "../../handlers/ledger/ledger";
import { advance } from "../../handlers/ledger/transitions";
import { connectOperations } from "../../handlers/operations";
import type { Upload } from "../../handlers/ports";
import { INGEST, MEDIA, Platform, QUEUE_ARN, SAMPLE } from "../mediaconvert/platform";
import { createLedgerTable } from "../support/ledgerTable";

const run = promisify(execFile);
const TABLE = "ledger";

describe("handlers on an emulated cloud", function () {
  this.timeout(180_000);
  let platform: Platform;
  let client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  let dynamo: DynamoDBClient;
  let sqs: SQSClient;
  let bundles: string;
  const opened: { destroy(): void }[] = [];

  before(async () => {
    platform = await Platform.start();
    client = {
      endpoint: platform.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    dynamo = new DynamoDBClient(client);
    sqs = new SQSClient(client);
    opened.push(dynamo, sqs);
    await createLedgerTable(dynamo, TABLE);
    bundles = await mkdtemp(join(tmpdir(), "vod-emulated-"));
    await buildHandlers(bundles);
  });
  after(async () => {
    for (const each of opened) each.destroy();
    await rm(bundles, { recursive: true, force: true });
    await platform.stop();
  });

  describe("ledger", () => {
    const upload = (sequencer: string, key: string): Upload => ({
      bucket: "b",
      key,
      version: sequencer,
      sequencer,
      size: 3,
      etag: `etag-${sequencer}`,
      uploaded: "2026-11-24T12:00:00.000Z",
      recovered: false,
    });
    const ledger = (): TableLedger => new TableLedger(new DynamoTable(dynamo, TABLE), systemClock, uuids);

    it("gives twenty deliveries of one upload one asset", async () => {
      const claims = await Promise.all(Array.from({ length: 20 }, () => ledger().claim(upload("0A", "one"))));
      assert.equal(new Set(claims.map(({ assetId }) => assetId)).size, 1);
    });
    it("gives ten uploads of one key ten assets of one title, whose newest is the newest", async () => {
      const claims = await Promise.all(Array.from({ length: 10 }, (_, n) => ledger().claim(upload(`0A0${n}`, "ten"))));
      assert.equal(new Set(claims.map(({ assetId }) => assetId)).size, 10);
      assert.equal(new Set(claims.map(({ videoId }) => videoId)).size, 1);
      const [title] = await ledger().titles([{ bucket: "b", key: "ten" }]);
      assert.equal(title?.latest.sequencer, "0A09");
      assert.equal((await ledger().assetsOf(title?.videoId ?? "")).length, 10);
      for (const n of [3, 7, 1]) await ledger().makeCurrent({ ...(claims[n] ?? assert.fail()) });
      assert.equal((await ledger().titles([{ bucket: "b", key: "ten" }]))[0]?.current?.sequencer, "0A07");
    });
    it("lets one of ten writers take a step, and finds the asset by its state and when it is overdue", async () => {
      const { assetId } = await ledger().claim(upload("0A", "steps"));
      const step = { to: "held" as const, attempt: 1, now: new Date(), reason: { code: "price-limit", text: "dear" } };
      const changes = await Promise.all(
        Array.from({ length: 10 }, () => ledger().change(assetId, (asset) => advance(asset, step))),
      );
      assert.equal(changes.filter((change) => change?.changed).length, 1);
      assert.deepEqual(
        (await ledger().inState("held")).map((asset) => asset.assetId),
        [assetId],
      );
      const overdue = async (): Promise<string[]> =>
        (await ledger().overdue(new Date("2100-01-01"), 100)).map((asset) => asset.assetId);
      assert.ok((await overdue()).includes(assetId));
      await ledger().change(assetId, ({ due: _due, ...asset }) => asset);
      assert.ok(!(await overdue()).includes(assetId));
      assert.equal((await ledger().overdue(new Date("2100-01-01"), 3)).length, 3);
    });
    it("remembers and forgets a place", async () => {
      await ledger().saveCursor("c", "films/é");
      assert.equal(await ledger().cursor("c"), "films/é");
      await ledger().saveCursor("c", undefined);
      assert.equal(await ledger().cursor("c"), undefined);
    });
  });

  describe("bundles", () => {
    let variables: Record<string, string>;
    let bus: string;

    async function invoke(name: HandlerName, ...bodies: unknown[]): Promise<unknown> {
      const url = pathToFileURL(join(bundles, name, "index.mjs")).href;
      const Records = bodies.map((body, n) => ({
        messageId: `m${n}`,
        receiptHandle: "r",
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: "1" },
      }));
      const script = `const { handler } = await import(${JSON.stringify(url)});
        console.log("ANSWER" + JSON.stringify(await handler(JSON.parse(process.env.EVENT), {}) ?? null));`;
      const missing = HANDLER_ENVIRONMENT[name].filter((variable) => !variables[variable]);
      assert.deepEqual(missing, []);
      const env = { PATH: process.env.PATH ?? "", ...variables, EVENT: JSON.stringify({ Records }) };
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
      return JSON.parse(/^ANSWER(.*)$/m.exec(stdout)?.[1] ?? "null");
    }

    async function receive<Message>(queue: string, parse: (body: unknown) => Message): Promise<Message> {
      for (;;) {
        const input = { QueueUrl: queue, WaitTimeSeconds: 5, MaxNumberOfMessages: 1 };
        const [message] = (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
        if (message) return parse(JSON.parse(message.Body ?? ""));
      }
    }

    before(async () => {
      const server = await platform.mediaConvert("pipeline");
      opened.push(server.client, { destroy: () => void server.close() });
      const events = new EventBridgeClient(client);
      opened.push(events);
      await events.send(new CreateEventBusCommand({ Name: "vod" }));
      const url = (await sqs.send(new CreateQueueCommand({ QueueName: "bus" }))).QueueUrl ?? "";
      const EventPattern = JSON.stringify({ source: ["vod.pipeline"] });
      await events.send(new PutRuleCommand({ Name: "all", EventBusName: "vod", EventPattern }));
      const Arn = "arn:aws:sqs:us-east-1:000000000000:bus";
      await events.send(new PutTargetsCommand({ Rule: "all", EventBusName: "vod", Targets: [{ Id: "bus", Arn }] }));
      bus = url;
      variables = {
        AWS_ENDPOINT_URL: platform.endpoint,
        AWS_ENDPOINT_URL_MEDIACONVERT: server.url,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        STACK: "dev",
        LEDGER_TABLE: TABLE,
        BUS_NAME: "vod",
        INGEST_BUCKET: INGEST,
        MEDIA_BUCKET: MEDIA,
        MEDIA_KEY_ARN: platform.keyArn,
        JOB_ROLE_ARN: platform.roleArn,
        JOB_QUEUE_ARN: QUEUE_ARN,
        MAX_TITLE_PRICE: "25",
        QUEUE_URL: url,
        INGEST_QUEUE_URL: url,
        POWERTOOLS_METRICS_NAMESPACE: "vod",
      };
    });

    it("bring the sample from its event to ready, with manifests, previews and a poster", async () => {
      const key = "films/Big Buck Bunny + 1.mp4";
      await platform.put(key, await readFile(SAMPLE));
      const head = await platform.s3.send(new HeadObjectCommand({ Bucket: INGEST, Key: key }));
      const object = {
        key,
        size: head.ContentLength,
        etag: head.ETag?.replaceAll('"', ""),
        sequencer: "0062E99A88DC407460",
      };
      const event = {
        source: "aws.s3",
        "detail-type": "Object Created",
        time: new Date().toISOString(),
        detail: { bucket: { name: INGEST }, object },
      };
      const done: { batchItemFailures: unknown[] } = { batchItemFailures: [] };
      // One of the twins may be put off until it is known whether the other has made the job.
      const twins = (await invoke("ingest", event, event, { Event: "s3:TestEvent" })) as typeof done;
      assert.ok(twins.batchItemFailures.length <= 1, JSON.stringify(twins));
      assert.deepEqual(await invoke("ingest", event), done);

      const operations = connectOperations({ ledgerTable: TABLE, ingestQueueUrl: bus, client });
      const row = async () =>
        (await operations.list()).find(({ title }) => title === "Big Buck Bunny + 1") ?? assert.fail();
      const { assetId, videoId, state } = await row();
      assert.equal(state, "submitted");
      const [submitted] = await operations.show(assetId);
      const jobEvents = await platform.eventsOf(submitted?.jobId ?? "", "COMPLETE");
      assert.deepEqual(await invoke("track", ...jobEvents), done);

      const wanted = await receive(bus, (body) => StoryboardMessage.parse(body));
      assert.deepEqual(wanted.detail, { stack: "dev", videoId, assetId, attempt: 1 });
      assert.deepEqual(await invoke("storyboard", wanted), done);
      const ready = await receive(bus, (body) => CatalogueMessage.parse(body));
      assert.equal(ready["detail-type"], "VideoReady");
      assert.deepEqual(
        ready.detail.outputs?.renditions.map(({ width, height }) => `${width}x${height}`),
        ["1280x720", "854x480", "640x360"],
      );
      assert.equal((await row()).state, "ready");

      const { outputs, warning } = (await operations.show(videoId))[0] ?? assert.fail();
      assert.equal(warning, undefined);
      assert.ok(outputs?.poster && outputs.thumbnails);
      const poster = decode(await platform.read(outputs.poster));
      assert.deepEqual([poster.width, poster.height], [960, 540]);
      const cues = Buffer.from(await platform.read(outputs.thumbnails)).toString();
      const [first] = /^sprite-0\.jpg#xywh=0,0,192,108$/m.exec(cues) ?? [];
      assert.ok(first, cues);
      const sheet = decode(await platform.read(outputs.thumbnails.replace("thumbnails.vtt", "sprite-0.jpg")));
      assert.equal(sheet.width % 192, 0);
      assert.equal((await platform.keys(`job-history/${assetId}/`)).length, 1);
    });

    it("reject what is no film, and run reconcile", async () => {
      await platform.put("list.mp4", "#EXTM3U\nsecret.ts\n");
      const event = {
        source: "aws.s3",
        "detail-type": "Object Created",
        time: new Date().toISOString(),
        detail: { bucket: { name: INGEST }, object: { key: "list.mp4", size: 19, sequencer: "0B" } },
      };
      const gone = {
        ...event,
        detail: { bucket: { name: INGEST }, object: { key: "gone.mp4", size: 19, sequencer: "0B" } },
      };
      assert.deepEqual(await invoke("ingest", event, gone, { detail: 7 }), {
        batchItemFailures: [{ itemIdentifier: "m2" }],
      });
      const rows = await connectOperations({ ledgerTable: TABLE, ingestQueueUrl: bus, client }).list();
      const reasonOf = (title: string): string | undefined => rows.find((row) => row.title === title)?.reason?.code;
      assert.deepEqual([reasonOf("list"), reasonOf("gone")], ["playlist", "source-missing"]);
      assert.equal(await invoke("reconcile"), null);
    });
  });
});
