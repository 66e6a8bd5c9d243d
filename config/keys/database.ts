/** The database and the cache before it. */
import { CACHE_NODE_TYPES, DATABASE_CLASSES, SERVERLESS } from "../../lib/instanceClasses";
import { between, matching, type ConfigKey } from "./key";

const CLASSES = [...Object.keys(DATABASE_CLASSES), SERVERLESS];
/** Aurora keeps fifteen readers (Aurora User Guide, "Quotas and constraints"). */
const MOST_READERS = 15;
const MOST_CAPACITY = 256;
/** ElastiCache keeps ninety nodes without an increase of the quota (ElastiCache User Guide, "Quotas"). */
const MOST_SHARDS = 45;
const MOST_REPLICAS = 5;

/** Aurora capacity units come in halves. */
function capacity(text: string, least: number): number | undefined {
  const units = /^\d{1,3}(\.[05])?$/.test(text) ? Number(text) : NaN;
  return units >= least && units <= MOST_CAPACITY ? units : undefined;
}

export const DATABASE_KEYS = {
  databaseClass: {
    type: "string",
    description: "Class of the database's writer and readers",
    default: "db.t3.medium",
    allowed: `one of ${CLASSES.join(", ")}`,
    parse: matching((text) => CLASSES.includes(text)),
  },
  databaseReaders: {
    type: "integer",
    description: "Readers of the database that always stand",
    default: "2",
    allowed: `a number from 0 to ${MOST_READERS}`,
    parse: between(0, MOST_READERS),
  },
  databaseMaxReaders: {
    type: "integer",
    description: "Readers of the database under load",
    default: "3",
    allowed: `a number from 0 to ${MOST_READERS}`,
    parse: between(0, MOST_READERS),
  },
  databaseMinCapacity: {
    type: "string",
    description: "Aurora capacity units of an idle db.serverless; with 0 it pauses",
    default: "0",
    allowed: `units from 0 to ${MOST_CAPACITY} in halves, such as 0 or 0.5`,
    parse: (text) => capacity(text, 0),
  },
  databaseMaxCapacity: {
    type: "string",
    description: "Aurora capacity units of a busy db.serverless, of 2 GiB each",
    default: "4",
    allowed: `units from 1 to ${MOST_CAPACITY} in halves, such as 4`,
    parse: (text) => capacity(text, 1),
  },
  databasePauseSeconds: {
    type: "integer",
    description: "Seconds without a connection until a db.serverless of no least capacity pauses",
    default: "300",
    allowed: "seconds from 300 to 86400",
    parse: between(300, 86_400),
  },
  databaseInsights: {
    type: "string",
    description: "Database Insights: standard keeps 7 days, advanced 15 months for a price",
    default: "standard",
    allowed: "standard or advanced",
    parse: matching((text) => text === "standard" || text === "advanced"),
  },
  cacheNodeType: {
    type: "string",
    description: "Type of the cache's nodes; from r6g, r7g, m6g and m7g on they are durable",
    default: "cache.r7g.large",
    allowed: `one of ${CACHE_NODE_TYPES.join(", ")}`,
    parse: matching((text) => CACHE_NODE_TYPES.includes(text)),
  },
  cacheShards: {
    type: "integer",
    description: "Shards of the cache",
    default: "2",
    allowed: `a number from 1 to ${MOST_SHARDS}`,
    parse: between(1, MOST_SHARDS),
  },
  cacheReplicas: {
    type: "integer",
    description: "Replicas of each shard of the cache, in other zones",
    default: "1",
    allowed: `a number from 0 to ${MOST_REPLICAS}`,
    parse: between(0, MOST_REPLICAS),
  },
} as const satisfies Record<string, ConfigKey<unknown>>;
