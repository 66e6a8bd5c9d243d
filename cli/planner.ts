/** The plan of a stack: what would be created, what the policies say of it, what it costs. Nothing is created. */
import { estimate, type Cost } from "../cost/estimate";
import type { Load } from "../cost/usage";
import type { ProgramRecord, ResourceRecord } from "../model/record";
import { evaluate, type Violation } from "../policies/evaluate";
import { runProgram } from "./program";

/** What `npm run plan -- STACK --json` prints. Other programs rely on it. */
export interface Plan {
  stack: string;
  resources: Pick<ResourceRecord, "urn" | "type" | "name" | "parent" | "custom" | "id" | "inputs" | "options">[];
  violations: Violation[];
  cost: Cost;
}

export interface PlanOptions {
  stack: string;
  set?: Record<string, string>;
  load?: Load;
  /** Keeps stack traces: they cost a third of the plan's time, since Pulumi makes one for each resource. */
  debug?: boolean;
}

export async function planStack({
  stack,
  set,
  load,
  debug = false,
}: PlanOptions): Promise<Plan & { record: ProgramRecord }> {
  if (!debug) Error.stackTraceLimit = 0;
  const record = await runProgram({ stack, set });
  const resources = record.resources.map(({ urn, type, name, parent, custom, id, inputs, options }) => ({
    urn,
    type,
    name,
    parent,
    custom,
    id,
    inputs,
    options,
  }));
  return { stack, resources, violations: evaluate(record), cost: estimate(record, load), record };
}

export const isBlocked = ({ violations }: Pick<Plan, "violations">): boolean =>
  violations.some(({ level }) => level === "mandatory");
