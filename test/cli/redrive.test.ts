import { strict as assert } from "node:assert";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SQSClient } from "@aws-sdk/client-sqs";
import { deadQueues, redrive, type QueueOutputs } from "../../cli/redrive";

const OUTPUTS: QueueOutputs = {
  ingestQueueUrl: "https://sqs/ingest",
  transcodeEventsQueueUrl: "https://sqs/transcode-events",
  storyboardQueueUrl: "https://sqs/storyboard",
  catalogueQueueUrl: "https://sqs/catalogue",
  undeliveredQueueUrl: "https://sqs/undelivered",
};
const arn = (name: string): string => `arn:aws:sqs:us-east-1:123456789012:${name}`;
const nameOf = (url: unknown): string => String(url).split("/").at(-1) ?? "";

/** Amazon SQS as far as a redrive talks to it: `moves` are the states of its move task, one for each look. */
class Sqs {
  readonly called: [string, Record<string, unknown>][] = [];
  waiting: Record<string, string> = { "ingest-dead": "3" };
  moves: object[] = [];

  reply(call: string, input: Record<string, unknown>): { status: number; body: object } {
    this.called.push([call, input]);
    const name = nameOf(input.QueueUrl);
    const deadLetterTargetArn = arn(`${name}-dead`);
    switch (call) {
      case "GetQueueAttributes":
        return ok({
          Attributes: {
            QueueArn: arn(name),
            RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 10 }),
            ApproximateNumberOfMessages: this.waiting[name] ?? "0",
          },
        });
      case "GetQueueUrl":
        return ok({ QueueUrl: `https://sqs/${String(input.QueueName)}` });
      case "StartMessageMoveTask":
        return ok({ TaskHandle: "handle" });
      case "ListMessageMoveTasks":
        return ok({ Results: [this.moves.length > 1 ? this.moves.shift() : this.moves[0]] });
      default:
        return { status: 400, body: { __type: "com.amazonaws.sqs#InvalidAction", message: call } };
    }
  }
}
const ok = (body: object): { status: number; body: object } => ({ status: 200, body });

describe("redrive, where SQS moves messages by itself", () => {
  let sqs: Sqs;
  let server: Server;
  let client: SQSClient;
  beforeEach(async () => {
    sqs = new Sqs();
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const call = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
        const { status, body } = sqs.reply(call, JSON.parse(text) as Record<string, unknown>);
        response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    client = new SQSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      useQueueUrlAsEndpoint: false,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
  });
  afterEach(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const calls = (name: string): Record<string, unknown>[] =>
    sqs.called.filter(([call]) => call === name).map(([, input]) => input);

  it("starts one move from the dead-letter queue to its own queue, and waits for its end", async () => {
    sqs.moves = [
      { Status: "RUNNING", ApproximateNumberOfMessagesMoved: 1 },
      { Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 3 },
    ];
    assert.deepEqual(await redrive(client, OUTPUTS, "ingest"), { queue: "ingest", moved: 3, left: 0 });
    assert.deepEqual(calls("StartMessageMoveTask"), [{ SourceArn: arn("ingest-dead"), DestinationArn: arn("ingest") }]);
    assert.equal(calls("ListMessageMoveTasks").length, 2);
    assert.deepEqual(calls("ReceiveMessage"), []);
  });
  it("says why a move has failed", async () => {
    sqs.moves = [{ Status: "FAILED", ApproximateNumberOfMessagesMoved: 1, FailureReason: "AccessDenied" }];
    await assert.rejects(redrive(client, OUTPUTS, "ingest"), /ended as FAILED after 1 messages: AccessDenied/);
  });
  it("starts none for an empty queue", async () => {
    assert.deepEqual(await redrive(client, OUTPUTS, "catalogue"), { queue: "catalogue", moved: 0, left: 0 });
    assert.deepEqual(calls("StartMessageMoveTask"), []);
  });
  it("lists the stack's dead-letter queues with their messages", async () => {
    assert.deepEqual(
      (await deadQueues(client, OUTPUTS)).map(({ queue, url, messages }) => [queue, nameOf(url), messages]),
      [
        ["ingest", "ingest-dead", 3],
        ["transcode-events", "transcode-events-dead", 0],
        ["storyboard", "storyboard-dead", 0],
        ["catalogue", "catalogue-dead", 0],
        ["undelivered", "undelivered", 0],
      ],
    );
  });
});
