/** What the api reads of the catalogue. Only what plays is visible: a title without a ready asset does not exist here. */
import { type Kysely, sql } from "kysely";
import type { AssetOutputs } from "../../../../contracts/ledger.js";
import type { Database } from "../../../database/schema.js";
import type { Position } from "../core/cursor.js";

export interface TitleRow {
  videoId: string;
  title: string;
  outputs: AssetOutputs;
  /** ISO 8601, UTC, microseconds. */
  publishedAt: string;
}

const publishedAt = sql<string>`to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export interface Titles {
  /** At most `limit` rows after `after`, newest first. */
  list(limit: number, after: Position | null): Promise<TitleRow[]>;
  find(videoId: string): Promise<TitleRow | undefined>;
  /** @throws when the database does not answer. */
  ping(): Promise<void>;
}

export function titlesOf(db: Kysely<Database>): Titles {
  const rows = db
    .selectFrom("titles")
    .select(["video_id as videoId", "title", publishedAt.as("publishedAt")])
    .select((row) => row.ref("outputs").$castTo<AssetOutputs>().as("outputs"))
    .where("asset_id", "is not", null);
  return {
    list: (limit, after) => {
      const page = rows.orderBy("published_at", "desc").orderBy("video_id", "desc").limit(limit);
      if (!after) return page.execute();
      // A row comparison walks the index from the last row; OFFSET would read all rows before it.
      const key = sql<boolean>`(published_at, video_id) < (${after.publishedAt}::timestamptz, ${after.videoId}::uuid)`;
      return page.where(key).execute();
    },
    find: (videoId) => rows.where("video_id", "=", videoId).executeTakeFirst(),
    ping: async () => {
      await sql`SELECT 1`.execute(db);
    },
  };
}
