/** The classes of database instances and cache nodes that the platform offers, with what alarms, prices and rules need of them. */

export interface ClassSize {
  /** Virtual processors. */
  cpus: number;
  /** GiB. */
  memory: number;
}

/** Its instances have no size of their own: they scale between two capacities. */
export const SERVERLESS = "db.serverless";

const large = { cpus: 2, memory: 16 };
const xlarge = { cpus: 4, memory: 32 };
const twice = { cpus: 8, memory: 64 };

/** Aurora PostgreSQL 17 (Aurora User Guide, "DB instance classes"). */
export const DATABASE_CLASSES: Readonly<Record<string, ClassSize>> = {
  "db.t3.medium": { cpus: 2, memory: 4 },
  "db.t3.large": { cpus: 2, memory: 8 },
  "db.t4g.medium": { cpus: 2, memory: 4 },
  "db.t4g.large": { cpus: 2, memory: 8 },
  "db.r6g.large": large,
  "db.r6g.xlarge": xlarge,
  "db.r6g.2xlarge": twice,
  "db.r7g.large": large,
  "db.r7g.xlarge": xlarge,
  "db.r7g.2xlarge": twice,
};

/** Node types of ElastiCache for Valkey (ElastiCache User Guide, "Supported node types"). */
export const CACHE_NODE_TYPES: readonly string[] = [
  "cache.t3.micro",
  "cache.t3.small",
  "cache.t3.medium",
  "cache.t4g.micro",
  "cache.t4g.small",
  "cache.t4g.medium",
  "cache.m6g.large",
  "cache.m7g.large",
  "cache.r5.large",
  "cache.r5.xlarge",
  "cache.r6g.large",
  "cache.r6g.xlarge",
  "cache.r7g.large",
  "cache.r7g.xlarge",
  "cache.r7g.2xlarge",
];

/** Families whose nodes can keep a transaction log over several zones (ElastiCache User Guide, "Durability"). */
const DURABLE_FAMILIES = /^cache\.(c7gn|m[678]g|r[678]g)\./;

export const canBeDurable = (nodeType: string): boolean => DURABLE_FAMILIES.test(nodeType);
