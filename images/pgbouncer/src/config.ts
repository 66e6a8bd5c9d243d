/** PgBouncer's configuration as text. Pure. */
import { POOLED, POOLER_PORT } from "../../../contracts/databaseUsers.js";
import type { ServiceEnvironment } from "../../../contracts/environment.js";

export interface PoolerSettings {
  writer: string;
  reader: string;
  database: string;
  user: string;
  poolSize: number;
}

/** Passwords of the two endpoints: IAM signs a token for one host. */
export interface Passwords {
  writer: string;
  reader: string;
}

/** Port of Aurora PostgreSQL. */
export const DATABASE_PORT = 5432;

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const NAME = /^[A-Za-z_]\w{0,62}$/;

function matching(name: string, text: string, pattern: RegExp, allowed: string): string {
  if (!pattern.test(text)) throw new Error(`${name} is not possible · ${text} → ${allowed}`);
  return text;
}

/** @throws Error that names the variable, its value and what is allowed: nothing else than a name may get into the file. */
export function readPoolerSettings(environment: ServiceEnvironment<"pgbouncer">): PoolerSettings {
  const { DATABASE_WRITER, DATABASE_READER, DATABASE_NAME, DATABASE_USER, POOL_SIZE } = environment;
  return {
    writer: matching("DATABASE_WRITER", DATABASE_WRITER, HOST, "a host name"),
    reader: matching("DATABASE_READER", DATABASE_READER, HOST, "a host name"),
    database: matching("DATABASE_NAME", DATABASE_NAME, NAME, "a name of PostgreSQL"),
    user: matching("DATABASE_USER", DATABASE_USER, NAME, "a name of PostgreSQL"),
    poolSize: Number(matching("POOL_SIZE", POOL_SIZE, /^([1-9]|[1-9]\d|100)$/, "a whole number from 1 to 100")),
  };
}

/** A value of a connection string: in quotes, its own doubled. */
function quoted(password: string): string {
  if (/[\r\n\0]/.test(password)) throw new Error("a password with a line break → PgBouncer reads one line a database");
  return `'${password.replaceAll("'", "''")}'`;
}

/**
 * What differs from PgBouncer's defaults, and why (PgBouncer manual, "pgbouncer.ini"):
 * - `any`: only this task's containers reach 127.0.0.1, and every database signs in as its own user;
 * - transaction pooling: no session outlives a transaction, so that a few connections serve many clients;
 * - prepared statements by name are kept over connections (since 1.21);
 * - a client waits as long as the services' own pools do, then it is told;
 * - idle connections end after 5 minutes: a database that pauses must see none;
 * - names are looked up every 5 s, as long as Aurora's live: after a failover the writer is another address.
 */
const COMMON = {
  listen_addr: "127.0.0.1",
  listen_port: POOLER_PORT,
  unix_socket_dir: "",
  auth_type: "any",
  pool_mode: "transaction",
  max_client_conn: 200,
  max_prepared_statements: 100,
  query_wait_timeout: 5,
  server_connect_timeout: 5,
  server_login_retry: 1,
  server_idle_timeout: 300,
  server_lifetime: 1800,
  dns_max_ttl: 5,
  ignore_startup_parameters: "extra_float_digits",
  tcp_keepalive: 1,
  tcp_keepidle: 60,
  log_connections: 0,
  log_disconnections: 0,
  stats_period: 300,
};

/** @param caFile certificates of RDS. Undefined: no TLS, which only a test's own server gets. */
export function pgbouncerIni(settings: PoolerSettings, passwords: Passwords, caFile?: string): string {
  const { writer, reader, database, user, poolSize } = settings;
  const entry = (name: string, host: string, password: string): string =>
    `${name} = host=${host} port=${DATABASE_PORT} dbname=${database} user=${user} password=${quoted(password)}`;
  const tls = { server_tls_sslmode: "verify-full", server_tls_ca_file: caFile, server_tls_protocols: "secure" };
  const own = {
    ...COMMON,
    default_pool_size: poolSize,
    ...(caFile === undefined ? { server_tls_sslmode: "disable" } : tls),
  };
  return [
    "[databases]",
    entry(POOLED.writer, writer, passwords.writer),
    entry(POOLED.readers, reader, passwords.reader),
    "[pgbouncer]",
    ...Object.entries(own).map(([key, value]) => `${key} = ${value}`),
    "",
  ].join("\n");
}
