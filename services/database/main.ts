/** The command that migrates: a task of its own, run before the services of a release start. */
import { pino } from "pino";
import { readEnvironment } from "../../contracts/environment.js";
import { migrate } from "./migrate.js";

const log = pino({ name: "migrate" });

async function main(): Promise<void> {
  const { DATABASE_URL } = readEnvironment(["DATABASE_URL"]);
  const applied = await migrate(DATABASE_URL);
  log.info({ applied }, applied.length > 0 ? "schema migrated" : "schema is up to date");
}

main().catch((error: unknown) => {
  log.error({ err: error }, "migration failed");
  process.exitCode = 1;
});
