/**
 * Values that are served for a moment without asking, made once however many ask, and served on while their source is
 * away: an old list is better than none.
 */
import { LRUCache } from "lru-cache";

export interface FreshCacheOptions<T> {
  /** Bytes kept at most, over all values. */
  maxBytes: number;
  bytesOf: (value: T) => number;
  /** Told when a value that is no longer fresh is served because its source failed. */
  onStale: (error: unknown) => void;
  /** Milliseconds a value is fresh. Default 2,000. */
  ttl?: number;
}

/** Beside its value an entry costs about this. */
const ENTRY_BYTES = 512;
const DEFAULT_TTL = 2_000;

export class FreshCache<T extends object> {
  readonly #kept: LRUCache<string, T, () => Promise<T | undefined>>;

  constructor(options: FreshCacheOptions<T>) {
    this.#kept = new LRUCache<string, T, () => Promise<T | undefined>>({
      maxSize: options.maxBytes,
      sizeCalculation: (value, key) => options.bytesOf(value) + key.length + ENTRY_BYTES,
      ttl: options.ttl ?? DEFAULT_TTL,
      // Else the look for a fresh value would throw away what is served when the source fails.
      noDeleteOnStaleGet: true,
      fetchMethod: async (_key, stale, { context: make }) => {
        try {
          return await make();
        } catch (error) {
          if (!stale) throw error;
          // Kept as if it were new: for a moment nobody asks the source that is away.
          options.onStale(error);
          return stale;
        }
      },
    });
  }

  /** Synchronous: the path of nearly every request. */
  fresh(key: string): T | undefined {
    return this.#kept.get(key);
  }

  /**
   * Those who ask while it is being made wait for the same one. Undefined from `make` means there is no such thing (any
   * more), and an older value is dropped.
   * @throws what `make` throws, unless an older value is left.
   */
  async load(key: string, make: () => Promise<T | undefined>): Promise<T | undefined> {
    const value = await this.#kept.fetch(key, { context: make });
    if (value === undefined) this.#kept.delete(key);
    return value;
  }
}
