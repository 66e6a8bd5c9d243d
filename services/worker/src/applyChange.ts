/** Writes what happened to a title into the catalogue. One statement: as often and in whatever order it comes, the end is the same. */
import { type Kysely, sql } from "kysely";
import type { VideoChanged } from "../../../contracts/events.js";
import type { Database } from "../../database/schema.js";
import { SEQUENCER_LENGTH } from "./message.js";

/** `older`: the catalogue knew this or something newer, and nothing was changed. */
export type Outcome = "applied" | "older";

/** Upper case and of one length, so that the order of text is the order of numbers. */
const ordered = (sequencer: string): string => sequencer.toUpperCase().padEnd(SEQUENCER_LENGTH, "0");

/** Events of one asset share its sequencer; there the time decides. */
const newerState = sql<boolean>`(excluded.state_sequencer, excluded.state_at) > (titles.state_sequencer, titles.state_at)`;
/** A ready asset is replaced by a ready one that is not older, and by nothing else. */
const newerAsset = sql<boolean>`(excluded.asset_id IS NOT NULL AND (titles.asset_id IS NULL
  OR excluded.asset_sequencer > titles.asset_sequencer
  OR (excluded.asset_sequencer = titles.asset_sequencer AND ${newerState})))`;

const choose = <T>(condition: typeof newerState, column: string) =>
  sql<T>`CASE WHEN ${condition} THEN ${sql.ref(`excluded.${column}`)} ELSE ${sql.ref(`titles.${column}`)} END`;

export async function applyChange(db: Kysely<Database>, change: VideoChanged): Promise<Outcome> {
  const sequencer = ordered(change.sequencer);
  const { outputs, reason } = change;
  const result = await db
    .insertInto("titles")
    .values({
      video_id: change.videoId,
      title: change.title,
      asset_id: outputs && change.assetId,
      asset_sequencer: outputs && sequencer,
      outputs: outputs && JSON.stringify(outputs),
      duration: outputs && outputs.duration,
      published_at: outputs && change.at,
      state: change.state,
      state_asset_id: change.assetId,
      state_sequencer: sequencer,
      state_at: change.at,
      reason: reason && JSON.stringify(reason),
    })
    .onConflict((conflict) =>
      conflict
        .column("video_id")
        // The title is not among them: the file's name is only ever its first title.
        .doUpdateSet({
          asset_id: choose(newerAsset, "asset_id"),
          asset_sequencer: choose(newerAsset, "asset_sequencer"),
          outputs: choose(newerAsset, "outputs"),
          duration: choose(newerAsset, "duration"),
          published_at: sql`coalesce(titles.published_at, excluded.published_at)`,
          state: choose(newerState, "state"),
          state_asset_id: choose(newerState, "state_asset_id"),
          state_sequencer: choose(newerState, "state_sequencer"),
          state_at: choose(newerState, "state_at"),
          reason: choose(newerState, "reason"),
          updated_at: sql`now()`,
        })
        .where(sql<boolean>`${newerState} OR ${newerAsset}`),
    )
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n ? "applied" : "older";
}

/**
 * Whether the database refused the values themselves (SQLSTATE classes 22, data exception, and 23, integrity
 * constraint): the same message would be refused again. Everything else passes with time.
 */
export function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^2[23][0-9A-Z]{3}$/.test(code);
}
