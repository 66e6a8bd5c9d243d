/**
 * What a web ACL's rules cost in capacity units (AWS WAF Developer Guide, "Rule statements" and "AWS Managed Rules rule
 * groups"): 1,500 are in the price of an ACL, each further 500 cost by the request, and 5,000 are the most.
 */

export const INCLUDED_CAPACITY = 1500;

/** AWS's own rule groups. */
const GROUP_CAPACITY: Readonly<Record<string, number>> = {
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesAntiDDoSRuleSet: 50,
  AWSManagedRulesBotControlRuleSet: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesSQLiRuleSet: 200,
};

/** Any object of a provider's input; what is not known yet is no object and counts nothing. */
type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);
const tree = (value: unknown): Tree => (isTree(value) ? value : {});
const list = (value: unknown): Tree[] => (Array.isArray(value) ? value : [value]).filter(isTree);

/** NONE transforms nothing and is free. */
const transformations = (match: Tree): number =>
  10 * list(match.textTransformations).filter(({ type }) => type !== "NONE").length;

const POSITIONS: Readonly<Record<string, number>> = { EXACTLY: 2, STARTS_WITH: 2, ENDS_WITH: 2 };
const BASE = { regex: 3, size: 1, geo: 1, label: 1, ipSet: 1, rate: 2, customKey: 30 };

const LEAVES: Readonly<Record<string, (match: Tree) => number>> = {
  byteMatchStatement: (match) => (POSITIONS[String(match.positionalConstraint)] ?? 10) + transformations(match),
  regexMatchStatement: (match) => BASE.regex + transformations(match),
  sizeConstraintStatement: (match) => BASE.size + transformations(match),
  geoMatchStatement: () => BASE.geo,
  labelMatchStatement: () => BASE.label,
  ipSetReferenceStatement: () => BASE.ipSet,
  andStatement: ({ statements }) => sum(list(statements)),
  orStatement: ({ statements }) => sum(list(statements)),
  notStatement: ({ statement, statements }) => sum([...list(statement), ...list(statements)]),
  rateBasedStatement: ({ scopeDownStatement, customKeys }) =>
    BASE.rate + BASE.customKey * list(customKeys).length + statementCapacity(tree(scopeDownStatement)),
  managedRuleGroupStatement: ({ name, scopeDownStatement }) => {
    const capacity = GROUP_CAPACITY[String(name)];
    if (capacity === undefined) {
      const known = Object.keys(GROUP_CAPACITY).join(", ");
      throw new Error(
        `rule group ${String(name)} has no known capacity → add it to GROUP_CAPACITY; known are ${known}`,
      );
    }
    return capacity + statementCapacity(tree(scopeDownStatement));
  },
};

const sum = (statements: readonly Tree[]): number =>
  statements.reduce((total, statement) => total + statementCapacity(statement), 0);

/**
 * Capacity of a statement as the provider takes it (`{ geoMatchStatement: … }`).
 * @throws Error for a kind of statement or a managed group that is not in the tables.
 */
export function statementCapacity(statement: Tree): number {
  return Object.entries(statement)
    .filter(([, body]) => isTree(body))
    .reduce((total, [kind, body]) => {
      const capacityOf = LEAVES[kind];
      if (capacityOf === undefined) {
        throw new Error(`statement ${kind} has no known capacity → use one of ${Object.keys(LEAVES).join(", ")}`);
      }
      return total + capacityOf(tree(body));
    }, 0);
}
