/** The plan of a stack: what would be created, what the policies say of it, what it costs. Nothing is created. */
import { estimate, type Cost } from "../cost/estimate";
import type { Load } from "../cost/usage";
import type { ProgramRecord, ResourceRecord } from "../model/record";
import { evaluate, type Violation } from "../policies/evaluate";
import { runProgram } from "./program";

/** Stands for a secret, as in Pulumi's own output: a plan is kept, sent and shown. */
const MASK = "[secret]";

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
  /** Keeps the stack traces of the program's faults. */
  debug?: boolean;
}

/** Registration follows the outputs' arrival and differs from run to run; a plan is the same. A component comes before its children. */
const byUrn = (a: ResourceRecord, b: ResourceRecord): number => {
  const [first, second] = [a, b].map(({ urn }) => urn.replaceAll("$", "~"));
  return first === second ? 0 : (first ?? "") < (second ?? "") ? -1 : 1;
};

/** A copy with the mask at the path. The rest stays, since policies read plans too. */
function masked<Value>(value: Value, [key, ...rest]: string[]): Value {
  if (key === undefined) return MASK as Value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  copy[key] = masked(copy[key], rest);
  return copy as Value;
}

/** The plan of a recorded program. */
export function planOf(program: ProgramRecord, load?: Load): Plan {
  const record = { ...program, resources: program.resources.toSorted(byUrn) };
  const resources = record.resources.map(({ urn, type, name, parent, custom, id, inputs, options, secrets }) => ({
    urn,
    type,
    name,
    parent,
    custom,
    id,
    inputs: secrets.reduce((shown, path) => masked(shown, path.split(".")), inputs),
    options,
  }));
  return { stack: record.stack, resources, violations: evaluate(record), cost: estimate(record, load) };
}

export const planStack = async ({ stack, set, load, debug }: PlanOptions): Promise<Plan> =>
  planOf(await runProgram({ stack, set, stackTraces: debug }), load);

export const isBlocked = ({ violations }: Pick<Plan, "violations">): boolean =>
  violations.some(({ level }) => level === "mandatory");
