/**
 * Items of the ledger's table. The keys that hold an object's name are hashes of it: a key of 1,024 bytes, a bucket and a
 * version would come close to DynamoDB's 2,048 bytes, and names do not belong in identifiers.
 *
 * | pk                               | item                                                          |
 * | -------------------------------- | ------------------------------------------------------------- |
 * | `ASSET#<assetId>`                | an `Asset`; in byVideo, byState and, while it has a `due`, in outstanding |
 * | `CLAIM#<hash of bucket,key,version>` | `assetId`: what makes an upload's asset unique            |
 * | `TITLE#<hash of bucket,key>`     | a `Title`                                                     |
 * | `CURSOR#<name>`                  | where a long listing stopped                                  |
 *
 * Every item carries `revision`, counted up by each write; a write names the revision that it read.
 */
import { createHash } from "node:crypto";
import type { LEDGER_INDEXES } from "../../contracts/ledgerTable";
import type { Upload } from "../ports";

export interface Item {
  pk: string;
  revision: number;
  [attribute: string]: unknown;
}

/** `expected`: the revision that must be there, null when nothing may be there. */
export interface Write {
  item: Item;
  expected: number | null;
}

export type IndexName = keyof typeof LEDGER_INDEXES;

/** A table as the ledger needs it. Reads by key are strongly consistent, queries of an index are not. */
export interface Table {
  get(pk: string): Promise<Item | undefined>;
  getMany(pks: string[]): Promise<Item[]>;
  /** All or nothing; false when an expectation did not hold. At most 3 items. */
  write(writes: Write[]): Promise<boolean>;
  /** Ascending by the range key, up to and with `upTo`, at most `limit` (default: all). */
  query(index: IndexName, hash: string, options?: { upTo?: string; limit?: number }): Promise<Item[]>;
}

const hash = (...parts: string[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

export const assetKey = (assetId: string): string => `ASSET#${assetId}`;
export const claimKey = ({ bucket, key, version }: Pick<Upload, "bucket" | "key" | "version">): string =>
  `CLAIM#${hash(bucket, key, version)}`;
export const titleKey = ({ bucket, key }: { bucket: string; key: string }): string => `TITLE#${hash(bucket, key)}`;
export const cursorKey = (name: string): string => `CURSOR#${name}`;

/** Value of the sparse index's hash key: there is one list of outstanding work. */
export const OUTSTANDING = "yes";
