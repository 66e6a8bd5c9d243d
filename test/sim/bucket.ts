/** The two buckets. The ingest bucket's objects stand for what a file contains; the media bucket's have their bytes. */
import type { Store, StoredObject } from "../../handlers/ports";
import { type Machine, SECOND, type Sim } from "./machine";

export interface SimObject {
  key: string;
  size: number;
  etag: string;
  /** True time. A listing names whole seconds. */
  modified: number;
  body: Uint8Array | string;
}

const asStored = ({ key, size, etag, modified }: SimObject): StoredObject => ({
  key,
  size,
  etag,
  lastModified: new Date(Math.floor(modified / SECOND) * SECOND),
});

const bytesOf = (body: Uint8Array | string): Uint8Array => (typeof body === "string" ? Buffer.from(body) : body);

export class SimBucket {
  readonly objects = new Map<string, SimObject>();
  private written = 0;

  constructor(private readonly sim: Sim) {}

  /** @param etag default: one that no other object has. */
  put(key: string, body: Uint8Array | string, { etag, modified }: { etag?: string; modified?: number } = {}): void {
    this.written += 1;
    this.objects.set(key, {
      key,
      body,
      size: body.length,
      etag: etag ?? `etag-${this.written}`,
      modified: modified ?? this.sim.scheduler.now,
    });
  }

  /** One page; real pages have a thousand objects, these have few, so that a listing has several. */
  list(prefix: string, after = ""): { objects: StoredObject[]; next?: string } {
    const mostOfAPage = 4;
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, mostOfAPage);
    const next = keys.length > mostOfAPage ? page.at(-1) : undefined;
    return { objects: page.map((key) => asStored(this.objects.get(key) as SimObject)), ...(next ? { next } : {}) };
  }
}

/** Both buckets as one machine reaches them. */
export function storeFrom(buckets: Readonly<Record<string, SimBucket>>, machine: Machine): Store {
  const read = { writes: false };
  const at = (bucket: string): SimBucket => {
    const found = buckets[bucket];
    if (!found) throw new Error(`there is no bucket ${bucket}`);
    return found;
  };
  return {
    head: (bucket, key) =>
      machine.effect(
        `${bucket}.head`,
        () => {
          const object = at(bucket).objects.get(key);
          return object && asStored(object);
        },
        read,
      ),
    readPart: (bucket, key, from, bytes) =>
      machine.effect(
        `${bucket}.readPart`,
        () => {
          const object = at(bucket).objects.get(key);
          if (!object || object.size <= from) throw new Error("InvalidRange");
          return bytesOf(object.body).subarray(from, from + bytes);
        },
        read,
      ),
    read: (bucket, key) =>
      machine.effect(
        `${bucket}.read`,
        () => {
          const object = at(bucket).objects.get(key);
          return object && bytesOf(object.body);
        },
        read,
      ),
    write: (bucket, key, body) => machine.effect(`${bucket}.write`, () => at(bucket).put(key, body), { writes: true }),
    list: (bucket, prefix, after) => machine.effect(`${bucket}.list`, () => at(bucket).list(prefix, after), read),
  };
}
