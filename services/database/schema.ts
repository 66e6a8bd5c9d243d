/** The catalogue's tables as kysely sees them. Column by column the same as `migrations/`. */
import type { ColumnType, Generated } from "kysely";
import type { AssetOutputs, Reason } from "../../contracts/ledger.js";
import type { VideoChanged } from "../../contracts/events.js";

type Timestamp = ColumnType<Date, Date | string, Date | string>;

/**
 * One row a title. Two halves that move apart: what *plays* (`asset_*`, `outputs`, `published_at`: the newest ready
 * asset) and what happened *last* (`state*`, `reason`: the newest event of any asset). So a failed re-upload is on
 * record and the film still plays.
 */
export interface TitlesTable {
  video_id: string;
  title: string;
  /** The ready asset that plays; null until there is one. */
  asset_id: string | null;
  asset_sequencer: string | null;
  outputs: ColumnType<AssetOutputs | null, string | null, string | null>;
  /** Seconds; null until an asset is ready. */
  duration: number | null;
  /** When the title could first be played. Kept over re-uploads, so that the list does not jump. */
  published_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  state: VideoChanged["state"];
  state_asset_id: string;
  state_sequencer: string;
  state_at: Timestamp;
  reason: ColumnType<Reason | null, string | null, string | null>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface Database {
  titles: TitlesTable;
}
