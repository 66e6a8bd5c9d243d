import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { FUNCTION_NAMES, HANDLER_ENVIRONMENT, type FunctionName } from "../../contracts/environment";
import { type BuiltHandler, buildHandlers } from "../../handlers/build";
import { withLiteralKeys } from "../../handlers/literalKeys";

const run = promisify(execFile);
/** Bytes, compressed. A larger bundle starts too slowly; the storyboard, which carries a JPEG codec, keeps it as well. */
const LIMIT = 400_000;

/** Imports a bundle in a process of its own, as Lambda does, and calls its handler with this event. */
async function call(
  handler: BuiltHandler,
  env: Record<string, string>,
  event: unknown,
): Promise<{ answer: unknown; lines: string[] }> {
  const url = pathToFileURL(join(handler.dir, "index.mjs")).href;
  const script = `const { handler } = await import(${JSON.stringify(url)});
    const answer = await handler(${JSON.stringify(event)}, {});
    console.log("ANSWER" + JSON.stringify(answer ?? null));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  const lines = stdout.trim().split("\n");
  return { answer: JSON.parse((lines.at(-1) ?? "").replace(/^ANSWER/, "")), lines: lines.slice(0, -1) };
}

function environment(name: FunctionName): Record<string, string> {
  const ours = HANDLER_ENVIRONMENT[name].map((variable): [string, string] => [variable, "x"]);
  return {
    ...Object.fromEntries(ours),
    MAX_TITLE_PRICE: "25",
    // Nothing listens there: what needs AWS fails at once instead of leaving the machine.
    AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: "vod",
  };
}

const batch = (body: string) => ({
  Records: [{ messageId: "m1", receiptHandle: "r1", body, attributes: { ApproximateReceiveCount: "1" } }],
});

describe("bundles", () => {
  let dir: string;
  let built: BuiltHandler[];
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "vod-bundles-"));
    built = await buildHandlers(dir);
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it("are one for each handler, one file each, and small", async () => {
    assert.deepEqual(
      built.map(({ name }) => name),
      [...FUNCTION_NAMES],
    );
    for (const { name, dir: folder, bytes } of built) {
      assert.deepEqual(await readdir(folder), ["index.mjs"]);
      assert.ok(bytes > 10_000 && bytes <= LIMIT, `${name}: ${bytes} bytes`);
    }
  });
  it("have the same bytes when built again", async () => {
    const hash = async ({ dir: folder }: BuiltHandler): Promise<string> =>
      createHash("sha256")
        .update(await readFile(join(folder, "index.mjs")))
        .digest("hex");
    const first = await Promise.all(built.map(hash));
    const again = await mkdtemp(join(tmpdir(), "vod-bundles-"));
    try {
      assert.deepEqual(await Promise.all((await buildHandlers(again)).map(hash)), first);
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  });
  it("carry no X-Ray SDK and name nothing of this machine", async () => {
    for (const { name, dir: folder } of built) {
      const code = await readFile(join(folder, "index.mjs"), "utf8");
      assert.ok(!/aws-xray-sdk/.test(code), name);
      assert.ok(!code.includes(process.cwd()), name);
    }
  });
  it("carry no operation of S3 that nobody calls", async () => {
    for (const { name, dir: folder } of built) {
      const code = await readFile(join(folder, "index.mjs"), "utf8");
      assert.ok(!code.includes("PutBucketLifecycleConfiguration"), name);
    }
  });
  it("write out the keys that a constant names, and no others", () => {
    const code = 'const _a = "x-y";\nconst _b = 7;\nexport var S = [{ [_a]: 1, [_b]: _a, [c]: [_a] }];';
    assert.equal(
      withLiteralKeys(code),
      'const _a = "x-y";\nconst _b = 7;\nexport var S = [{ "x-y": 1, [_b]: _a, [c]: [_a] }];',
    );
  });
  it("start, and log and count as JSON", async () => {
    const ingest = built.find(({ name }) => name === "ingest");
    assert.ok(ingest);
    const { answer, lines } = await call(ingest, environment("ingest"), batch('{"Event":"s3:TestEvent"}'));
    assert.deepEqual(answer, { batchItemFailures: [] });
    const logged = lines.map((line) => JSON.parse(line) as { service?: string; message?: string });
    assert.deepEqual(
      logged.map(({ service, message }) => [service, message]),
      [["ingest", "message without an upload ignored"]],
    );
  });
  for (const name of ["ingest", "track", "storyboard"] as const)
    it(`${name} hands a message that it cannot read back to its queue`, async () => {
      const handler = built.find((each) => each.name === name);
      assert.ok(handler);
      const { answer, lines } = await call(handler, environment(name), batch('{"detail":7}'));
      assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "m1" }] });
      assert.ok(
        lines.some((line) => line.includes('"MalformedMessage"') && line.includes("CloudWatchMetrics")),
        lines.join("\n"),
      );
    });
  it("say at once which variable is missing", async () => {
    const [handler] = built;
    assert.ok(handler);
    const { LEDGER_TABLE: _table, ...env } = environment("ingest");
    await assert.rejects(call(handler, env, batch("{}")), /environment variables not set: LEDGER_TABLE/);
  });
});
