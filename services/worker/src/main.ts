/** The worker as a process: environment in, one JSON line when it is ready, a clean end on SIGTERM. */
import { writeFile } from "node:fs/promises";
import { pino } from "pino";
import type { VideoChanged } from "../../../contracts/events.js";
import { readEnvironment, SERVICE_ENVIRONMENT } from "../../../contracts/environment.js";
import { openDatabase } from "../../database/connect.js";
import { applyChange, type Outcome } from "./applyChange.js";
import { Consumer } from "./consumer.js";
import { sqsQueue } from "./queue.js";

/** Milliseconds. A Spot task has 2 minutes from SIGTERM; a statement ends in 30 s. */
const DRAIN_LIMIT = 60_000;

const log = pino({ name: "worker", level: process.env.LOG_LEVEL ?? "info" });

/** Touches a file whose age tells whether the worker goes on. A fault of the disk must not stop it: the check finds that. */
const heartbeat = (file: string) => (): void => {
  writeFile(file, "").catch((err: unknown) => log.warn({ err, file }, "the heartbeat could not be written"));
};

async function main(): Promise<void> {
  const environment = readEnvironment(SERVICE_ENVIRONMENT.worker);
  const db = openDatabase({
    url: environment.DATABASE_URL,
    maxConnections: 2,
    statementTimeout: 30_000,
    poolWait: 5_000,
    onError: (err) => log.warn({ err }, "an idle database connection was lost"),
  });
  const queue = sqsQueue(environment.CATALOGUE_QUEUE_URL);
  const alive = heartbeat(environment.HEARTBEAT_FILE);
  const apply = (change: VideoChanged): Promise<Outcome> => applyChange(db, change);
  const consumer = new Consumer({ queue, log, stack: environment.STACK, apply, alive });
  const drain = (signal: string): void => {
    log.info({ signal }, "draining");
    setTimeout(() => process.exit(1), DRAIN_LIMIT).unref();
    consumer.stop();
  };
  process.once("SIGTERM", drain);
  process.once("SIGINT", drain);
  log.info({ ready: true, stack: environment.STACK }, "worker is ready");
  await consumer.run();
  queue.close();
  await db.destroy();
  log.info("stopped");
}

main().catch((err: unknown) => {
  log.fatal({ err }, "worker did not start");
  process.exitCode = 2;
});
