/** The world as the handlers' cores see it. `handlers/aws` gives them AWS, tests and the simulation give them memory. */
import type { CreateJobRequest, Job, ProbeResult } from "@aws-sdk/client-mediaconvert";
import type { StoryboardRequested, VideoChanged, VideoDetailType } from "../contracts/events";
import type { Asset, AssetState, Reason, Title } from "../contracts/ledger";

export interface Clock {
  now(): Date;
}

export interface Ids {
  /** A UUIDv7: sorts by time and says nothing about the file. */
  next(): string;
}

/** One object that has arrived, from its event or found by reconcile. */
export interface Upload {
  bucket: string;
  key: string;
  /** The version-id, else the sequencer. */
  version: string;
  sequencer: string;
  /** Bytes; 0 when the event does not say. */
  size: number;
  /** Without quotes; empty when the event does not say. */
  etag: string;
  /** ISO 8601, by S3's clock. */
  uploaded: string;
  /** Found by reconcile, without an event. */
  recovered: boolean;
}

export interface Changed {
  asset: Asset;
  /** False when the decision was to leave it. */
  changed: boolean;
}

export interface Ledger {
  /** The asset of this upload: made now, or by an earlier delivery. The same upload never has two. */
  claim(upload: Upload): Promise<Asset>;
  asset(assetId: string): Promise<Asset | undefined>;
  /**
   * Reads, decides, writes on condition that nobody wrote between; decides again if somebody did.
   * @param decide the asset as it shall be, or undefined to leave it. Must be pure: it may run several times.
   * @returns undefined when there is no such asset.
   */
  change(assetId: string, decide: (asset: Asset) => Asset | undefined): Promise<Changed | undefined>;
  /** The titles that are known of these objects, in no particular order. */
  titles(objects: { bucket: string; key: string }[]): Promise<Title[]>;
  /** Makes a ready asset the one that plays, unless a newer one plays already. */
  makeCurrent(asset: Asset): Promise<void>;
  /** Oldest first. */
  assetsOf(videoId: string): Promise<Asset[]>;
  inState(state: AssetState): Promise<Asset[]>;
  /** What should have been done by `now`, longest overdue first. */
  overdue(now: Date, limit: number): Promise<Asset[]>;
  /** Where a listing that takes several runs stopped; undefined at its beginning. */
  cursor(name: string): Promise<string | undefined>;
  saveCursor(name: string, value: string | undefined): Promise<void>;
}

export interface StoredObject {
  key: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  lastModified: Date;
}

export interface Store {
  /** Undefined when there is no such object. */
  head(bucket: string, key: string): Promise<StoredObject | undefined>;
  /** At most `bytes` from there on; fewer at the object's end, which must lie behind `from`. */
  readPart(bucket: string, key: string, from: number, bytes: number): Promise<Uint8Array>;
  /** Undefined when there is no such object. */
  read(bucket: string, key: string): Promise<Uint8Array | undefined>;
  write(bucket: string, key: string, body: Uint8Array | string, contentType: string): Promise<void>;
  /** One page of at most 1,000 objects, by key. */
  list(bucket: string, prefix: string, after?: string): Promise<{ objects: StoredObject[]; next?: string }>;
}

/** The service said no, and will say no again: `reason` says why. Anything else that fails throws and may be tried again. */
export interface Refused {
  refused: Reason;
}

export interface Transcoder {
  probe(bucket: string, key: string): Promise<{ result: ProbeResult } | Refused>;
  /** @throws NotCreated when it is certain that no job was made; any other error leaves that open. */
  createJob(request: CreateJobRequest): Promise<{ jobId: string } | Refused>;
  /** Undefined when the service knows no such job. */
  job(jobId: string): Promise<Job | undefined>;
  /** The job of this attempt among those created in the queue since then. */
  findJob(query: { queue: string; assetId: string; attempt: number; since: Date }): Promise<Job | undefined>;
}

/** CreateJob failed before a job was made: throttled, or a quota is used up. */
export class NotCreated extends Error {
  override readonly name = "NotCreated";
}

export interface Bus {
  videoChanged(type: VideoDetailType, detail: VideoChanged): Promise<void>;
  requestStoryboard(detail: StoryboardRequested): Promise<void>;
}

export interface IngestQueue {
  /** Sends an upload as if its event had come (again). */
  send(upload: Upload): Promise<void>;
}

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface Metrics {
  count(name: string): void;
}
