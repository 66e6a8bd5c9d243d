/** The services' own users, on a server that knows the role of IAM as Aurora does. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { startDatabase, type LocalDatabase } from "../../local/database.js";
import { migrationUrl } from "../../services/database/address.js";
import { openDatabase } from "../../services/database/connect.js";
import { ensureUsers } from "../../services/database/users.js";

describe("the database's users", () => {
  const directory = mkdtempSync(join(tmpdir(), "vod-users-"));
  let local: LocalDatabase;
  before(async () => {
    local = await startDatabase({ directory });
  });
  after(async () => {
    await local.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const query = async (text: string): Promise<unknown[]> => {
    const db = openDatabase({ url: local.url, maxConnections: 1, statementTimeout: 5_000, poolWait: 5_000 });
    try {
      return (await sql.raw(text).execute(db)).rows;
    } finally {
      await db.destroy();
    }
  };

  it("are none where the server knows no IAM", async () => {
    assert.deepEqual(await ensureUsers(local.url), []);
    assert.deepEqual(await query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'vod_%'"), []);
  });

  it("sign in by IAM, and may do what their service does, however often the migration runs", async () => {
    await query("CREATE ROLE rds_iam");
    for (const _ of [1, 2]) assert.deepEqual(await ensureUsers(local.url), ["vod_api", "vod_backoffice", "vod_worker"]);
    const members = "SELECT pg_has_role(rolname, 'rds_iam', 'member') AS iam, rolcanlogin, rolsuper FROM pg_roles";
    assert.deepEqual(
      await query(`${members} WHERE rolname LIKE 'vod_%'`),
      Array(3).fill({ iam: true, rolcanlogin: true, rolsuper: false }),
    );
    const rights = await query(
      `SELECT grantee, table_name, string_agg(privilege_type, ',' ORDER BY privilege_type) AS may
       FROM information_schema.role_table_grants WHERE grantee LIKE 'vod_%' AND table_name IN ('titles', 'kysely_migration')
       GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    assert.deepEqual(rights, [
      { grantee: "vod_api", table_name: "kysely_migration", may: "SELECT" },
      { grantee: "vod_api", table_name: "titles", may: "SELECT" },
      { grantee: "vod_backoffice", table_name: "kysely_migration", may: "SELECT" },
      { grantee: "vod_backoffice", table_name: "titles", may: "DELETE,INSERT,SELECT,UPDATE" },
      { grantee: "vod_worker", table_name: "kysely_migration", may: "SELECT" },
      { grantee: "vod_worker", table_name: "titles", may: "INSERT,SELECT,UPDATE" },
    ]);
  });
});

describe("the migration's address", () => {
  const parts = { DATABASE_HOST: "writer", DATABASE_NAME: "vod", DATABASE_USER: "admin", DATABASE_PASSWORD: "p@s/:?" };

  it("is DATABASE_URL, or made of what is injected, with the server's name checked", () => {
    assert.equal(migrationUrl({ ...parts, DATABASE_URL: "postgres://h/d" }), "postgres://h/d");
    assert.equal(migrationUrl(parts), "postgres://admin:p%40s%2F%3A%3F@writer:5432/vod?sslmode=verify-full");
  });

  it("names every part that is missing", () => {
    assert.throws(() => migrationUrl({ DATABASE_NAME: "vod", DATABASE_USER: "admin" }), {
      message: "environment variables not set: DATABASE_HOST, DATABASE_PASSWORD",
    });
  });
});
