/**
 * The services' own users in Aurora. Each signs in by IAM alone and may do what its service does; the administrator's
 * password is for the migration.
 */
import { sql, type Kysely } from "kysely";
import { DATABASE_USERS, type DatabaseClient } from "../../contracts/databaseUsers.js";
import { openDatabase } from "./connect.js";
import type { Database } from "./schema.js";

/** What each service does with the catalogue's tables. */
const RIGHTS: Readonly<Record<DatabaseClient, string>> = {
  api: "SELECT",
  backoffice: "SELECT, INSERT, UPDATE, DELETE",
  worker: "SELECT, INSERT, UPDATE",
};

/** Aurora's and RDS's own role: whoever is in it signs in by IAM's tokens (Aurora User Guide, "IAM database authentication"). */
const IAM_ROLE = "rds_iam";

async function exists(db: Kysely<Database>, role: string): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM pg_roles WHERE rolname = ${role}`.execute(db);
  return rows.length > 0;
}

/** Rights on the tables that are there; a migration that adds tables runs before this. */
async function ensureUser(db: Kysely<Database>, name: string, rights: string): Promise<void> {
  const user = sql.id(name);
  if (!(await exists(db, name))) await sql`CREATE ROLE ${user} LOGIN`.execute(db);
  await sql`GRANT ${sql.id(IAM_ROLE)} TO ${user}`.execute(db);
  await sql`GRANT USAGE ON SCHEMA public TO ${user}`.execute(db);
  await sql`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${user}`.execute(db);
  await sql`GRANT ${sql.raw(rights)} ON ALL TABLES IN SCHEMA public TO ${user}`.execute(db);
  // The migrator's own tables say which schema there is: no service changes that.
  await sql`REVOKE INSERT, UPDATE, DELETE ON kysely_migration, kysely_migration_lock FROM ${user}`.execute(db);
}

/**
 * Makes the users, and sets their rights anew. A server without IAM, such as the one of a machine, has none of them.
 * @returns names of the users; empty when the server knows no IAM.
 */
export async function ensureUsers(url: string): Promise<string[]> {
  const db = openDatabase({ url, maxConnections: 1, statementTimeout: 60_000, poolWait: 10_000 });
  try {
    if (!(await exists(db, IAM_ROLE))) return [];
    const clients = Object.entries(DATABASE_USERS) as [DatabaseClient, string][];
    await db.transaction().execute(async (transaction) => {
      for (const [client, name] of clients) await ensureUser(transaction, name, RIGHTS[client]);
    });
    return clients.map(([, name]) => name);
  } finally {
    await db.destroy();
  }
}
