/**
 * The ledger: one DynamoDB item for each asset (bucket, key, version), and one for each title (bucket, key).
 * Shapes only; the conditional writes are in `handlers/ledger/`.
 */

/** States an asset passes through. They go forward within an attempt and never regress (see `RANK`). */
export const ASSET_STATES = [
  "claimed",
  "probed",
  "held",
  "submitted",
  "progressing",
  "ready",
  "failed",
  "rejected",
  "canceled",
] as const;
export type AssetState = (typeof ASSET_STATES)[number];

/** Order of the states within one attempt: a transition must raise the rank. Ends share the highest one. */
export const RANK: Readonly<Record<AssetState, number>> = {
  claimed: 0,
  probed: 1,
  held: 2,
  submitted: 3,
  progressing: 4,
  ready: 9,
  failed: 9,
  rejected: 9,
  canceled: 9,
};

/** Is it one of the four ends: ready, failed, rejected, canceled? `held` is none, it waits for a person. */
export const isEnd = (state: AssetState): boolean => RANK[state] === 9;

/** Why an asset is rejected, failed or held. `code` is stable and for programs, `text` is for people. */
export interface Reason {
  code: string;
  text: string;
}

export interface Rendition {
  /** Pixels. */
  width: number;
  height: number;
  /** Bits per second: the BANDWIDTH of the HLS manifest. */
  bitrate: number;
}

/** What a ready asset offers. All are object keys in the media bucket. */
export interface AssetOutputs {
  hls: string;
  dash: string;
  poster: string | null;
  /** WebVTT file that names the tiles of the sprite sheet. */
  thumbnails: string | null;
  renditions: Rendition[];
  /** Seconds. */
  duration: number;
}

export interface HistoryEntry {
  /** ISO 8601. */
  at: string;
  state: AssetState;
  attempt: number;
  note?: string;
}

/** One upload. `pk` is `ASSET#<assetId>`; `source` (bucket, key, version) is unique by a claim item, `CLAIM#<source>`. */
export interface Asset {
  assetId: string;
  videoId: string;
  bucket: string;
  key: string;
  /** The object's version-id, else its sequencer. */
  version: string;
  /** As S3 sent it; compare with `comparableSequencer`. */
  sequencer: string;
  /** ISO 8601: when S3 says that the object was created. */
  uploaded: string;
  /** True when reconcile found the object and no event had come: its sequencer is then made up. */
  recovered?: boolean;
  /** Bytes. */
  size: number;
  etag: string;
  /** First title: the file's name without folder and extension. */
  title: string;
  state: AssetState;
  reason?: Reason;
  /** 1 for the first. A retry adds one. */
  attempt: number;
  jobId?: string;
  /**
   * Somebody has set out to create this attempt's job in that queue. Cleared once it is known whether there is one.
   */
  submitting?: { at: string; queue: string };
  /** A person accepted the price of a held asset. */
  approved?: boolean;
  /** The state and attempt that the bus has been told of, `<attempt>:<state>`. */
  announced?: string;
  /** USD, of one attempt; 0 until probed. */
  price: number;
  /** 0 to 100, of the running job. */
  progress: number;
  /** Source facts: a `SourceProbe` of `encoding/probe.ts`. */
  probe?: unknown;
  /** Set when the job is complete; the asset becomes ready once the storyboard is done (or given up). */
  outputs?: AssetOutputs;
  warning?: Reason;
  history: HistoryEntry[];
  /** ISO 8601: when reconcile looks after this asset. Absent when nothing is left to do. */
  due?: string;
  created: string;
  updated: string;
}

/** What a title (bucket, key) is known by, over all its uploads. */
export interface Title {
  videoId: string;
  bucket: string;
  key: string;
  /** The newest upload that has been claimed, by sequencer. */
  latest: { assetId: string; sequencer: string };
  /** The uploads claimed last, the last one first: reconcile and a late event may tell of one object. `found`: by reconcile. */
  recent: { assetId: string; etag: string; uploaded: string; found?: string }[];
  /** The newest ready asset: the one that plays. */
  current?: { assetId: string; sequencer: string };
}

/**
 * Sequencers of one key order its events when compared as hexadecimal of equal length, padded on the right with zeros
 * (S3 User Guide, "Event message structure"). 48 digits are more than twice what S3 sends.
 */
export const comparableSequencer = (sequencer: string): string => sequencer.toUpperCase().padEnd(48, "0");
