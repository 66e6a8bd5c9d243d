/** The edge over a real S3 and KMS of the emulator, asked over HTTP. */
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { CreateKeyCommand, KMSClient, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ROOT_CREDENTIALS } from "../../local/cloud/ministack.js";
import { startEdge, type Edge } from "../../local/edge/index.js";
import { policyText, signedCookies, titleResource } from "../../services/api/src/core/cookiePolicy.js";
import { startTestEmulator, type TestEmulator } from "../support/ministack.js";
import { DISTRIBUTION_ARN, programRecord } from "./support/program.js";

const MEDIA = "edge-test-media";
const WEB = "edge-test-web";
const A = "0199d2a0-0000-7000-8000-00000000000a";
const B = "0199d2a0-0000-7000-8000-00000000000b";
const SEGMENT = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
const MANIFEST = "#EXTM3U\n" + "#EXTINF:6.0,\nsegment.m4s\n".repeat(100);
const PAGE = `<!doctype html><title>Film</title>${"<p>film</p>".repeat(200)}`;
const LARGE = 17 * 1024 * 1024;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ROOT = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "kms:*", Resource: "*" };
const cloudFrontMay = (Action: string, Resource: string): object => ({
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action,
  Resource,
  Condition: { StringEquals: { "AWS:SourceArn": DISTRIBUTION_ARN } },
});
const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

describe("the local edge", function () {
  let emulator: TestEmulator;
  let s3: S3Client;
  let kms: KMSClient;
  let keyId: string;
  let edge: Edge;
  let api: Server;
  let now = Date.UTC(2026, 10, 1);
  const seen: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[] = [];

  const put = (Bucket: string, Key: string, Body: string | Buffer, rest: object = {}): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...rest }));
  const admitMedia = (): Promise<unknown> =>
    s3.send(
      new PutBucketPolicyCommand({
        Bucket: MEDIA,
        Policy: policy(
          cloudFrontMay("s3:GetObject", `arn:aws:s3:::${MEDIA}/media/*`),
          cloudFrontMay("s3:GetObject", `arn:aws:s3:::${MEDIA}/posters/*`),
        ),
      }),
    );
  const admitKey = (...statements: object[]): Promise<unknown> =>
    kms.send(new PutKeyPolicyCommand({ KeyId: keyId, PolicyName: "default", Policy: policy(ROOT, ...statements) }));

  /** Not fetch: it normalises paths and hides Host. */
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET", body?: string): Promise<Reply> =>
    new Promise((done, fail) => {
      const { port } = new URL(edge.url);
      const asked = httpRequest({ host: "127.0.0.1", port, path, method, headers }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("end", () =>
          done({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) }),
        );
      });
      asked.on("error", fail);
      asked.end(body);
    });

  /** What the api sets, as a browser sends it back. */
  const cookie = (videoId: string, seconds = 3_600): { cookie: string } => {
    const text = policyText(titleResource(edge.url, videoId), now / 1000 + seconds);
    const signature = sign("sha256", Buffer.from(text), privateKey);
    const set = signedCookies({ policy: text, signature, keyPairId: "KEY-id" }, videoId);
    return { cookie: set.map((value) => value.split(";", 1)[0]).join("; ") };
  };

  before(async function () {
    emulator = await startTestEmulator();
    const client = { endpoint: emulator.url, region: "us-east-1", credentials: ROOT_CREDENTIALS };
    s3 = new S3Client({ ...client, forcePathStyle: true });
    kms = new KMSClient(client);
    keyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
    await admitKey(cloudFrontMay("kms:Decrypt", "*"));
    for (const Bucket of [MEDIA, WEB]) {
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyId } }],
          },
        }),
      );
    }
    await admitMedia();
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: WEB,
        Policy: policy(cloudFrontMay("s3:GetObject", `arn:aws:s3:::${WEB}/*`)),
      }),
    );
    for (const id of [A, B, `${A}2`]) {
      await put(MEDIA, `media/${id}/1/stream.m3u8`, MANIFEST, { ContentType: "application/vnd.apple.mpegurl" });
      await put(MEDIA, `media/${id}/1/1.m4s`, SEGMENT, { ContentType: "video/mp4" });
    }
    await put(MEDIA, `posters/${A}/1.jpg`, "jpeg", { ContentType: "image/jpeg", CacheControl: "max-age=5" });
    await put(MEDIA, `posters/${A}/large.jpg`, Buffer.alloc(LARGE, 7), { ContentType: "image/jpeg" });
    await put(WEB, "index.html", PAGE, { ContentType: "text/html; charset=utf-8" });

    api = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push({ method: request.method, url: request.url, headers: request.headers, body });
        response.writeHead(201, { "set-cookie": ["a=1", "b=2"], "content-type": "text/plain" }).end("from the api");
      });
    });
    await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
    edge = await startEdge({
      record: programRecord({
        media: MEDIA,
        web: WEB,
        publicKeyPem: publicKey.export({ type: "spki", format: "pem" }) as string,
      }),
      aws: { endpoint: emulator.url, region: "us-east-1", ...ROOT_CREDENTIALS },
      now: () => now,
    });
  });
  // Each test begins with nothing kept: a day and an hour later.
  beforeEach(() => {
    now += 400 * 86_400_000;
  });
  after(async () => {
    await edge?.close();
    api?.close();
    s3?.destroy();
    kms?.destroy();
    await emulator?.stop();
  });

  it("serves the page for /, with the security headers of the policy", async () => {
    const { status, headers, body } = await ask("/");
    assert.equal(status, 200);
    assert.equal(body.toString(), PAGE);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal(headers["content-security-policy"], "default-src 'self'");
    assert.equal(headers["x-frame-options"], "DENY");
    assert.equal(headers["x-cache"], "Miss from cloudfront");
  });

  it("answers 403 without a cookie, with the same headers, and keeps nothing of it", async () => {
    for (const path of [`/media/${A}/1/stream.m3u8`, `/media/${A}/1/1.m4s`]) {
      const { status, headers, body } = await ask(path);
      assert.equal(status, 403);
      assert.match(body.toString(), /<Code>MissingKey<\/Code>/);
      assert.equal(headers["content-security-policy"], "default-src 'none'");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["cache-control"], "no-store");
    }
    assert.equal((await ask(`/media/${A}/1/1.m4s`, cookie(A))).status, 200);
  });

  it("opens one title by the cookies that the api sets, and no other", async () => {
    const { status, body } = await ask(`/media/${A}/1/1.m4s`, cookie(A));
    assert.equal(status, 200);
    assert.ok(body.equals(SEGMENT));
    const tries = [
      `/media/${B}/1/1.m4s`,
      `/media/${A}2/1/1.m4s`,
      `/media/${A}/../${B}/1/1.m4s`,
      `/media/${A}/%2e%2e/${B}/1/1.m4s`,
      `/media/${A}/..%2f${B}/1/1.m4s`,
      `/media/${A}%2f..%2f${B}/1/1.m4s`,
      `/posters/..%2fmedia/${B}/1/1.m4s`,
      `/posters/%2e%2e/media/${B}/1/1.m4s`,
    ];
    for (const path of tries) assert.equal((await ask(path, cookie(A))).status, 403, path);
  });

  it("shuts when the cookie's time is over, also for what it has in memory", async () => {
    const held = cookie(A, 60);
    assert.equal((await ask(`/media/${A}/1/1.m4s`, held)).headers["x-cache"], "Miss from cloudfront");
    now += 59_000;
    assert.equal((await ask(`/media/${A}/1/1.m4s`, held)).headers["x-cache"], "Hit from cloudfront");
    now += 1_000;
    assert.equal((await ask(`/media/${A}/1/1.m4s`, held)).status, 403);
  });

  it("bears a signer whose clock is five minutes off", async () => {
    now += 300_000;
    const ahead = cookie(A);
    now -= 600_000;
    assert.equal((await ask(`/media/${A}/1/1.m4s`, ahead)).status, 200);
  });

  it("keeps for as long as the policy says and tells the age", async () => {
    const path = `/posters/${A}/1.jpg`;
    assert.equal((await ask(path)).headers["x-cache"], "Miss from cloudfront");
    now += 4_000;
    const hit = await ask(path);
    assert.equal(hit.headers["x-cache"], "Hit from cloudfront");
    assert.equal(hit.headers.age, "4");
    now += 1_000;
    assert.equal((await ask(path)).headers["x-cache"], "Miss from cloudfront");
  });

  it("gives HEAD, ranges and conditions", async () => {
    const path = `/media/${A}/1/1.m4s`;
    const head = await ask(path, cookie(A), "HEAD");
    assert.deepEqual([head.status, head.headers["content-length"], head.body.length], [200, "50000", 0]);
    const part = await ask(path, { ...cookie(A), range: "bytes=100-199" });
    assert.deepEqual([part.status, part.headers["content-range"]], [206, "bytes 100-199/50000"]);
    assert.ok(part.body.equals(SEGMENT.subarray(100, 200)));
    const beyond = await ask(path, { ...cookie(A), range: "bytes=50000-" });
    assert.deepEqual([beyond.status, beyond.headers["content-range"]], [416, "bytes */50000"]);
    const same = await ask(path, { ...cookie(A), "if-none-match": head.headers.etag ?? "" });
    assert.deepEqual([same.status, same.body.length], [304, 0]);
  });

  it("compresses what may be, keeps each form apart, and no media", async () => {
    const path = `/media/${A}/1/stream.m3u8`;
    const brotli = await ask(path, { ...cookie(A), "accept-encoding": "gzip, br" });
    assert.equal(brotli.headers["content-encoding"], "br");
    assert.equal(brotliDecompressSync(brotli.body).toString(), MANIFEST);
    assert.match(String(brotli.headers.etag), /^W\//);
    const gzip = await ask(path, { ...cookie(A), "accept-encoding": "gzip" });
    assert.equal(gunzipSync(gzip.body).toString(), MANIFEST);
    const plain = await ask(path, cookie(A));
    assert.deepEqual([plain.headers["content-encoding"], plain.body.toString()], [undefined, MANIFEST]);
    const media = await ask(`/media/${A}/1/1.m4s`, { ...cookie(A), "accept-encoding": "br" });
    assert.equal(media.headers["content-encoding"], undefined);
  });

  it("passes large objects through, whole or in part", async () => {
    const path = `/posters/${A}/large.jpg`;
    const whole = await ask(path);
    assert.deepEqual([whole.status, whole.body.length], [200, LARGE]);
    const end = await ask(path, { range: "bytes=-3" });
    assert.deepEqual([end.status, end.headers["content-range"]], [206, `bytes ${LARGE - 3}-${LARGE - 1}/${LARGE}`]);
    assert.deepEqual([...end.body], [7, 7, 7]);
    assert.equal((await ask(path)).headers["x-cache"], "Miss from cloudfront");
  });

  it("refuses methods that the distribution does not allow", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      assert.equal((await ask("/", {}, method)).status, 403, method);
  });

  it("reads only what the bucket's policy grants to the distribution", async () => {
    assert.equal((await ask(`/media/${A}/1/none.m4s`, cookie(A))).status, 403);
    const onlyPosters = policy(cloudFrontMay("s3:GetObject", `arn:aws:s3:::${MEDIA}/posters/*`));
    try {
      await s3.send(new PutBucketPolicyCommand({ Bucket: MEDIA, Policy: onlyPosters }));
      assert.equal((await ask(`/media/${A}/1/1.m4s`, cookie(A))).status, 403);
      assert.equal((await ask(`/posters/${A}/1.jpg`)).status, 200);
      now += 5_000;
      await s3.send(new DeleteBucketPolicyCommand({ Bucket: MEDIA }));
      const { status, headers, body } = await ask(`/posters/${A}/1.jpg`);
      assert.equal(status, 403);
      assert.match(body.toString(), /<Code>AccessDenied<\/Code>/);
      assert.equal(headers["x-frame-options"], "DENY");
    } finally {
      await admitMedia();
    }
    now += 1_001;
    assert.equal((await ask(`/posters/${A}/1.jpg`)).status, 200);
  });

  it("reads only what the key's policy lets the distribution decrypt", async () => {
    await admitKey();
    try {
      assert.equal((await ask(`/posters/${A}/1.jpg`)).status, 403);
    } finally {
      await admitKey(cloudFrontMay("kms:Decrypt", "*"));
    }
  });

  it("sends /api/* to the api, cookies and body and all, and drops a forged address", async () => {
    const early = await ask("/api/titles");
    assert.deepEqual([early.status, early.headers["x-frame-options"]], [502, "DENY"]);
    edge.connectApi(`http://127.0.0.1:${(api.address() as AddressInfo).port}`);
    const reply = await ask("/api/x?y=1", { cookie: "c=1", "x-forwarded-for": "6.6.6.6" }, "POST", "hello");
    assert.deepEqual([reply.status, reply.body.toString()], [201, "from the api"]);
    assert.deepEqual(reply.headers["set-cookie"], ["a=1", "b=2"]);
    assert.equal(reply.headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    const last = seen.at(-1);
    assert.deepEqual([last?.method, last?.url, last?.body], ["POST", "/api/x?y=1", "hello"]);
    assert.equal(last?.headers.cookie, "c=1");
    assert.equal(last?.headers["x-forwarded-for"], "127.0.0.1");
  });

  it("answers to its own names only", async () => {
    assert.equal((await ask("/", { host: "evil.example" })).status, 403);
    assert.equal((await ask("/", { host: `localhost:${new URL(edge.url).port}` })).status, 200);
  });

  it("answers 502 while S3 is away", async () => {
    const lost = await startEdge({
      record: programRecord({ media: MEDIA, web: WEB, publicKeyPem: "" }),
      aws: { endpoint: "http://127.0.0.1:1", region: "us-east-1", ...ROOT_CREDENTIALS },
    });
    try {
      const reply = await fetch(lost.url);
      assert.equal(reply.status, 502);
      assert.equal(reply.headers.get("x-frame-options"), "DENY");
    } finally {
      await lost.close();
    }
  });

  it("says what stands in for what", () => {
    assert.deepEqual(edge.standIns, [
      "CloudFront: plain HTTP on loopback; 5 behaviours ask for HTTPS",
      "CloudFront: /api/* goes to the api's process, for want of a load balancer",
      "CloudFront: no failover to the recovery region's copies",
    ]);
  });

  it("serves the very bytes that S3 holds", async () => {
    const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
    assert.equal(hash((await ask(`/media/${B}/1/1.m4s`, cookie(B))).body), hash(SEGMENT));
  });
});
