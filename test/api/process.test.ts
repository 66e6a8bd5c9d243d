/** The api's bundle as a process, with a real KMS key of the emulator and a real PostgreSQL. */
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { ROOT_CREDENTIALS } from "../../local/cloud/ministack.js";
import { startDatabase, type LocalDatabase } from "../../local/database.js";
import { parseCookies } from "../../local/edge/signedCookies.js";
import { buildServices } from "../../services/build.js";
import { openDatabase } from "../../services/database/connect.js";
import { startTestEmulator, type TestEmulator } from "../support/ministack.js";
import { startService, type ServiceProcess } from "../support/service.js";
import { fill, idOf } from "./support/titles.js";

describe("the api's process", () => {
  const dir = mkdtempSync(join(tmpdir(), "vod-api-process-"));
  let emulator: TestEmulator;
  let local: LocalDatabase;
  let kms: KMSClient;
  let keyId = "";
  let main = "";
  const running: ServiceProcess[] = [];

  const environment = (): Record<string, string> => ({
    STACK: "dev",
    PORT: "0",
    HOST: "127.0.0.1",
    MEDIA_ORIGIN: "http://127.0.0.1:8080",
    SIGNING_KEY_ID: keyId,
    KEY_PAIR_ID: "K1",
    DATABASE_URL: local.url.replace("postgres@", "postgres:hidden-password@"),
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
  });
  const start = async (changed: Record<string, string> = {}): Promise<ServiceProcess & { url: string }> => {
    const service = await startService(main, { ...environment(), ...changed });
    running.push(service);
    return { ...service, url: String(service.ready.url) };
  };

  before(async () => {
    emulator = await startTestEmulator();
    local = await startDatabase({ directory: dir });
    kms = new KMSClient({ endpoint: emulator.url, region: "us-east-1", credentials: ROOT_CREDENTIALS });
    const made = await kms.send(new CreateKeyCommand({ KeyUsage: "SIGN_VERIFY", KeySpec: "RSA_2048" }));
    keyId = made.KeyMetadata?.KeyId ?? "";
    const db = openDatabase({ url: local.url, maxConnections: 1, statementTimeout: 5_000, poolWait: 5_000 });
    await fill(db, 2);
    await db.destroy();
    main = join((await buildServices()).find(({ name }) => name === "api")?.dir ?? "", "main.js");
  });
  after(async () => {
    for (const service of running) service.kill("SIGKILL");
    kms?.destroy();
    await local?.close();
    await emulator?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("signs with KMS what CloudFront checks with the public key, and drains on SIGTERM", async () => {
    const api = await start();
    const reply = await fetch(`${api.url}/api/titles/${idOf(1)}/playback`, { method: "POST" });
    assert.equal(reply.status, 200);
    const cookies = parseCookies(
      reply.headers
        .getSetCookie()
        .map((one) => one.split(";", 1)[0])
        .join("; "),
    );
    const bytes = (name: string): Buffer =>
      Buffer.from((cookies.get(name) ?? "").replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"), "base64");
    const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey), type: "spki", format: "der" });
    assert.ok(verify("sha256", bytes("CloudFront-Policy"), key, bytes("CloudFront-Signature")));

    // Half a request is under way when the signal comes.
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    const closed = new Promise((done) => socket.once("close", done));
    socket.write(
      `POST /api/titles/${idOf(2)}/playback HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{`,
    );
    await new Promise((done) => setTimeout(done, 100));
    api.kill("SIGTERM");
    await new Promise((done) => setTimeout(done, 100));
    socket.write("}");
    await closed;
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(answer, /set-cookie: CloudFront-Signature=/);
    assert.equal(await api.ended, 0);
    assert.equal(api.lines.at(-1)?.msg, "stopped");
    assert.equal(JSON.stringify(api.lines).includes("CloudFront-"), false);
  });

  it("answers 503 when KMS refuses or is away, and stays healthy", async () => {
    const api = await start({ SIGNING_KEY_ID: "00000000-0000-0000-0000-000000000000" });
    const reply = await fetch(`${api.url}/api/titles/${idOf(1)}/playback`, { method: "POST" });
    assert.deepEqual([reply.status, reply.headers.get("retry-after")], [503, "2"]);
    assert.equal((await fetch(`${api.url}/health`)).status, 200);
    assert.equal((await fetch(`${api.url}/ready`)).status, 503);
    api.kill("SIGTERM");
    assert.equal(await api.ended, 0);
  });

  it("ends with one line when its environment is wrong, and shows no password", async () => {
    const wrong = startService(main, { ...environment(), MEDIA_ORIGIN: "http://vod.example.com" });
    await assert.rejects(wrong, (error: Error) => {
      assert.match(error.message, /ended with 2/);
      assert.match(error.message, /MEDIA_ORIGIN is not possible/);
      assert.equal(error.message.includes("hidden-password"), false);
      return true;
    });
  });
});
