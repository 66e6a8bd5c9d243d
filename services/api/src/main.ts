/** The api as a process: environment in, one JSON line when it is ready, a clean end on SIGTERM. */
import { pino } from "pino";
import { readEnvironment, SERVICE_ENVIRONMENT } from "../../../contracts/environment.js";
import { openDatabase } from "../../database/connect.js";
import { kmsSigner } from "./aws/kmsSigner.js";
import { readSettings } from "./core/settings.js";
import { titlesOf } from "./data/titles.js";
import { buildServer } from "./server.js";

/** Milliseconds. ECS kills 120 s after SIGTERM at the latest (the task's stopTimeout); requests end in 5 s. */
const DRAIN_LIMIT = 15_000;

const log = pino({ name: "api", level: process.env.LOG_LEVEL ?? "info" });

async function main(): Promise<void> {
  const settings = readSettings(readEnvironment(SERVICE_ENVIRONMENT.api), process.env);
  const db = openDatabase({
    url: settings.databaseUrl,
    maxConnections: settings.maxConnections,
    statementTimeout: 2_000,
    poolWait: 2_500,
    maxWaiting: 100,
    onError: (err) => log.warn({ err }, "an idle database connection was lost"),
  });
  const signer = kmsSigner(settings.signingKeyId);
  const app = await buildServer({
    titles: titlesOf(db),
    signatures: { sign: signer.sign, keyPairId: settings.keyPairId, origin: settings.mediaOrigin },
    logger: log,
  });
  const url = await app.listen({ host: settings.host, port: settings.port });
  const drain = (signal: string): void => {
    log.info({ signal }, "draining");
    setTimeout(() => process.exit(1), DRAIN_LIMIT).unref();
    void app.close().then(async () => {
      signer.close();
      await db.destroy();
      log.info("stopped");
    });
  };
  process.once("SIGTERM", drain);
  process.once("SIGINT", drain);
  log.info({ ready: true, url, stack: settings.stack }, "api is ready");
}

main().catch((err: unknown) => {
  log.fatal({ err }, "api did not start");
  process.exitCode = 2;
});
