/** The one loader: reads everything a stack sets, and reports everything that is wrong at once, before any resource is registered. */
import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../lib/arn";
import { databaseProblems } from "./database";
import { edgeProblems } from "./edge";
import { frontProblems } from "./front";
import type { ConfigKey } from "./keys/key";
import { isRegion } from "./keys/platform";
import { servicesProblems } from "./services";
import { searchProblems } from "./search";
import { SCHEMA, type SchemaKey, type SchemaValues } from "./schema";

/** Namespace of the project's own keys in a stack file. */
const NAMESPACE = "vod";

export interface StackConfig extends SchemaValues {
  stack: string;
  region: string;
}

export interface ConfigProblem {
  /** With its namespace. */
  key: string;
  /** As it was set; undefined when it was not. */
  value: string | undefined;
  /** What is allowed, or what to do. */
  remedy: string;
}

/** Every wrong key of a stack, one a line: key · value → what is allowed. */
export class ConfigError extends Error {
  constructor(
    readonly stackName: string,
    readonly problems: ConfigProblem[],
  ) {
    const lines = problems.map(
      ({ key, value, remedy }) => `${key} · ${value === undefined ? "not set" : JSON.stringify(value)} → ${remedy}`,
    );
    super(`configuration of stack ${stackName}:\n  ${lines.join("\n  ")}`);
    this.name = "ConfigError";
  }
}

function readKeys(set: Record<string, string>, problems: ConfigProblem[]): Partial<SchemaValues> {
  const values: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries<ConfigKey<unknown>>(SCHEMA)) {
    const key = `${NAMESPACE}:${name}`;
    const text = set[key] ?? entry.default;
    const value = text === undefined ? undefined : entry.parse(text);
    if (value === undefined) problems.push({ key, value: text, remedy: entry.allowed });
    values[name] = value;
  }
  return values as Partial<SchemaValues>;
}

function unknownKeys(set: Record<string, string>): ConfigProblem[] {
  const names = Object.keys(SCHEMA) as SchemaKey[];
  return Object.entries(set)
    .filter(([key]) => key.startsWith(`${NAMESPACE}:`) && !names.some((name) => key === `${NAMESPACE}:${name}`))
    .map(([key, value]) => ({ key, value, remedy: `no such key; there are ${names.join(", ")}` }));
}

/** What one key alone cannot tell. */
function checkTogether(values: Partial<SchemaValues>, region: string | undefined): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { recoveryRegion, domain, certificateArn } = values;
  if (region && recoveryRegion && (recoveryRegion === region || partitionOf(recoveryRegion) !== partitionOf(region))) {
    const remedy = `another region of the partition ${partitionOf(region)} than aws:region`;
    problems.push({ key: `${NAMESPACE}:recoveryRegion`, value: recoveryRegion, remedy });
  }
  if (domain && certificateArn === "") {
    const remedy = `the certificate of ${domain}, an ACM ARN in us-east-1; or no domain`;
    problems.push({ key: `${NAMESPACE}:certificateArn`, value: undefined, remedy });
  }
  if (certificateArn && domain === "") {
    problems.push({
      key: `${NAMESPACE}:domain`,
      value: undefined,
      remedy: "the certificate's host name; or no certificate",
    });
  }
  const more = [
    ...edgeProblems(values),
    ...frontProblems(values, region),
    ...databaseProblems(values),
    ...searchProblems(values),
    ...servicesProblems(values),
  ];
  return [...problems, ...more.map(({ name, value, remedy }) => ({ key: `${NAMESPACE}:${name}`, value, remedy }))];
}

/**
 * Checks what a stack sets.
 * @param set all configuration by full key (`vod:maxTitlePrice`, `aws:region`), as text.
 * @throws ConfigError that names every wrong key, its value and what is allowed.
 */
export function parseConfig(stack: string, set: Record<string, string>): StackConfig {
  const problems: ConfigProblem[] = [];
  const region = set["aws:region"];
  if (region === undefined || !isRegion(region)) {
    problems.push({ key: "aws:region", value: region, remedy: "the region of the stack, such as us-east-1" });
  }
  const values = readKeys(set, problems);
  problems.push(...unknownKeys(set), ...checkTogether(values, region));
  if (problems.length > 0) throw new ConfigError(stack, problems);
  return { ...(values as SchemaValues), stack, region: region as string };
}

/** The running stack's configuration. */
export const loadConfig = (): StackConfig => parseConfig(pulumi.getStack(), pulumi.runtime.allConfig());
