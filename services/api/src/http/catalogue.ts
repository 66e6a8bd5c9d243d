/** What the routes ask: lists and titles as ready bytes, from memory while they are fresh or the database is away. */
import { readyReply, type ReadyReply } from "./readyBytes.js";
import type { TitleRow, Titles } from "../data/titles.js";
import type { Position } from "../core/cursor.js";
import { FreshCache } from "../core/freshCache.js";
import { detailOf, listOf } from "../core/views.js";

export interface KnownTitle {
  row: TitleRow;
  reply: ReadyReply;
}

/** Bytes, for each of the two caches: the service's memory is bounded, not its number of titles. */
const CACHE_BYTES = 16 * 1024 * 1024;

export class Catalogue {
  readonly #titles: Titles;
  readonly #lists: FreshCache<ReadyReply>;
  readonly #known: FreshCache<KnownTitle>;

  /** @param onStale told when older bytes are served because the database failed. */
  constructor(titles: Titles, onStale: (error: unknown) => void) {
    this.#titles = titles;
    this.#lists = new FreshCache({ maxBytes: CACHE_BYTES, bytesOf: (reply) => reply.body.length, onStale });
    // The row is about as large as the reply made of it.
    this.#known = new FreshCache({ maxBytes: CACHE_BYTES, bytesOf: ({ reply }) => 2 * reply.body.length, onStale });
  }

  freshList(limit: number, cursor: string): ReadyReply | undefined {
    return this.#lists.fresh(`${limit} ${cursor}`);
  }

  /** @param cursor the text that `after` was read from; it names the page. */
  async list(limit: number, cursor: string, after: Position | null): Promise<ReadyReply> {
    // One row more than asked: it tells whether a page follows.
    const make = async (): Promise<ReadyReply> => readyReply(listOf(await this.#titles.list(limit + 1, after), limit));
    return (await this.#lists.load(`${limit} ${cursor}`, make)) as ReadyReply;
  }

  freshTitle(videoId: string): KnownTitle | undefined {
    return this.#known.fresh(videoId);
  }

  title(videoId: string): Promise<KnownTitle | undefined> {
    return this.#known.load(videoId, async () => {
      const row = await this.#titles.find(videoId);
      return row && { row, reply: readyReply(detailOf(row)) };
    });
  }
}
