/** What must hold when everything has ended: ledger, catalogue, jobs, objects, queues and the operator's list agree. */
import { strict as assert } from "node:assert";
import { type Job, paginateListJobs } from "@aws-sdk/client-mediaconvert";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import type { TitleList } from "../../../contracts/api.js";
import { assetPrefix, capturePrefix, jobHistoryKey } from "../../../contracts/keys.js";
import { type Asset, ASSET_STATES, isEnd } from "../../../contracts/ledger.js";
import { ledgerOf } from "../../../local/launcher/titles.js";
import { runToEnd } from "../../local/support/command.js";
import { type Stage, until } from "./stage.js";

async function assetsOf({ parts }: Stage): Promise<Asset[]> {
  const ledger = ledgerOf(parts);
  return (await Promise.all(ASSET_STATES.map((state) => ledger.inState(state)))).flat();
}

const sorted = (texts: (string | undefined)[]): string[] => texts.map(String).sort();

async function catalogue({ run }: Stage): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const reply = await fetch(`${run.viewer}/api/titles?limit=20${query}`);
    if (!reply.ok) return [];
    const page = (await reply.json()) as TitleList;
    ids.push(...page.titles.map(({ videoId }) => videoId));
    cursor = page.nextCursor;
  }
  return ids;
}

async function jobs({ cloud }: Stage): Promise<Job[]> {
  const found: Job[] = [];
  const { mediaConvert } = cloud.in();
  for await (const page of paginateListJobs({ client: mediaConvert }, { MaxResults: 20 }))
    found.push(...(page.Jobs ?? []));
  return found;
}

async function objects({ cloud, output }: Stage): Promise<string[]> {
  const keys: string[] = [];
  const { s3 } = cloud.in();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: output("mediaBucket") }))
    keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
  return keys;
}

async function text({ cloud, output }: Stage, Key: string): Promise<string> {
  const { Body } = await cloud.in().s3.send(new GetObjectCommand({ Bucket: output("mediaBucket"), Key }));
  return (await Body?.transformToString()) ?? "";
}

/** All that a title's manifests and thumbnails name, themselves included. */
async function namedBy(stage: Stage, { outputs }: Asset): Promise<string[]> {
  assert.ok(outputs?.thumbnails && outputs.poster);
  const named = new Set([outputs.hls, outputs.dash, outputs.thumbnails]);
  const beside = (key: string, name: string): string => key.slice(0, key.lastIndexOf("/") + 1) + name;
  const master = await text(stage, outputs.hls);
  const lists = [...master.matchAll(/^[^#\s].*$/gm), ...master.matchAll(/URI="([^"]+)"/g)];
  for (const list of lists) {
    const key = beside(outputs.hls, list[1] ?? list[0]);
    named.add(key);
    const media = await text(stage, key);
    for (const [line, uri] of [...media.matchAll(/^[^#\s].*$/gm), ...media.matchAll(/URI="([^"]+)"/g)])
      named.add(beside(key, uri ?? line));
  }
  const cues = await text(stage, outputs.thumbnails);
  for (const [sheet] of cues.matchAll(/^\S+\.jpg/gm)) named.add(beside(outputs.thumbnails, sheet));
  return [...named];
}

/** The state of every queue: how many messages it still has, and which dead-letter queue holds some. */
async function messages({ cloud }: Stage): Promise<{ waiting: number; dead: string[] }> {
  const { queues } = cloud.in();
  const { QueueUrls = [] } = await queues.send(new ListQueuesCommand({}));
  const counts = await Promise.all(
    QueueUrls.map(async (QueueUrl) => {
      const { Attributes = {} } = await queues.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
      );
      const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden } = Attributes;
      return { QueueUrl, isDead: !Attributes.RedrivePolicy, count: Number(visible) + Number(hidden) };
    }),
  );
  return {
    waiting: counts.filter(({ isDead }) => !isDead).reduce((sum, { count }) => sum + count, 0),
    dead: counts.filter(({ isDead, count }) => isDead && count > 0).map(({ QueueUrl }) => QueueUrl),
  };
}

/** Seconds between two runs of reconcile while a test waits; the schedule's are minutes. */
const RECONCILE_EVERY = 15;

/** Waits until every one of these keys has an end and nothing is under way. */
export async function settled(stage: Stage, keys: readonly string[], seconds: number): Promise<Asset[]> {
  let next = Date.now() + RECONCILE_EVERY * 1000;
  let last = "";
  const ends = until("the ends of all uploads and empty queues", seconds, async () => {
    if (Date.now() > next) {
      await stage.reconcile();
      next = Date.now() + RECONCILE_EVERY * 1000;
    }
    const assets = await assetsOf(stage);
    const ended = new Set(assets.filter(({ state }) => isEnd(state)).map(({ key }) => key));
    const { waiting } = await messages(stage);
    last = JSON.stringify({
      left: keys.filter((key) => !ended.has(key)),
      waiting,
      open: assets.filter(({ state }) => !isEnd(state)),
    });
    return keys.every((key) => ended.has(key)) && waiting === 0 && assets;
  });
  return ends.catch((error: unknown) => {
    throw new Error(`${String(error)}\n${last.slice(0, 4000)}`);
  });
}

export interface Figures {
  uploads: number;
  jobs: number;
  restarts: number;
}

/**
 * Asserts that each key ended ready, exactly once, everywhere.
 * @param failedAttempts attempts before those that made the titles ready; each had a job too.
 */
export async function audit(
  stage: Stage,
  keys: readonly string[],
  assets: Asset[],
  { failedAttempts = 0 } = {},
): Promise<Figures> {
  const own = assets.filter(({ key }) => keys.includes(key));
  assert.deepEqual(
    own.filter(({ state }) => state !== "ready").map(({ key, state, reason }) => ({ key, state, reason })),
    [],
  );
  assert.deepEqual(sorted(own.map(({ key }) => key)), sorted([...keys]), "one asset a key");
  const ready = assets.filter(({ state }) => state === "ready");
  const listed = sorted(ready.map(({ videoId }) => videoId));
  // The page of the list is cached for some seconds.
  await until("the catalogue as the ledger has it", 60, async () => {
    const now = await catalogue(stage);
    assert.equal(new Set(now).size, now.length, "no title twice in the catalogue");
    return now.length === listed.length;
  });
  assert.deepEqual(sorted(await catalogue(stage)), listed);

  const made = await jobs(stage);
  const label = (assetId = "", attempt = ""): string => `${assetId} ${attempt}`;
  const labels = made.map(({ UserMetadata }) => label(UserMetadata?.assetId, UserMetadata?.attempt));
  assert.equal(new Set(labels).size, made.length, "one job an attempt");
  const current = assets.filter(({ jobId }) => made.some(({ Id }) => Id === jobId));
  assert.equal(current.length, assets.length, "every title's job is the service's");
  assert.equal(made.length, assets.length + failedAttempts);
  await checkObjects(stage, assets, made);
  assert.deepEqual((await messages(stage)).dead, []);

  const list = await runToEnd("cli/titles.ts", ["list", "--json"], { VOD_LOCAL: stage.folder });
  const rows = JSON.parse(list.stdout) as { assetId: string; state: string; attempts: number }[];
  assert.deepEqual(
    sorted(rows.map(({ assetId, state, attempts }) => `${assetId} ${state} ${attempts}`)),
    sorted(assets.map(({ assetId, state, attempt }) => `${assetId} ${state} ${attempt}`)),
    "the operator's list",
  );
  const restarts = made.reduce((sum, { RetryCount = 0 }) => sum + RetryCount, 0);
  return { uploads: own.length, jobs: made.length, restarts };
}

async function checkObjects(stage: Stage, assets: Asset[], made: Job[]): Promise<void> {
  const there = await objects(stage);
  const ready = assets.filter(({ state }) => state === "ready");
  const expected: string[] = [];
  for (const asset of ready) expected.push(...(await namedBy(stage, asset)), String(asset.outputs?.poster));
  for (const { Id = "", UserMetadata: { assetId = "", attempt } = {} } of made)
    expected.push(jobHistoryKey(assetId, Number(attempt), Id));
  const captures = assets.map(({ videoId, assetId }) => capturePrefix(videoId, assetId));
  const others = there.filter((key) => !captures.some((prefix) => key.startsWith(prefix)));
  assert.deepEqual(sorted(others), sorted(expected), "every object is named, every name is there");
  for (const { videoId, assetId, outputs } of ready) {
    assert.ok(outputs?.hls.startsWith(assetPrefix(videoId, assetId)));
  }
}
