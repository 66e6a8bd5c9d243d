/**
 * Names of the environment variables that the program sets and that handlers and services read. The program builds its
 * maps with these types and the code reads through `readEnvironment`, so that a name cannot drift between the two.
 */
export const HANDLER_NAMES = ["ingest", "track", "storyboard", "reconcile"] as const;
export type HandlerName = (typeof HANDLER_NAMES)[number];
/** They look after the search domain, in stacks that have one. */
export const SEARCH_HANDLER_NAMES = ["searchSetup", "searchGrowth"] as const;
export type SearchHandlerName = (typeof SEARCH_HANDLER_NAMES)[number];
/** Everything that is bundled for Lambda. */
export const FUNCTION_NAMES = [...HANDLER_NAMES, ...SEARCH_HANDLER_NAMES] as const;
export type FunctionName = HandlerName | SearchHandlerName;

const COMMON = ["STACK", "LEDGER_TABLE", "BUS_NAME"] as const;

/** Variables of each function, beside Powertools' own (POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_LOG_LEVEL). */
export const HANDLER_ENVIRONMENT = {
  /** MAX_TITLE_PRICE in USD; MEDIA_KEY_ARN encrypts the outputs; JOB_QUEUE_ARN is the queue of the job. */
  ingest: [
    ...COMMON,
    "INGEST_BUCKET",
    "MEDIA_BUCKET",
    "MEDIA_KEY_ARN",
    "JOB_ROLE_ARN",
    "JOB_QUEUE_ARN",
    "MAX_TITLE_PRICE",
    "QUEUE_URL",
  ],
  track: [...COMMON, "MEDIA_BUCKET", "QUEUE_URL"],
  storyboard: [...COMMON, "MEDIA_BUCKET", "QUEUE_URL"],
  /** INGEST_QUEUE_URL: where objects that lay unclaimed for 15 min are sent as if their event had come. */
  reconcile: [...COMMON, "INGEST_BUCKET", "MEDIA_BUCKET", "INGEST_QUEUE_URL"],
  /** SEARCH_ENDPOINT is a host without a scheme; SNAPSHOT_DAYS is how long a snapshot is kept. */
  searchSetup: ["SEARCH_ENDPOINT", "SNAPSHOT_BUCKET", "SNAPSHOT_ROLE_ARN", "SNAPSHOT_DAYS"],
  /** STORAGE_ALARMS and LOAD_ALARMS are names of alarms with commas between them; MAX_STORAGE_GB is of all nodes together. */
  searchGrowth: ["SEARCH_DOMAIN", "STORAGE_ALARMS", "LOAD_ALARMS", "MAX_STORAGE_GB", "MAX_NODES"],
} as const satisfies Record<FunctionName, readonly string[]>;

/**
 * Variables of each container whose code is ours. DATABASE_URL leads to the pooler beside the service in the cloud; it
 * holds no secret there.
 */
export const SERVICE_ENVIRONMENT = {
  /**
   * PORT is 8080 in the cloud. MEDIA_ORIGIN is the viewer's origin (scheme and host), the start of every cookie policy's resource.
   * SIGNING_KEY_ID is the KMS key (RSA_2048, SIGN_VERIFY), KEY_PAIR_ID the id of CloudFront's public key.
   */
  api: ["STACK", "PORT", "MEDIA_ORIGIN", "SIGNING_KEY_ID", "KEY_PAIR_ID", "DATABASE_URL"],
  /** HEARTBEAT_FILE is touched at each look into the queue: ECS replaces a worker whose file grows old. */
  worker: ["STACK", "CATALOGUE_QUEUE_URL", "DATABASE_URL", "HEARTBEAT_FILE"],
  /**
   * The pooler. DATABASE_WRITER and DATABASE_READER are Aurora's endpoints, DATABASE_USER a user that signs in by IAM,
   * POOL_SIZE the most connections to each endpoint.
   */
  pgbouncer: ["DATABASE_WRITER", "DATABASE_READER", "DATABASE_NAME", "DATABASE_USER", "POOL_SIZE"],
  /** The migration signs in as Aurora's administrator: user and password are injected from the managed secret. */
  migrate: ["DATABASE_HOST", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD"],
} as const satisfies Record<string, readonly string[]>;
export type ServiceName = keyof typeof SERVICE_ENVIRONMENT;

export type EnvironmentOf<Names extends readonly string[]> = { [Name in Names[number]]: string };
export type HandlerEnvironment<Name extends FunctionName> = EnvironmentOf<(typeof HANDLER_ENVIRONMENT)[Name]>;
export type ServiceEnvironment<Name extends ServiceName> = EnvironmentOf<(typeof SERVICE_ENVIRONMENT)[Name]>;

/**
 * Reads the named variables and throws one error that lists every missing one.
 * @throws Error when a variable is unset or empty.
 */
export function readEnvironment<const Names extends readonly string[]>(
  names: Names,
  source: Record<string, string | undefined> = process.env,
): EnvironmentOf<Names> {
  const missing = names.filter((name) => !source[name]);
  if (missing.length > 0) throw new Error(`environment variables not set: ${missing.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, source[name]])) as EnvironmentOf<Names>;
}
