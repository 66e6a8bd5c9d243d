/** The planned rules in the provider's shape. */
import * as aws from "@pulumi/aws";
import { RATE_WINDOW, type AclRule, type Condition, type Field, type ManagedRule, type Refusal } from "./webAcl.plan";

type Rule = aws.types.input.wafv2.WebAclRule;
type Managed = aws.types.input.wafv2.WebAclRuleStatementManagedRuleGroupStatement;

const fieldToMatch = (field: Field) => (field === "path" ? { uriPath: {} } : { singleHeader: { name: field.header } });
const transformed = (type = "NONE") => [{ priority: 0, type }];

function statementOf(condition: Condition): aws.types.input.wafv2.WebAclRuleStatement {
  switch (condition.kind) {
    case "text":
      return {
        byteMatchStatement: {
          fieldToMatch: fieldToMatch(condition.field),
          positionalConstraint: condition.position,
          searchString: condition.text,
          textTransformations: transformed(),
        },
      };
    case "pattern":
      return {
        regexMatchStatement: {
          fieldToMatch: fieldToMatch(condition.field),
          regexString: condition.pattern,
          textTransformations: transformed(condition.transform),
        },
      };
    case "present":
      return {
        sizeConstraintStatement: {
          fieldToMatch: fieldToMatch(condition.field),
          comparisonOperator: "GT",
          size: 0,
          textTransformations: transformed(),
        },
      };
    case "countries":
      return { geoMatchStatement: { countryCodes: condition.codes } };
    case "not":
      return { notStatement: { statement: statementOf(condition.of) } };
    case "all":
      return { andStatement: { statements: condition.of.map(statementOf) } };
    case "any":
      return { orStatement: { statements: condition.of.map(statementOf) } };
  }
}

/** Scope-downs are types of their own with the same fields. */
const scopeOf = (condition: Condition) => ({
  scopeDownStatement: statementOf(condition) as NonNullable<Managed["scopeDownStatement"]>,
});

const refused = ({ status, retryAfter }: Refusal) => ({
  customResponse: {
    responseCode: status,
    ...(retryAfter !== undefined && { responseHeaders: [{ name: "retry-after", value: String(retryAfter) }] }),
  },
});

/** Neither pages nor players can solve a challenge in the middle of a call for data. */
const NO_CHALLENGE = "^/(api|media|posters)/";

const SETTINGS: Readonly<Record<NonNullable<ManagedRule["settings"]>, Managed["managedRuleGroupConfigs"]>> = {
  commonBots: [{ awsManagedRulesBotControlRuleSet: { inspectionLevel: "COMMON" } }],
  flood: [
    {
      awsManagedRulesAntiDdosRuleSet: {
        sensitivityToBlock: "LOW",
        clientSideActionConfig: {
          challenge: {
            usageOfAction: "ENABLED",
            sensitivity: "HIGH",
            exemptUriRegularExpressions: [{ regexString: NO_CHALLENGE }],
          },
        },
      },
    },
  ],
};

function behaviourOf(rule: AclRule): Pick<Rule, "action" | "overrideAction" | "statement"> {
  switch (rule.kind) {
    case "own":
      return {
        action: rule.action === "count" ? { count: {} } : { block: rule.refusal ? refused(rule.refusal) : {} },
        statement: statementOf(rule.condition),
      };
    case "rate":
      return {
        action: { block: refused({ status: 429, retryAfter: RATE_WINDOW }) },
        statement: {
          rateBasedStatement: {
            limit: rule.limit,
            evaluationWindowSec: RATE_WINDOW,
            aggregateKeyType: "IP",
            ...scopeOf(rule.scope),
          },
        },
      };
    case "managed":
      return {
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: {
            vendorName: "AWS",
            name: rule.group,
            ...(rule.counted && {
              ruleActionOverrides: rule.counted.map((name) => ({ name, actionToUse: { count: {} } })),
            }),
            ...(rule.scope && scopeOf(rule.scope)),
            ...(rule.settings && { managedRuleGroupConfigs: SETTINGS[rule.settings] }),
          },
        },
      };
  }
}

/** Every rule has a metric; samples show the requests of the last three hours to whoever may read the ACL. */
export const visibility = (metricName: string) => ({
  cloudwatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: true,
});

/** The rules in their order. */
export const rulesOf = (rules: AclRule[]): Rule[] =>
  rules.map((rule, priority) => ({
    name: rule.name,
    priority,
    ...behaviourOf(rule),
    visibilityConfig: visibility(rule.name),
  }));
