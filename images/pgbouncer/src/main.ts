/** The pooler as a container: `main.js` runs it, `main.js --check` tells whether it listens. */
import { connect } from "node:net";
import { Signer } from "@aws-sdk/rds-signer";
import { pino } from "pino";
import { POOLER_PORT } from "../../../contracts/databaseUsers.js";
import { readEnvironment, SERVICE_ENVIRONMENT } from "../../../contracts/environment.js";
import { DATABASE_PORT, readPoolerSettings, type Passwords, type PoolerSettings } from "./config.js";
import { Supervisor } from "./supervisor.js";

/** Milliseconds. */
const CHECK_LIMIT = 2_000;

const log = pino({ name: "pgbouncer" });

/** By the task's role; region and credentials come from ECS. */
function iamSigner({ writer, reader, user }: PoolerSettings): () => Promise<Passwords> {
  const tokenOf = (hostname: string): Promise<string> =>
    new Signer({ hostname, port: DATABASE_PORT, username: user }).getAuthToken();
  return async () => ({ writer: await tokenOf(writer), reader: await tokenOf(reader) });
}

function check(): void {
  const socket = connect({ host: "127.0.0.1", port: POOLER_PORT, timeout: CHECK_LIMIT });
  socket.once("connect", () => process.exit(0));
  for (const bad of ["error", "timeout"]) socket.once(bad, () => process.exit(1));
}

async function run(): Promise<void> {
  const settings = readPoolerSettings(readEnvironment(SERVICE_ENVIRONMENT.pgbouncer));
  const supervisor = new Supervisor({
    settings,
    sign: iamSigner(settings),
    program: "/usr/sbin/pgbouncer",
    file: "/tmp/pgbouncer.ini",
    caFile: "/etc/ssl/rds/global-bundle.pem",
    log,
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => supervisor.stop());
  process.exitCode = await supervisor.run();
}

if (process.argv.includes("--check")) check();
else {
  run().catch((err: unknown) => {
    log.fatal({ err }, "pgbouncer did not start");
    process.exitCode = 2;
  });
}
