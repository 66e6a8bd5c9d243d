/** The catalogue's one table. The reasons for its two halves are in `schema.ts`. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<never>): Promise<void> {
  // Sequencers are hex of equal length: their order is the order of bytes, whatever the database's collation.
  await sql`
    CREATE TABLE titles (
      video_id        uuid PRIMARY KEY,
      title           text NOT NULL CHECK (length(title) BETWEEN 1 AND 1024),
      asset_id        uuid,
      asset_sequencer text COLLATE "C",
      outputs         jsonb,
      duration        double precision CHECK (duration >= 0),
      published_at    timestamptz,
      state           text NOT NULL CHECK (state IN ('ready', 'failed', 'rejected', 'held', 'canceled')),
      state_asset_id  uuid NOT NULL,
      state_sequencer text COLLATE "C" NOT NULL,
      state_at        timestamptz NOT NULL,
      reason          jsonb,
      created_at      timestamptz NOT NULL DEFAULT now(),
      updated_at      timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT titles_plays_whole CHECK (
        (asset_id IS NULL) = (outputs IS NULL) AND (asset_id IS NULL) = (asset_sequencer IS NULL)
        AND (asset_id IS NULL) = (duration IS NULL) AND (asset_id IS NULL) = (published_at IS NULL)
      )
    )
  `.execute(db);
  // Newest first, by key and not by offset; only what plays is listed.
  await sql`
    CREATE INDEX titles_newest ON titles (published_at DESC, video_id DESC) WHERE asset_id IS NOT NULL
  `.execute(db);
}

export async function down(db: Kysely<never>): Promise<void> {
  await sql`DROP TABLE titles`.execute(db);
}
