/** Opens the catalogue: kysely over a bounded pg pool in which every wait ends. */
import { Kysely, PostgresDialect, type PostgresPoolClient } from "kysely";
import { Pool, type PoolClient } from "pg";
import type { Database } from "./schema.js";

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** Most connections of this process. */
  maxConnections: number;
  /** Milliseconds a statement may take, seen from here: it holds even when the server's packets are dropped. */
  statementTimeout: number;
  /** Milliseconds to wait for a connection, opening one included. */
  poolWait: number;
  /** Calls that may wait for a connection; a further one is refused at once with `PoolFullError`. Default: no bound. */
  maxWaiting?: number;
  /** Told of faults of idle connections, which no caller sees. */
  onError?: (error: Error) => void;
}

export class PoolFullError extends Error {
  constructor(waiting: number) {
    super(`${waiting} calls wait for a database connection already`);
    this.name = "PoolFullError";
  }
}

/** pg's own text: it has no class or code for it (pg 8, client.js). */
const TIMED_OUT = "Query read timeout";

/**
 * A connection whose statement timed out is still busy with it, and the next caller would wait behind that statement:
 * it is closed instead of going back to the pool.
 */
function discardAfterTimeout(client: PoolClient): PostgresPoolClient {
  let late = false;
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      late ||= error instanceof Error && error.message === TIMED_OUT;
      throw error;
    }
  };
  return {
    query: query as PostgresPoolClient["query"],
    release: () => client.release(late),
  };
}

/**
 * Settings that a server session would hold (statement_timeout, roles, named statements) are not used: behind a pooler
 * in transaction mode they would leak into other sessions or be lost.
 */
export function openDatabase(options: DatabaseOptions): Kysely<Database> {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: options.poolWait,
    query_timeout: options.statementTimeout,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 1_000,
  });
  pool.on("error", (error) => options.onError?.(error));
  const connect = async (): Promise<PostgresPoolClient> => {
    if (options.maxWaiting !== undefined && pool.waitingCount >= options.maxWaiting)
      throw new PoolFullError(pool.waitingCount);
    return discardAfterTimeout(await pool.connect());
  };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: { connect, end: () => pool.end() } }) });
}
