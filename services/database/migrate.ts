/**
 * Brings a database to the newest schema. Runs on the direct endpoint of the writer, never through a pooler: the lock
 * that keeps two runs apart belongs to a server session (kysely takes `pg_advisory_lock`).
 */
import { Migrator } from "kysely";
import { openDatabase } from "./connect.js";
import * as titles from "./migrations/0001Titles.js";

/** In this order, for ever: a name that was once released is neither changed nor removed. */
export const MIGRATIONS = { "0001Titles": titles };

/**
 * @returns names of the migrations that this run applied; empty when the schema was up to date.
 * @throws Error naming the migration that failed; the run is one transaction, so nothing of it stays.
 */
export async function migrate(url: string): Promise<string[]> {
  const db = openDatabase({ url, maxConnections: 1, statementTimeout: 15 * 60_000, poolWait: 10_000 });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
    const { error, results } = await migrator.migrateToLatest();
    if (error) {
      const failed = results?.find((result) => result.status === "Error")?.migrationName;
      throw new Error(`migration ${failed ?? "of the schema"} failed: ${messageOf(error)}`, { cause: error });
    }
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
