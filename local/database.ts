/**
 * The catalogue's database on one machine: PGlite (PostgreSQL as WebAssembly) behind its socket server, so that the
 * services use the driver and the migrations of the cloud. With an external `DATABASE_URL` it only migrates that one.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { migrate } from "../services/database/migrate.js";
import { takeOwnership } from "./database/owner.js";
import { wholePipelines } from "./database/pipelines.js";

export interface LocalDatabaseOptions {
  /** Folder of the data; made when absent. One process owns it at a time. */
  directory: string;
  /** Default 0: any free port. */
  port?: number;
  /** Connections at once, over all clients. Default 20. */
  maxConnections?: number;
}

export interface LocalDatabase {
  url: string;
  /** Migrations that this start applied. */
  migrated: string[];
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const DEFAULT_CONNECTIONS = 20;

/** @throws Error when another process owns the folder, the port is taken or a migration fails. */
export async function startDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  await mkdir(options.directory, { recursive: true });
  const owner = await takeOwnership(options.directory);
  try {
    const db = await PGlite.create({ dataDir: join(options.directory, "data") });
    const server = new PGLiteSocketServer({
      db: wholePipelines(db),
      host: HOST,
      port: options.port ?? 0,
      maxConnections: options.maxConnections ?? DEFAULT_CONNECTIONS,
    });
    const close = async (): Promise<void> => {
      await server.stop();
      await db.close();
      await owner.release();
    };
    try {
      await server.start();
      const url = `postgres://postgres@${server.getServerConn()}/postgres`;
      return { url, migrated: await migrate(url), close };
    } catch (error) {
      await server.stop();
      await db.close();
      throw error;
    }
  } catch (error) {
    await owner.release();
    throw error;
  }
}

const HELP = `Usage: tools/run local/database.ts [--dir FOLDER] [--port PORT]

Serves the catalogue's database until SIGTERM or SIGINT. Prints one line when it is ready: {"url","migrated"}.
With DATABASE_URL set, that database is migrated and nothing is served.

Examples:
  tools/run local/database.ts
  tools/run local/database.ts --dir .local/database --port 5432`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      dir: { type: "string", default: ".local/database" },
      port: { type: "string", default: "0" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const external = process.env.DATABASE_URL;
  if (external) return console.log(JSON.stringify({ url: external, migrated: await migrate(external) }));
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`no such port · ${values.port} → give a whole number from 0 (any free one) to 65535`);
  const database = await startDatabase({ directory: resolve(values.dir), port });
  const stop = (): void => {
    void database.close().then(() => process.exit(0));
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
  // A launcher that was killed leaves no database behind: its channel closes with it.
  process.once("disconnect", stop);
  console.log(JSON.stringify({ url: database.url, migrated: database.migrated }));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  });
}
