/** How an asset may change. Pure: every writer decides with these, so that no event can push a title backwards. */
import {
  type Asset,
  type AssetState,
  comparableSequencer,
  isEnd,
  RANK,
  type Reason,
  type Title,
} from "../../contracts/ledger";
import type { Upload } from "../ports";

const MINUTE = 60_000;

/** When reconcile looks after an asset that nobody has moved on. Minutes. */
export const PATIENCE = {
  /** Longer than ten receives with their back-off. */
  ingest: 25,
  /**
   * Longer than a request for a job can be on its way: it is sent within a minute of its mark and ends within another;
   * the rest is for two machines whose clocks differ by minutes.
   */
  submission: 6,
  /** Between two looks at a job whose events do not come. A job may wait in its queue for hours. */
  job: 10,
  /** Longer than the storyboard's function can run. */
  storyboard: 20,
  /** An end that the bus has not been told of. */
  announcement: 2,
} as const;

/** The newest entries are kept: an item may have 400 KB, and a title may be retried for ever. */
const HISTORY_LENGTH = 100;

export const minutesAfter = (now: Date, minutes: number): string =>
  new Date(now.getTime() + minutes * MINUTE).toISOString();

/**
 * First title: the file's name without folder and extension; the whole name if nothing were left to be seen. PostgreSQL
 * has no text with a NUL: it becomes U+FFFD.
 */
export function titleOf(key: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const seen = [stem, name].find((text) => text.trim() !== "") ?? key;
  return seen.replaceAll("\0", "\ufffd");
}

export function newAsset(upload: Upload, ids: { assetId: string; videoId: string }, now: Date): Asset {
  const at = now.toISOString();
  const { recovered, ...facts } = upload;
  return {
    ...ids,
    ...facts,
    ...(recovered ? { recovered } : {}),
    title: titleOf(upload.key),
    state: "claimed",
    attempt: 1,
    price: 0,
    progress: 0,
    history: [{ at, state: "claimed", attempt: 1 }],
    due: minutesAfter(now, PATIENCE.ingest),
    created: at,
    updated: at,
  };
}

/**
 * When a change counts as made: now, but after the asset's last one. The catalogue orders the news of an asset by this, and
 * the machines' clocks differ.
 */
const changeTime = ({ updated }: Asset, now: Date): string =>
  new Date(Math.max(now.getTime(), Date.parse(updated) + 1)).toISOString();

function dueAfter(state: AssetState, now: Date): string {
  if (isEnd(state) || state === "held") return minutesAfter(now, PATIENCE.announcement);
  if (state === "submitted" || state === "progressing") return minutesAfter(now, PATIENCE.job);
  return minutesAfter(now, PATIENCE.ingest);
}

export interface Step {
  to: AssetState;
  attempt: number;
  now: Date;
  reason?: Reason;
  patch?: Partial<Pick<Asset, "jobId" | "price" | "progress" | "probe" | "outputs" | "warning">>;
}

/** A step forward within the attempt; undefined for one that would stand still, go back or belong to another attempt. */
export function advance(asset: Asset, { to, attempt, now, reason, patch }: Step): Asset | undefined {
  if (attempt !== asset.attempt || RANK[to] <= RANK[asset.state]) return undefined;
  const at = changeTime(asset, now);
  const entry = { at, state: to, attempt, ...(reason ? { note: `${reason.code}: ${reason.text}` } : {}) };
  const { submitting, reason: _old, ...rest } = asset;
  return {
    ...rest,
    ...patch,
    // Until the job is known, whoever comes next must see that one may exist.
    ...(submitting && RANK[to] < RANK.submitted ? { submitting } : {}),
    ...(reason ? { reason } : {}),
    state: to,
    history: [...asset.history, entry].slice(-HISTORY_LENGTH),
    due: dueAfter(to, now),
    updated: at,
  };
}

/** What the running job reports. Also the first news of a job whose creation nobody saw the reply of. */
export function progress(asset: Asset, news: { jobId: string; percent: number; now: Date }): Asset | undefined {
  const { jobId, percent, now } = news;
  const patch = { jobId, progress: Math.max(asset.progress, Math.min(99, percent)) };
  if (asset.state !== "progressing") return advance(asset, { to: "progressing", attempt: asset.attempt, now, patch });
  if (patch.progress === asset.progress) return undefined;
  return { ...asset, ...patch, due: minutesAfter(now, PATIENCE.job), updated: changeTime(asset, now) };
}

/** The job is done: the asset plays, and waits for its pictures. */
export function complete(
  asset: Asset,
  done: { jobId: string; outputs: Asset["outputs"]; now: Date },
): Asset | undefined {
  const { jobId, outputs, now } = done;
  const running =
    asset.state === "progressing"
      ? asset
      : advance(asset, { to: "progressing", attempt: asset.attempt, now, patch: { jobId } });
  if (!running || running.outputs) return undefined;
  return {
    ...running,
    outputs,
    progress: 100,
    due: minutesAfter(now, PATIENCE.storyboard),
    updated: changeTime(asset, now),
  };
}

/** A new attempt at an asset that failed or was canceled. */
export function retried(asset: Asset, now: Date): Asset {
  const {
    jobId: _job,
    reason: _reason,
    outputs: _outputs,
    warning: _warning,
    submitting: _submitting,
    ...rest
  } = asset;
  const at = changeTime(asset, now);
  const attempt = asset.attempt + 1;
  return {
    ...rest,
    attempt,
    state: "claimed",
    progress: 0,
    history: [...asset.history, { at, state: "claimed" as const, attempt, note: "retry" }].slice(-HISTORY_LENGTH),
    due: minutesAfter(now, PATIENCE.ingest),
    updated: at,
  };
}

const announcement = ({ attempt, state }: Asset): string => `${attempt}:${state}`;

/** True when the bus has still to be told where this asset stands. */
export const isUnannounced = (asset: Asset): boolean =>
  (isEnd(asset.state) || asset.state === "held") && asset.announced !== announcement(asset);

export function announced(asset: Asset, told: Asset): Asset | undefined {
  if (announcement(asset) !== announcement(told)) return undefined;
  const { due, ...rest } = asset;
  return { ...rest, announced: announcement(asset), ...(asset.approved && asset.state === "held" ? { due } : {}) };
}

/** Puts off the next look at an asset that is as it should be. */
export const postponed = (asset: Asset, now: Date, minutes: number): Asset | undefined =>
  asset.due === undefined ? undefined : { ...asset, due: minutesAfter(now, minutes) };

export const isNewer = (sequencer: string, than: string): boolean =>
  comparableSequencer(sequencer) > comparableSequencer(than);

/** The last twelve of a sequencer's 48 digits: S3's own do not reach so far. */
const OWN_DIGITS = 1n << 48n;

/**
 * A sequencer for an object that was found without its event: right after the newest one known of its key. Two that are
 * found before either is known are told apart, and ordered, by when they were uploaded.
 */
export function sequencerAfter(newest: string | undefined, uploaded: string): string {
  const base = BigInt(`0x${comparableSequencer(newest ?? "0")}`);
  const dated = base - (base % OWN_DIGITS) + BigInt(Date.parse(uploaded));
  return (dated > base ? dated : base + 1n).toString(16).toUpperCase().padStart(48, "0");
}

/** A listing names whole seconds, an event milliseconds. */
const ROUNDING = 2_000;

/** How far the clock of the machine that found an object may be behind S3's. */
const CLOCKS_DIFFER = 3 * MINUTE;

/** Uploads of a key that its title remembers. More of them would have to be under way at once for one to be taken twice. */
const MOST_RECENT = 10;

/**
 * The asset that this very object has already, although under another version: reconcile found it before its event came,
 * or the event came before what reconcile had sent. A multipart upload is listed under the time of its beginning, so its
 * event may be hours later; but no event of an object is later than the moment at which it was found.
 */
export function assetOfObject({ recent, latest }: Title, upload: Upload): string | undefined {
  const at = Date.parse(upload.uploaded);
  // Of the same bytes found twice, an event belongs to those that were found first after it.
  const known = recent.findLast(({ etag, uploaded, found, assetId }) => {
    // The newest event may have named none.
    if (etag !== upload.etag && !(etag === "" && upload.recovered && assetId === latest.assetId)) return false;
    if (found !== undefined && upload.recovered) return upload.uploaded === uploaded;
    if (found !== undefined) return at >= Date.parse(uploaded) - ROUNDING && at <= Date.parse(found) + CLOCKS_DIFFER;
    return upload.recovered && Date.parse(uploaded) >= at - ROUNDING;
  });
  return known?.assetId;
}

/** What a title knows after this asset has been claimed. */
export function titleWith(asset: Asset, known: Title | undefined): Title {
  const { assetId, sequencer, etag, uploaded, videoId, bucket, key, recovered, created } = asset;
  const entry = { assetId, etag, uploaded, ...(recovered ? { found: created } : {}) };
  return {
    ...(known ?? { videoId, bucket, key }),
    latest: !known || isNewer(sequencer, known.latest.sequencer) ? { assetId, sequencer } : known.latest,
    recent: [entry, ...(known?.recent ?? [])].slice(0, MOST_RECENT),
  };
}
