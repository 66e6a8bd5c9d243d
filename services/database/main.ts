/** The command that migrates: a task of its own, run before the services of a release start. */
import { pino } from "pino";
import { migrationUrl } from "./address.js";
import { migrate } from "./migrate.js";
import { ensureUsers } from "./users.js";

const log = pino({ name: "migrate" });

async function main(): Promise<void> {
  const url = migrationUrl(process.env);
  const applied = await migrate(url);
  const users = await ensureUsers(url);
  log.info({ applied, users }, applied.length > 0 ? "schema migrated" : "schema is up to date");
}

main().catch((error: unknown) => {
  log.error({ err: error }, "migration failed");
  process.exitCode = 1;
});
