/**
 * Whether a resource policy lets CloudFront read: pure. The emulated S3 is asked with the root key, which may do all, so
 * the edge itself refuses what the bucket's and the key's policies do not grant to this distribution.
 */
import { asList, asObject, type Inputs } from "./inputs.js";
import { matchesWildcard } from "./wildcard.js";

export interface Access {
  action: string;
  /** ARN. */
  resource: string;
  distributionArn: string;
}

const SERVICE = "cloudfront.amazonaws.com";

/** What CloudFront's signed request to an origin carries. Names in lower case: condition keys ignore case. */
const contextOf = ({ distributionArn }: Access): Readonly<Record<string, string>> => ({
  "aws:sourcearn": distributionArn,
  "aws:sourceaccount": distributionArn.split(":")[4] ?? "",
  "aws:securetransport": "true",
  "aws:principalisawsservice": "true",
  "aws:principalservicename": SERVICE,
});

type Test = (actual: string, wanted: string) => boolean;
const equal: Test = (actual, wanted) => actual === wanted;
const like: Test = (actual, wanted) => matchesWildcard(wanted, actual);
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: equal,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
};
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** Undefined: an operator that is not known here. */
function holds(operator: string, actual: string | undefined, wanted: string[]): boolean | undefined {
  if (operator === "Null") return wanted.some((value) => (value === "true") === (actual === undefined));
  const ifExists = operator.endsWith("IfExists");
  const name = ifExists ? operator.slice(0, -"IfExists".length) : operator;
  const negated = NEGATED[name];
  const test = TESTS[negated ?? name];
  if (!test) return undefined;
  if (actual === undefined) return ifExists || negated !== undefined;
  return wanted.some((value) => test(actual, value)) !== (negated !== undefined);
}

/** @param unknown what an operator that is not known here counts as: the side of refusal. */
function conditionHolds(condition: unknown, context: Readonly<Record<string, string>>, unknown: boolean): boolean {
  return Object.entries(asObject(condition)).every(([operator, block]) =>
    Object.entries(asObject(block)).every(
      ([key, values]) => holds(operator, context[key.toLowerCase()], asList(values).map(String)) ?? unknown,
    ),
  );
}

const names = (principal: unknown): boolean =>
  principal === "*" ||
  Object.entries(asObject(principal)).some(([kind, values]) =>
    asList(values).some((value) => value === "*" || (kind === "Service" && value === SERVICE)),
  );

const covers = (patterns: unknown, value: string, exactCase: boolean): boolean => {
  const fold = (text: string): string => (exactCase ? text : text.toLowerCase());
  return asList(patterns).some((pattern) => matchesWildcard(fold(String(pattern)), fold(value)));
};

function applies(statement: Inputs, access: Access, unknown: boolean): boolean {
  const { NotPrincipal, NotAction, NotResource } = statement;
  if (NotPrincipal !== undefined || NotAction !== undefined || NotResource !== undefined) return unknown;
  return (
    names(statement.Principal) &&
    covers(statement.Action, access.action, false) &&
    covers(statement.Resource, access.resource, true) &&
    conditionHolds(statement.Condition, contextOf(access), unknown)
  );
}

/** @param document JSON of the policy; null when there is none. A key's policy says "*" for itself. */
export function grants(document: string | null, access: Access): boolean {
  if (document === null) return false;
  const statements = asList(asObject(JSON.parse(document)).Statement).map(asObject);
  const allowed = statements.some((one) => one.Effect === "Allow" && applies(one, access, false));
  return allowed && !statements.some((one) => one.Effect === "Deny" && applies(one, access, true));
}
