/** Uploads files into the running platform and follows what becomes of them, by the ledger. */
import { createReadStream } from "node:fs";
import { Upload } from "@aws-sdk/lib-storage";
import { type Asset, ASSET_STATES, isEnd } from "../../contracts/ledger.js";
import { systemClock, uuids } from "../../handlers/aws/clock.js";
import { DynamoTable } from "../../handlers/ledger/dynamo.js";
import { TableLedger } from "../../handlers/ledger/ledger.js";
import type { Ledger } from "../../handlers/ports.js";
import type { Cloud } from "../cloud/clients.js";

const POLL_MILLISECONDS = 250;
/** Bytes: S3's least part is 5 MiB. */
const PART_SIZE = 16 * 1024 * 1024;

interface Parts {
  record: { outputs: Record<string, unknown> };
  cloud: Cloud;
}

export const ledgerOf = ({ record, cloud }: Parts): Ledger =>
  new TableLedger(new DynamoTable(cloud.in().tables, String(record.outputs.ledgerTable)), systemClock, uuids);

const ingestBucketOf = ({ record }: Parts): string => String(record.outputs.ingestBucket);

/** Stands for the backoffice's multipart upload. */
export async function uploadSource(parts: Parts, key: string, file: string): Promise<void> {
  const params = { Bucket: ingestBucketOf(parts), Key: key, Body: createReadStream(file) };
  await new Upload({ client: parts.cloud.in().s3, params, partSize: PART_SIZE }).done();
}

/** The asset of a key's newest upload that the ledger has claimed. */
export async function newestUpload(parts: Parts, key: string): Promise<Asset | undefined> {
  const ledger = ledgerOf(parts);
  const [title] = await ledger.titles([{ bucket: ingestBucketOf(parts), key }]);
  return title && ledger.asset(title.latest.assetId);
}

/**
 * Waits until the newest upload of a key has an end, or is held.
 * @param onChange is called with each state and each step of progress.
 */
export async function followUpload(
  parts: Parts,
  key: string,
  onChange: (asset: Asset) => void,
  signal: AbortSignal,
): Promise<Asset> {
  let seen = "";
  for (;;) {
    signal.throwIfAborted();
    const asset = await newestUpload(parts, key);
    if (asset) {
      const now = `${asset.state} ${asset.progress}`;
      if (now !== seen) onChange(asset);
      seen = now;
      if (isEnd(asset.state) || asset.state === "held") return asset;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

/** Whether the ledger knows any asset at all. */
export async function hasTitles(parts: Parts): Promise<boolean> {
  const ledger = ledgerOf(parts);
  for (const state of ASSET_STATES) if ((await ledger.inState(state)).length > 0) return true;
  return false;
}
