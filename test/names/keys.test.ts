import { strict as assert } from "node:assert";
import { globSync } from "node:fs";
import { join } from "node:path";
import { ListJobsCommand } from "@aws-sdk/client-mediaconvert";
import { paginateListObjectsV2, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { TitleList } from "../../contracts/api.js";
import type { Asset } from "../../contracts/ledger.js";
import { s3Store } from "../../handlers/aws/store.js";
import { titleOf } from "../../handlers/ledger/transitions.js";
import type { TitleRow } from "../../handlers/operations.js";
import { findUnclaimed } from "../../handlers/reconcile/unclaimed.js";
import { startEmulator } from "../../local/cloud/ministack.js";
import { connectCloud } from "../../local/cloud/clients.js";
import { layoutOf } from "../../local/launcher/layout.js";
import type { Platform } from "../../local/launcher/platform.js";
import { followUpload, ledgerOf } from "../../local/launcher/titles.js";
import { readyVenv } from "../support/ministack.js";
import { sample } from "../support/sample.js";
import { eventually } from "../support/service.js";
import { makeClip } from "./support/clip.js";
import { bytesOf, FILE_NAMES, FOLDER, KEYS, STEERING_KEY } from "./support/names.js";
import { playThroughEdge } from "./support/playing.js";
import { never, openStage, type Stage } from "./support/stage.js";

const UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

describe("names of keys, uploaded to the bucket", function () {
  this.timeout(600_000);
  let stage: Stage;
  let platform: Platform;
  let clip: Buffer;
  const every = [...FILE_NAMES.map((name) => `1/${name}`), ...KEYS];
  const keys = [...new Set([...sample("keys", every, 30), STEERING_KEY])];
  const assets = new Map<string, Asset>();
  const output = (name: string): string => stage.output(name);
  const byTitle = (): Map<string, string> =>
    new Map([...assets.values()].map(({ videoId, key }) => [videoId, titleOf(key)]));

  const keysOf = async (s3: S3Client, Bucket: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, EncodingType: "url" }))
      found.push(...(page.Contents ?? []).map(({ Key = "" }) => decodeURIComponent(Key.replaceAll("+", " "))));
    return found.sort();
  };
  const titles: Stage["titles"] = (...args) => stage.titles(...args);

  before(async () => {
    stage = await openStage();
    ({ platform } = stage);
    clip = await makeClip(stage.folder);
  });
  after(async () => {
    await stage.close();
  });

  it("each becomes ready, once, under the very key", async () => {
    assert.ok(every.every((key) => bytesOf(key) <= 1024));
    assert.equal(new Set(every).size, every.length);
    assert.equal(every.filter((key) => bytesOf(key) === 1024).length, 4);
    const { s3, mediaConvert } = platform.cloud.in();
    const put = (Key: string, Body: Buffer) =>
      s3.send(new PutObjectCommand({ Bucket: output("ingestBucket"), Key, Body }));
    await put(FOLDER, Buffer.alloc(0));
    for (const key of keys) await put(key, clip);
    for (const key of keys) {
      const asset = await followUpload(platform, key, () => undefined, never);
      assert.deepEqual(
        { state: asset.state, key: asset.key, title: asset.title, reason: asset.reason?.text },
        { state: "ready", key, title: titleOf(key), reason: undefined },
      );
      assets.set(key, asset);
    }
    assert.equal(new Set([...assets.values()].map(({ videoId }) => videoId)).size, keys.length);
    let jobs = 0;
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const page = await mediaConvert.send(new ListJobsCommand({ MaxResults: 20, NextToken }));
      jobs += page.Jobs?.length ?? 0;
      NextToken = page.NextToken;
    }
    assert.equal(jobs, keys.length);
  });

  it("are listed byte for byte by the operators' command, and one line each for people", async () => {
    const { code, stdout } = await titles("list", "--json");
    assert.equal(code, 0);
    const rows = JSON.parse(stdout) as TitleRow[];
    assert.deepEqual(new Map(rows.map(({ videoId, title }) => [videoId, title])), byTitle());
    const text = await titles("list");
    const lines = text.stdout.trimEnd().split("\n");
    assert.equal(lines.length, keys.length);
    for (const line of lines) assert.match(line, new RegExp(`^${UUID}  .* ready +×1  \\$0\\.\\d{4}  \\S+Z$`, "u"));
    const shown = await titles("show", assets.get(STEERING_KEY)?.assetId ?? "");
    assert.match(shown.stdout, /^title {4}escape\\u001b\[31m\\u001b\]0;title\\u0007 \(/m);
    assert.match(shown.stdout, /^source {3}s3:\/\/[\w-]+\/escape\\u001b\[31m\\u001b\]0;title\\u0007\.mp4$/m);
  });

  it("are listed byte for byte by the api", async () => {
    const listed = async (): Promise<Map<string, string>> => {
      const found = new Map<string, string>();
      for (let next: string | null = ""; next !== null;) {
        const cursor: string = next === "" ? "" : `&cursor=${encodeURIComponent(next)}`;
        const reply = await fetch(`${platform.viewer}/api/titles?limit=50${cursor}`);
        assert.equal(reply.status, 200);
        const page = (await reply.json()) as TitleList;
        for (const { videoId, title } of page.titles) found.set(videoId, title);
        next = page.nextCursor;
      }
      return found;
    };
    await eventually("every title in the catalogue", async () => (await listed()).size === keys.length);
    assert.deepEqual(await listed(), byTitle());
  });

  it("play through the edge with their cookies", async () => {
    for (const key of sample("titles played", keys, 10)) {
      const asset = assets.get(key);
      assert.ok(asset?.outputs);
      assert.ok((await playThroughEdge(platform.viewer, asset.videoId, asset.outputs.hls)) >= 4, key);
    }
  });

  it("are no part of any output's name, and make nothing outside the bucket", async () => {
    const { s3 } = platform.cloud.in();
    const made = await keysOf(s3, output("mediaBucket"));
    const own = new RegExp(
      `^((media|captures)/${UUID}/${UUID}/[\\w.-]+|posters/${UUID}/${UUID}\\.jpg|job-history/${UUID}/1-[\\w-]+\\.json)$`,
    );
    assert.deepEqual(
      made.filter((key) => !own.test(key)),
      [],
    );
    const store = join(layoutOf("platform", stage.folder).emulator, "s3");
    const strange = globSync("**/*canary*", { cwd: stage.folder }).filter(
      (path) => !join(stage.folder, path).startsWith(store),
    );
    assert.deepEqual(strange, []);
  });

  it("are known to reconcile, so that none is sent again", async () => {
    const clock = { now: () => new Date(Date.now() + 3_600_000) };
    const ports = { ledger: ledgerOf(platform), store: s3Store(platform.cloud.in().s3), clock };
    assert.deepEqual(await findUnclaimed(ports, output("ingestBucket")), []);
    const { objects } = await ports.store.list(output("ingestBucket"), "");
    assert.deepEqual(objects.map(({ key }) => key).sort(), [...keys, FOLDER].sort());
  });

  it("outlive a stop of the emulated cloud", async () => {
    const bucket = output("ingestBucket");
    const { emulator: dir } = layoutOf("platform", stage.folder);
    await platform.stop();
    const emulator = await startEmulator({ dir, venv: await readyVenv() });
    const cloud = connectCloud({ endpoint: emulator.url, mediaConvertEndpoint: emulator.url, region: "us-east-1" });
    try {
      assert.deepEqual(await keysOf(cloud.in().s3, bucket), [...keys, FOLDER].sort());
    } finally {
      cloud.close();
      await emulator.stop();
    }
  });
});
