/** The adapters with the real SDK clients, against a server that answers as the services do. */
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { eventBus, ingestQueue, messageDelay } from "../../handlers/aws/messages";
import { s3Store } from "../../handlers/aws/store";
import { mediaConvert } from "../../handlers/aws/transcoder";
import { readUploads } from "../../handlers/ingest/upload";
import { NotCreated, type Upload } from "../../handlers/ports";

interface Call {
  method: string;
  url: string;
  target: string;
  body: string;
}
type Answer = { status?: number; headers?: Record<string, string>; body?: string };

describe("adapters", () => {
  let server: Server;
  let options: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  let calls: Call[];
  let answers: (Answer | ((call: Call) => Answer))[];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = String(request.headers["x-amz-target"] ?? request.headers.range ?? "");
    const call = {
      method: request.method ?? "",
      url: request.url ?? "",
      target,
      body: Buffer.concat(chunks).toString(),
    };
    calls.push(call);
    const next = answers.shift() ?? {};
    const { status = 200, headers = {}, body = "{}" } = typeof next === "function" ? next(call) : next;
    response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
  }
  before(async () => {
    server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    options = { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", credentials, maxAttempts: 1 };
  });
  after(() => new Promise((done) => server.close(done)));
  beforeEach(() => {
    calls = [];
    answers = [];
  });
  const fault = (status: number, name: string, message = "no"): Answer => ({
    status,
    headers: { "x-amzn-errortype": name, "content-type": "application/json" },
    body: JSON.stringify({ message }),
  });
  const json = (body: unknown): Answer => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  describe("MediaConvert", () => {
    const order = { Role: "r", Settings: {} };
    it("probes a key as it is", async () => {
      answers = [
        json({ probeResults: [{ container: { format: "mp4", duration: 2, tracks: [{ trackType: "video" }] } }] }),
      ];
      const probed = await mediaConvert(options).probe("ingest", "a b+%.mp4");
      assert.deepEqual(JSON.parse(calls[0]?.body ?? ""), { inputFiles: [{ fileUrl: "s3://ingest/a b+%.mp4" }] });
      assert.equal("result" in probed && probed.result.Container?.Tracks?.[0]?.TrackType, "video");
    });
    for (const [status, name] of [
      [400, "BadRequestException"],
      [422, "UnprocessableEntityException"],
    ] as const)
      it(`takes ${name} of a probe as a verdict`, async () => {
        answers = [fault(status, name, "moov atom not found")];
        assert.deepEqual(await mediaConvert(options).probe("b", "k"), {
          refused: {
            code: "unreadable",
            text: "the file could not be read: moov atom not found → a complete film in one of MP4, MOV, M4V, 3GP, MKV, WebM, AVI, MPEG-TS, M2TS, MPG, MXF, WMV, FLV",
          },
        });
      });
    for (const [status, name] of [
      [429, "TooManyRequestsException"],
      [500, "InternalServerErrorException"],
      [403, "ForbiddenException"],
    ] as const)
      it(`takes ${name} of a probe as a reason to try again`, async () => {
        answers = [fault(status, name)];
        await assert.rejects(mediaConvert(options).probe("b", "k"), { name });
      });
    it("is certain that a throttled job was not made, and of nothing else", async () => {
      answers = [
        fault(429, "TooManyRequestsException"),
        fault(500, "InternalServerErrorException"),
        fault(400, "BadRequestException", "bad role"),
      ];
      await assert.rejects(mediaConvert(options).createJob(order), NotCreated);
      await assert.rejects(mediaConvert(options).createJob(order), { name: "InternalServerErrorException" });
      assert.deepEqual(await mediaConvert(options).createJob(order), {
        refused: { code: "job-refused", text: "MediaConvert refused the job: bad role" },
      });
      assert.equal(calls.length, 3);
    });
    it("knows that no job was made when nobody listens, and does not when the reply is cut off", async () => {
      const unused = createServer();
      await new Promise<void>((done) => unused.listen(0, "127.0.0.1", done));
      const { port } = unused.address() as AddressInfo;
      await new Promise((done) => unused.close(done));
      const away = { ...options, endpoint: `http://127.0.0.1:${port}` };
      await assert.rejects(mediaConvert(away).createJob(order), NotCreated);
      server.once("request", (request) => request.socket.destroy());
      await assert.rejects(mediaConvert(options).createJob(order), (error) => !(error instanceof NotCreated));
    });
    it("asks for a job once: the SDK must not hide what an earlier try did", async () => {
      answers = [fault(500, "InternalServerErrorException")];
      await assert.rejects(mediaConvert({ ...options, maxAttempts: 3 }).createJob(order));
      assert.equal(calls.length, 1);
    });
    it("knows when a job is unknown", async () => {
      answers = [fault(404, "NotFoundException"), json({ job: { id: "1-a", status: "COMPLETE" } })];
      assert.equal(await mediaConvert(options).job("1-a"), undefined);
      assert.equal((await mediaConvert(options).job("1-a"))?.Status, "COMPLETE");
    });
    it("looks for an attempt's job page by page, back to its time", async () => {
      const job = (id: string, createdAt: number, attempt = "1") => ({
        id,
        createdAt,
        userMetadata: { assetId: "a", attempt },
      });
      const query = { queue: "q", assetId: "a", attempt: 2, since: new Date(1_000_000_000) };
      answers = [json({ jobs: [job("1", 1_000_100)], nextToken: "t" }), json({ jobs: [job("2", 1_000_050, "2")] })];
      assert.equal((await mediaConvert(options).findJob(query))?.Id, "2");
      answers = [json({ jobs: [job("1", 999_000)], nextToken: "t" })];
      assert.equal(await mediaConvert(options).findJob(query), undefined);
      assert.equal(calls.length, 3);
      assert.ok(calls[1]?.url.includes("nextToken=t") && calls[1].url.includes("queue=q"));
    });
  });

  describe("S3", () => {
    const store = () => s3Store(new S3Client({ ...options, forcePathStyle: true }));
    it("knows a missing object, and does not take a denial for one", async () => {
      answers = [
        { status: 404 },
        { status: 403 },
        { headers: { etag: '"abc"', "content-length": "7", "last-modified": "Tue, 24 Nov 2026 12:00:00 GMT" } },
      ];
      assert.equal(await store().head("b", "k"), undefined);
      await assert.rejects(store().head("b", "k"));
      const head = await store().head("b", "k");
      assert.deepEqual(head, { key: "k", size: 7, etag: "abc", lastModified: new Date("2026-11-24T12:00:00Z") });
    });
    it("reads a part only", async () => {
      answers = [
        { status: 206, body: "#EXTM3U" },
        { status: 206, body: "moov" },
      ];
      assert.equal(Buffer.from(await store().readPart("b", "k", 0, 4096)).toString(), "#EXTM3U");
      assert.equal(calls[0]?.target, "bytes=0-4095");
      assert.equal(Buffer.from(await store().readPart("b", "k", 4, 4)).toString(), "moov");
      assert.equal(calls[1]?.target, "bytes=4-7");
    });
    it("lists page by page", async () => {
      const page = (key: string, more: boolean) =>
        `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated><Contents><Key>${key}</Key><Size>3</Size><ETag>"e"</ETag><LastModified>2026-11-24T12:00:00.000Z</LastModified></Contents></ListBucketResult>`;
      answers = [{ body: page("a", true) }, { body: page("b", false) }];
      const first = await store().list("b", "p/");
      assert.equal(first.next, "a");
      const second = await store().list("b", "p/", first.next);
      assert.deepEqual([second.objects[0]?.etag, second.next], ["e", undefined]);
      assert.ok(calls[1]?.url.includes("start-after=a"), calls[1]?.url);
    });
    it("lists keys that XML cannot carry: encoded as forms are", async () => {
      const body = `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a+b/%2B%25%01%0A%C3%B1%F0%9F%8E%AC%26.mp4</Key></Contents></ListBucketResult>`;
      answers = [{ body }];
      const { objects } = await store().list("b", "");
      assert.deepEqual(
        objects.map(({ key }) => key),
        ["a b/+%\u0001\nñ🎬&.mp4"],
      );
      assert.ok(calls[0]?.url.includes("encoding-type=url"), calls[0]?.url);
    });
  });

  describe("bus and queues", () => {
    const detail = { stack: "dev", videoId: "v", assetId: "a", attempt: 1 };
    it("puts events in the pipeline's name", async () => {
      answers = [json({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] })];
      await eventBus(new EventBridgeClient(options), "vod").requestStoryboard(detail);
      const [entry] = (JSON.parse(calls[0]?.body ?? "") as { Entries: object[] }).Entries;
      assert.deepEqual(entry, {
        EventBusName: "vod",
        Source: "vod.pipeline",
        DetailType: "StoryboardRequested",
        Detail: JSON.stringify(detail),
      });
    });
    it("does not take a refused entry for a success", async () => {
      answers = [json({ FailedEntryCount: 1, Entries: [{ ErrorCode: "ThrottlingException", ErrorMessage: "slow" }] })];
      await assert.rejects(
        eventBus(new EventBridgeClient(options), "vod").requestStoryboard(detail),
        /refused StoryboardRequested: ThrottlingException/,
      );
    });
    it("sends an upload that ingest reads back as the same", async () => {
      const upload: Upload = {
        bucket: "ingest",
        key: "ñ \u{1f3ac}\n.mp4",
        version: "v1",
        sequencer: "0A",
        size: 3,
        etag: "e",
        uploaded: "2026-11-24T12:00:00.000Z",
        recovered: true,
      };
      // The SDK compares the digest of what it sent.
      const taken = ({ body }: Call): Answer => {
        const { MessageBody } = JSON.parse(body) as { MessageBody: string };
        return json({ MessageId: "1", MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") });
      };
      answers = [taken, taken];
      const queue = ingestQueue(new SQSClient(options), `${options.endpoint}/q`);
      await queue.send(upload);
      await queue.send({ ...upload, version: "0A", recovered: false });
      const sent = calls.map(
        ({ body }) => JSON.parse((JSON.parse(body) as { MessageBody: string }).MessageBody) as unknown,
      );
      assert.deepEqual(readUploads(sent[0], "ingest"), [upload]);
      assert.deepEqual(readUploads(sent[1], "ingest"), [{ ...upload, version: "0A", recovered: false }]);
    });
    it("hides a failed message", async () => {
      answers = [json({})];
      await messageDelay(new SQSClient(options), `${options.endpoint}/q`)("handle", 40);
      const { ReceiptHandle, VisibilityTimeout } = JSON.parse(calls[0]?.body ?? "") as Record<string, unknown>;
      assert.deepEqual([ReceiptHandle, VisibilityTimeout], ["handle", 40]);
    });
  });
});
