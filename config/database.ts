/** What the keys of the database and the cache mean together. */
import { SERVERLESS } from "../lib/instanceClasses";
import type { SchemaValues } from "./schema";

type Values = Partial<SchemaValues>;

interface Problem {
  name: keyof SchemaValues;
  value: string;
  remedy: string;
}

/** Instances of the database, but for its insights. */
export function databaseInstances(values: SchemaValues) {
  const { databaseClass: instanceClass, databaseReaders: readers, databaseMaxReaders: maxReaders } = values;
  const serverless = {
    minCapacity: values.databaseMinCapacity,
    maxCapacity: values.databaseMaxCapacity,
    pauseSeconds: values.databasePauseSeconds,
  };
  return { instanceClass, readers, maxReaders, ...(instanceClass === SERVERLESS && { serverless }) };
}

/** Nodes of the cache. */
export const cacheNodes = ({
  cacheNodeType: nodeType,
  cacheShards: shards,
  cacheReplicas: replicas,
}: SchemaValues) => ({
  nodeType,
  shards,
  replicas,
});

/** What is wrong with the keys together. Values that are wrong by themselves are absent and pass. */
export function databaseProblems(values: Values): Problem[] {
  const { databaseReaders: readers, databaseMaxReaders: most, databaseClass } = values;
  const problems: Problem[] = [];
  if (readers !== undefined && most !== undefined && most < readers)
    problems.push({ name: "databaseMaxReaders", value: String(most), remedy: `at least databaseReaders, ${readers}` });
  const { databaseMinCapacity: idle, databaseMaxCapacity: busy } = values;
  if (databaseClass === SERVERLESS && idle !== undefined && busy !== undefined && busy < idle)
    problems.push({
      name: "databaseMaxCapacity",
      value: String(busy),
      remedy: `at least databaseMinCapacity, ${idle}`,
    });
  return problems;
}
