/** IAM documents wherever a resource holds them: `policy`, `assumeRolePolicy`, `accessPolicies`, `inlinePolicies[].policy` and so on. */
import type { ProgramRecord, ResourceRecord } from "../../../model/record";
import { customs, listOf, opened, textsOf } from "./check";

export interface Statement {
  resource: ResourceRecord;
  /** Sid, or the path of the statement. */
  label: string;
  effect: string;
  actions: string[];
  /** Undefined in a trust policy, whose resource is the role. */
  resources: string[] | undefined;
  /** Kind and value; `*` for everybody. Undefined in a grant, whose principal is the role. */
  principals: [kind: string, value: string][] | undefined;
  /** Keys of the conditions, and NotAction, NotResource, NotPrincipal if they are used. */
  conditions: Record<string, Record<string, unknown>>;
  inverted: string[];
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function principalsOf(principal: unknown): [string, string][] | undefined {
  if (principal === undefined) return undefined;
  if (typeof principal === "string") return [[principal, principal]];
  return Object.entries(principal as object).flatMap(([kind, values]) =>
    textsOf(values).map((value): [string, string] => [kind, value]),
  );
}

function statementOf(resource: ResourceRecord, raw: Record<string, unknown>, path: string): Statement {
  return {
    resource,
    label: typeof raw.Sid === "string" ? raw.Sid : path,
    effect: String(raw.Effect),
    actions: textsOf(raw.Action),
    resources: raw.Resource === undefined ? undefined : textsOf(raw.Resource),
    principals: principalsOf(raw.Principal),
    conditions: (raw.Condition ?? {}) as Record<string, Record<string, unknown>>,
    inverted: ["NotAction", "NotResource", "NotPrincipal"].filter((key) => raw[key] !== undefined),
  };
}

function statementsIn(resource: ResourceRecord, value: unknown, path: string): Statement[] {
  const inner = opened(value);
  if (Array.isArray(inner)) return inner.flatMap((item, index) => statementsIn(resource, item, `${path}[${index}]`));
  if (!isTree(inner)) return [];
  if ("Statement" in inner) {
    return listOf(inner.Statement).flatMap((raw, index) =>
      isTree(raw) ? [statementOf(resource, raw, `${path}.Statement[${index}]`)] : [],
    );
  }
  return Object.entries(inner).flatMap(([key, item]) =>
    statementsIn(resource, item, path === "" ? key : `${path}.${key}`),
  );
}

/** Every statement of every document in the program. */
export const statements = (program: ProgramRecord): Statement[] =>
  customs(program).flatMap((resource) => statementsIn(resource, resource.inputs, ""));
