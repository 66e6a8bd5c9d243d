/** What follows from the size of an instance. */
import { DATABASE_CLASSES, SERVERLESS } from "../../lib/instanceClasses";

const GIB = 2 ** 30;
/** GiB of memory for one Aurora capacity unit (Aurora User Guide, "Aurora serverless capacity"). */
const GIB_PER_UNIT = 2;
/** Bytes of memory for one connection, and the most that there are (Aurora User Guide, "Maximum connections to an Aurora PostgreSQL DB instance"). */
const BYTES_PER_CONNECTION = 9_531_392;
const MOST_CONNECTIONS = 5_000;
/** The most connections of an instance that may pause (the same page). */
const MOST_CONNECTIONS_PAUSING = 2_000;

export interface ServerlessRange {
  /** Aurora capacity units, in halves; with 0 an idle instance pauses. */
  minCapacity: number;
  maxCapacity: number;
}

export interface InstanceSize {
  /** Bytes. */
  memory: number;
  /** The engine's `max_connections`. */
  connections: number;
}

/** @throws Error when the class is not offered, or is serverless without a range. */
export function sizeOf(instanceClass: string, serverless?: ServerlessRange): InstanceSize {
  if (instanceClass === SERVERLESS) {
    if (serverless === undefined)
      throw new Error(`${SERVERLESS} · no capacity → give serverless.minCapacity and maxCapacity`);
    const memory = serverless.maxCapacity * GIB_PER_UNIT * GIB;
    const most = serverless.minCapacity < 1 ? MOST_CONNECTIONS_PAUSING : MOST_CONNECTIONS;
    return { memory, connections: Math.min(Math.floor(memory / BYTES_PER_CONNECTION), most) };
  }
  const size = DATABASE_CLASSES[instanceClass];
  if (size === undefined) {
    const offered = [SERVERLESS, ...Object.keys(DATABASE_CLASSES)].join(", ");
    throw new Error(`instance class "${instanceClass}" is not offered → one of ${offered}`);
  }
  const memory = size.memory * GIB;
  return { memory, connections: Math.min(Math.floor(memory / BYTES_PER_CONNECTION), MOST_CONNECTIONS) };
}

/**
 * Names of a cluster-mode cache's nodes, by which their metrics are known: `<cache>-<shard>-<node>` with four and three
 * digits (ElastiCache User Guide, "Managing nodes").
 */
export function nodeNames(cache: string, shards: number, replicas: number): string[] {
  const digits = (value: number, width: number): string => String(value).padStart(width, "0");
  return Array.from({ length: shards }, (_, shard) =>
    Array.from({ length: replicas + 1 }, (_, node) => `${cache}-${digits(shard + 1, 4)}-${digits(node + 1, 3)}`),
  ).flat();
}
