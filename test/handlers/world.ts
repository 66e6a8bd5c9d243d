/** The handlers' world in memory: a table with its indexes, buckets, a transcoder, a bus, queues and a clock that stands still. */
import { createHash } from "node:crypto";
import type { CreateJobRequest, Job, JobStatus, ProbeResult } from "@aws-sdk/client-mediaconvert";
import type { StoryboardRequested, VideoChanged, VideoDetailType } from "../../contracts/events";
import { capturePrefix, manifestBase } from "../../contracts/keys";
import { LEDGER_INDEXES } from "../../contracts/ledgerTable";
import type { Asset } from "../../contracts/ledger";
import { ingest } from "../../handlers/ingest/core";
import { uploadMessage } from "../../handlers/ingest/upload";
import { TableLedger } from "../../handlers/ledger/ledger";
import type { IndexName, Item, Table, Write } from "../../handlers/ledger/schema";
import { operations } from "../../handlers/operations";
import {
  NotCreated,
  type Refused,
  type Store,
  type StoredObject,
  type Transcoder,
  type Upload,
} from "../../handlers/ports";
import { reconcile } from "../../handlers/reconcile/core";
import { storyboard } from "../../handlers/storyboard/core";
import { track } from "../../handlers/track/core";
import { CONFIG } from "../support/ingestConfig";

/** First bytes of an MP4 file, with the zeros that every container has. */
export const MP4_HEAD = Uint8Array.from([
  0,
  0,
  0,
  24,
  ...Buffer.from("ftypisom"),
  0,
  0,
  2,
  0,
  ...Buffer.from("isomiso2"),
]);

export class MemoryTable implements Table {
  readonly items = new Map<string, Item>();
  /** Runs before a write is looked at: a rival, or a fault. */
  beforeWrite: (writes: Write[]) => void = () => undefined;

  async get(pk: string): Promise<Item | undefined> {
    return structuredClone(this.items.get(pk));
  }

  async getMany(pks: string[]): Promise<Item[]> {
    return pks.flatMap((pk) => structuredClone(this.items.get(pk)) ?? []);
  }

  async write(writes: Write[]): Promise<boolean> {
    this.beforeWrite(writes);
    const holds = ({ item, expected }: Write): boolean => (this.items.get(item.pk)?.revision ?? null) === expected;
    if (!writes.every(holds)) return false;
    // As DynamoDB stores it: attributes without a value are not there.
    for (const { item } of writes) this.items.set(item.pk, JSON.parse(JSON.stringify(item)) as Item);
    return true;
  }

  async query(index: IndexName, hash: string, options: { upTo?: string; limit?: number } = {}): Promise<Item[]> {
    const { hashKey, rangeKey } = LEDGER_INDEXES[index];
    const found = [...this.items.values()]
      .filter((item) => item[hashKey] === hash && typeof item[rangeKey] === "string")
      .filter((item) => options.upTo === undefined || String(item[rangeKey]) <= options.upTo)
      .sort((a, b) => String(a[rangeKey]).localeCompare(String(b[rangeKey])));
    return structuredClone(found.slice(0, options.limit));
  }
}

interface Held extends StoredObject {
  body: Uint8Array;
}

export class MemoryStore implements Store {
  readonly buckets = new Map<string, Map<string, Held>>();
  constructor(private readonly now: () => Date) {}

  private bucket(name: string): Map<string, Held> {
    const bucket = this.buckets.get(name) ?? new Map<string, Held>();
    this.buckets.set(name, bucket);
    return bucket;
  }

  keys(bucket: string): string[] {
    return [...this.bucket(bucket).keys()].sort();
  }

  remove(bucket: string, key: string): void {
    this.bucket(bucket).delete(key);
  }

  async head(bucket: string, key: string): Promise<StoredObject | undefined> {
    return this.bucket(bucket).get(key);
  }

  async readPart(bucket: string, key: string, from: number, bytes: number): Promise<Uint8Array> {
    const body = this.bucket(bucket).get(key)?.body;
    if (!body || body.length <= from) throw new Error("InvalidRange");
    return body.subarray(from, from + bytes);
  }

  async read(bucket: string, key: string): Promise<Uint8Array | undefined> {
    return this.bucket(bucket).get(key)?.body;
  }

  async write(bucket: string, key: string, body: Uint8Array | string): Promise<void> {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const etag = createHash("md5").update(bytes).digest("hex");
    this.bucket(bucket).set(key, { key, body: bytes, size: bytes.length, etag, lastModified: this.now() });
  }

  async list(bucket: string, prefix: string, after = ""): Promise<{ objects: StoredObject[]; next?: string }> {
    const keys = this.keys(bucket).filter((key) => key.startsWith(prefix) && key > after);
    const page = keys.slice(0, 1000).flatMap((key) => this.bucket(bucket).get(key) ?? []);
    const last = page.at(-1)?.key;
    return { objects: page, ...(keys.length > page.length && last ? { next: last } : {}) };
  }
}

/** An MP4 of 1280×720 with sound, 25 pictures a second. */
export function probeResult(duration = 60, size = { Width: 1280, Height: 720 }): ProbeResult {
  return {
    Container: {
      Format: "mp4",
      Duration: duration,
      Tracks: [
        {
          Index: 1,
          TrackType: "video",
          Codec: "AVC",
          VideoProperties: { ...size, FrameRate: { Numerator: 25, Denominator: 1 } },
        },
        { Index: 2, TrackType: "audio", Codec: "AAC", AudioProperties: { Channels: 2, LanguageCode: "spa" } },
      ],
    },
  };
}

export class MemoryTranscoder implements Transcoder {
  readonly jobs: Job[] = [];
  probed = 0;
  /** What Probe answers, or throws. */
  onProbe: () => { result: ProbeResult } | Refused = () => ({ result: probeResult() });
  /** Runs before a job is made: throw to fail without one. */
  beforeCreate: () => void = () => undefined;
  /** Runs after: throw to lose the reply. */
  afterCreate: () => void = () => undefined;
  onRefuse: (() => Refused | undefined) | undefined;
  constructor(private readonly now: () => Date) {}

  async probe(): Promise<{ result: ProbeResult } | Refused> {
    this.probed += 1;
    return this.onProbe();
  }

  async createJob(request: CreateJobRequest): Promise<{ jobId: string } | Refused> {
    this.beforeCreate();
    const refused = this.onRefuse?.();
    if (refused) return refused;
    const sinceCreated = (job: Job): number => this.now().getTime() - (job.CreatedAt?.getTime() ?? 0);
    const same = this.jobs.find(
      (job) => job.ClientRequestToken === request.ClientRequestToken && sinceCreated(job) < 60_000,
    );
    const made = same ?? this.make(request);
    this.afterCreate();
    return { jobId: String(made.Id) };
  }

  private make(request: CreateJobRequest): Job {
    const id = `${1700000000000 + this.jobs.length}-abcdef`;
    const job: Job = { ...request, Id: id, Status: "SUBMITTED", CreatedAt: this.now() };
    this.jobs.push(job);
    return job;
  }

  async job(jobId: string): Promise<Job | undefined> {
    return structuredClone(this.jobs.find(({ Id }) => Id === jobId));
  }

  async findJob({ queue, assetId, attempt }: Parameters<Transcoder["findJob"]>[0]): Promise<Job | undefined> {
    const own = ({ Queue, UserMetadata }: Job): boolean =>
      Queue === queue && UserMetadata?.assetId === assetId && UserMetadata.attempt === String(attempt);
    return structuredClone(this.jobs.find(own));
  }
}

export const throttled = (): never => {
  throw new NotCreated("Rate exceeded");
};

export interface Told {
  type: VideoDetailType;
  detail: VideoChanged;
}

/** Everything together, and short words for what tests do with it. */
export class World {
  time = new Date("2026-11-24T12:00:00.000Z");
  readonly now = (): Date => new Date(this.time);
  readonly clock = { now: this.now };
  readonly table = new MemoryTable();
  readonly store = new MemoryStore(this.now);
  readonly transcoder = new MemoryTranscoder(this.now);
  readonly told: Told[] = [];
  readonly wanted: StoryboardRequested[] = [];
  readonly sent: Upload[] = [];
  readonly counted: string[] = [];
  readonly logged: string[] = [];
  /** Runs before the bus takes an event: throw to lose it. */
  beforeBus: (what: string) => void = () => undefined;
  config = { ...CONFIG };
  private id = 0;
  private sequencer = 0x62e99a88dc407460n;

  readonly ledger = new TableLedger(this.table, this.clock, {
    next: () => `0193-${String((this.id += 1)).padStart(4, "0")}`,
  });

  readonly ports = {
    ledger: this.ledger,
    store: this.store,
    transcoder: this.transcoder,
    clock: this.clock,
    bus: {
      videoChanged: async (type: VideoDetailType, detail: VideoChanged): Promise<void> => {
        this.beforeBus(type);
        this.told.push({ type, detail: structuredClone(detail) });
      },
      requestStoryboard: async (detail: StoryboardRequested): Promise<void> => {
        this.beforeBus("StoryboardRequested");
        this.wanted.push(detail);
      },
    },
    ingestQueue: {
      send: async (upload: Upload): Promise<void> => {
        this.sent.push(upload);
      },
    },
    log: {
      info: (message: string): unknown => this.logged.push(message),
      warn: (message: string): unknown => this.logged.push(message),
      error: (message: string): unknown => this.logged.push(message),
    },
    metrics: { count: (name: string): unknown => this.counted.push(name) },
  };

  readonly operations = operations(this.ports);

  wait(minutes: number): void {
    this.time = new Date(this.time.getTime() + minutes * 60_000);
  }

  /** Puts a file into the ingest bucket; its event, not yet delivered. */
  async upload(key: string, body: Uint8Array = MP4_HEAD): Promise<unknown> {
    await this.store.write("ingest", key, body);
    this.sequencer += 1n;
    const etag = (await this.store.head("ingest", key))?.etag ?? "";
    const sequencer = this.sequencer.toString(16).toUpperCase().padStart(18, "0");
    return {
      version: "0",
      id: `event-${sequencer}`,
      "detail-type": "Object Created",
      source: "aws.s3",
      time: this.time.toISOString(),
      detail: {
        bucket: { name: "ingest" },
        object: { key, size: body.length, etag, sequencer },
        reason: "PutObject",
      },
    };
  }

  ingest = (body: unknown): Promise<void> => ingest(body, this.ports, this.config);
  track = (body: unknown): Promise<void> => track(body, this.ports, this.config);
  reconcile = (): Promise<void> => reconcile(this.ports, this.config);

  /** Delivers the upload messages that reconcile or an operator has sent. */
  async deliverSent(): Promise<void> {
    for (const upload of this.sent.splice(0)) await this.ingest(uploadMessage(upload));
  }

  /** Delivers the oldest storyboard request. */
  async drawStoryboard(last = false): Promise<void> {
    const detail = this.wanted.shift();
    if (!detail) throw new Error("no storyboard was asked for");
    const body = { source: "vod.pipeline", "detail-type": "StoryboardRequested", detail };
    await storyboard({ body, last }, this.ports, this.config);
  }

  async asset(key: string): Promise<Asset> {
    const found = [...this.table.items.values()].filter((item) => item.pk.startsWith("ASSET#") && item.key === key);
    const [newest] = found.sort((a, b) => String(b.sequencer).localeCompare(String(a.sequencer)));
    if (!newest) throw new Error(`no asset of ${key}`);
    return newest as unknown as Asset;
  }

  /** Uploads, ingests, and gives the asset. */
  async submitted(key = "film.mp4"): Promise<Asset> {
    await this.ingest(await this.upload(key));
    return this.asset(key);
  }

  /** What the service records of a job from now on. A complete one has written its outputs. */
  async setJob(asset: Asset, status: JobStatus, more: Partial<Job> = {}): Promise<Job> {
    const job = this.transcoder.jobs.find(
      ({ UserMetadata }) => UserMetadata?.assetId === asset.assetId && UserMetadata.attempt === String(asset.attempt),
    );
    if (!job) throw new Error(`no job of ${asset.assetId}`);
    Object.assign(job, { Status: status, ...more });
    if (status === "COMPLETE") await this.writeOutputs(asset);
    return job;
  }

  async writeOutputs({ videoId, assetId }: Asset, captures: Uint8Array[] = []): Promise<void> {
    const base = manifestBase(videoId, assetId);
    const hls = [
      "#EXTM3U",
      '#EXT-X-STREAM-INF:BANDWIDTH=1500000,AVERAGE-BANDWIDTH=1200000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=854x480',
      "stream_480p.m3u8",
      '#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=3000000,BANDWIDTH=4200000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720',
      "stream_720p.m3u8",
    ];
    await this.store.write("media", `${base}.m3u8`, hls.join("\n"));
    await this.store.write("media", `${base}.mpd`, "<MPD/>");
    for (const [index, bytes] of captures.entries()) {
      const name = `frame.${String(index).padStart(7, "0")}.jpg`;
      await this.store.write("media", capturePrefix(videoId, assetId) + name, bytes);
    }
  }
}

/** An event of a job, in the shape that the service sends. */
export function jobEvent(job: Job, status: string, more: Record<string, unknown> = {}): unknown {
  return {
    version: "0",
    id: "1234abcd-12ab-34cd-56ef-1234567890ab",
    "detail-type": "MediaConvert Job State Change",
    source: "aws.mediaconvert",
    time: "2026-11-24T12:00:00Z",
    detail: {
      timestamp: 1795521600000,
      accountId: "000000000000",
      queue: job.Queue,
      jobId: job.Id,
      status,
      userMetadata: job.UserMetadata,
      ...more,
    },
  };
}
