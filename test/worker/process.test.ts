/** The worker's bundle as a process, on SQS of the emulator and a real PostgreSQL. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { ROOT_CREDENTIALS } from "../../local/cloud/ministack.js";
import { startDatabase, type LocalDatabase } from "../../local/database.js";
import { buildServices } from "../../services/build.js";
import { openDatabase } from "../../services/database/connect.js";
import { startTestEmulator, type TestEmulator } from "../support/ministack.js";
import { eventually, startService } from "../support/service.js";
import { ASSET, event, TITLE } from "./support/events.js";

describe("the worker's process", () => {
  const dir = mkdtempSync(join(tmpdir(), "vod-worker-process-"));
  const heartbeat = join(dir, "heartbeat");
  let emulator: TestEmulator;
  let local: LocalDatabase;
  let sqs: SQSClient;
  let queue = "";
  let dead = "";
  let main = "";

  const make = async (QueueName: string, Attributes?: Record<string, string>): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  const count = async (QueueUrl: string): Promise<number> => {
    const AttributeNames = ["ApproximateNumberOfMessages" as const, "ApproximateNumberOfMessagesNotVisible" as const];
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  };
  const send = (MessageBody: string): Promise<unknown> =>
    sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody }));
  const environment = (): Record<string, string> => ({
    STACK: "dev",
    CATALOGUE_QUEUE_URL: queue,
    DATABASE_URL: local.url,
    HEARTBEAT_FILE: heartbeat,
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
  });

  before(async () => {
    emulator = await startTestEmulator();
    local = await startDatabase({ directory: dir });
    sqs = new SQSClient({ endpoint: emulator.url, region: "us-east-1", credentials: ROOT_CREDENTIALS });
    dead = await make("catalogue-dead");
    const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:catalogue-dead";
    queue = await make("catalogue", { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) });
    const built = await buildServices();
    main = join(built.find(({ name }) => name === "worker")?.dir ?? "", "main.js");
  });
  after(async () => {
    sqs?.destroy();
    await local?.close();
    await emulator?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("writes what came, leaves what is invalid to the dead-letter queue, and drains on SIGTERM", async () => {
    await send(event({}));
    await send(event({}));
    await send('{"not":"ours"}');
    const worker = await startService(main, environment());
    const db = openDatabase({ url: local.url, maxConnections: 1, statementTimeout: 5_000, poolWait: 5_000 });
    const row = await eventually("the row", () => db.selectFrom("titles").selectAll().executeTakeFirst());
    await db.destroy();
    assert.deepEqual([row.video_id, row.asset_id, row.state], [TITLE, ASSET, "ready"]);
    await eventually("the dead letter", async () => (await count(dead)) === 1);
    await eventually("the empty queue", async () => (await count(queue)) === 0);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead }));
    assert.ok(Date.now() - statSync(heartbeat).mtimeMs < 60_000, "the heartbeat is old");
    assert.equal(Messages?.[0]?.Body, '{"not":"ours"}');
    assert.ok(worker.lines.some(({ invalid }) => typeof invalid === "string" && invalid.includes("source")));
    worker.kill("SIGTERM");
    assert.equal(await worker.ended, 0);
    assert.equal(worker.lines.at(-1)?.msg, "stopped");
  });

  it("brings the migration in its image", async () => {
    const env = { PATH: process.env.PATH ?? "", DATABASE_URL: local.url };
    const { stdout } = await promisify(execFile)(process.execPath, [join(dirname(main), "migrate.js")], { env });
    assert.equal((JSON.parse(stdout) as { msg: string }).msg, "schema is up to date");
  });

  it("says in one line what its environment lacks", async () => {
    const { CATALOGUE_QUEUE_URL: _url, ...rest } = environment();
    await assert.rejects(startService(main, rest), /environment variables not set: CATALOGUE_QUEUE_URL/);
  });
});
