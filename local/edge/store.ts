/** What the edge keeps in memory: answers of the origins, oldest use out first, bounded in bytes. */
import { LRUCache } from "lru-cache";

export interface KeptReply {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Milliseconds since 1970. */
  storedAt: number;
  expiresAt: number;
}

/** Larger objects pass through and are not kept. */
export const MOST_OF_ONE = 16 * 1024 * 1024;
const ENTRY_BYTES = 1_024;

export class Store {
  readonly #kept: LRUCache<string, KeptReply>;
  readonly #now: () => number;

  constructor(maxBytes: number, now: () => number) {
    this.#now = now;
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: MOST_OF_ONE + ENTRY_BYTES,
      sizeCalculation: (reply) => reply.body.length + ENTRY_BYTES,
    });
  }

  get(key: string): KeptReply | undefined {
    const kept = this.#kept.get(key);
    if (!kept || kept.expiresAt > this.#now()) return kept;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, reply: KeptReply): void {
    this.#kept.set(key, reply);
  }
}
