/** Web ACLs: that they are there, what they hold, what they cost and what they write down. */
import { INCLUDED_CAPACITY, statementCapacity } from "../../lib/webAclCapacity";
import type { Fields } from "../fields";
import { resourceRule, stackRule } from "../rule";
import { CLOUDFRONT, EDGE, ELB, WATCH } from "../tokens";

const GUIDE = "https://docs.aws.amazon.com/waf/latest/developerguide";

const beforeCdn = stackRule({
  name: "cf-web-acl",
  displayName: "Distributions have a web ACL",
  description: "What viewers send is judged before it reaches pages, media and api.",
  severity: "high",
  tags: ["cloudfront", "waf"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html",
  remedy: "set webAclId to the ARN of an aws.wafv2.WebAcl with scope CLOUDFRONT",
  types: CLOUDFRONT.distribution,
  check: ({ node, report }, graph) => {
    if (!node.inputs.has("webAclId")) return report("nothing is judged · webAclId is not set");
    for (const { name, inputs } of graph.linked(node, "webAclId", EDGE.webAcl)) {
      const scope = inputs.text("scope") ?? "unset";
      if (scope !== "CLOUDFRONT") report(`CloudFront cannot use ${name} · scope ${scope}`);
    }
  },
});

const beforeBalancer = stackRule({
  name: "alb-web-acl",
  displayName: "Balancers on the internet have a web ACL",
  description: "Everybody can reach them; an internal one is reached through the distribution's own interface alone.",
  severity: "high",
  tags: ["elb", "waf"],
  url: `${GUIDE}/web-acl-associating-aws-resource.html`,
  remedy: "add an aws.wafv2.WebAclAssociation of a REGIONAL web ACL, or set internal: true",
  types: ELB.balancer,
  check: ({ node, report }, graph) => {
    const kind = node.inputs.text("loadBalancerType") ?? "application";
    if (kind !== "application" || node.inputs.flag("internal")) return;
    if (graph.referring(node, EDGE.association, "resourceArn").length === 0) report("no web ACL stands before it");
  },
});

/** @throws UnknownValue when any part of it is not known. */
const statementOf = (rule: Fields) => rule.one("statement").plain();
const groupOf = (rule: Fields): Fields => rule.one("statement").one("managedRuleGroupStatement");
const groupsOf = (acl: Fields): string[] => acl.many("rules").map((rule) => groupOf(rule).text("name") ?? "");

/** AWS has no group "OWASP Top 10": these three together answer it. */
const OWASP = ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet"];

const owasp = resourceRule({
  name: "waf-owasp-set",
  displayName: "Web ACLs hold AWS's rules against OWASP's ten",
  description: "Common attacks, known bad inputs and SQL injection, each group in force and not only counting.",
  severity: "high",
  tags: ["waf", "owasp"],
  url: `${GUIDE}/aws-managed-rule-groups-baseline.html`,
  remedy: `add managed rule groups ${OWASP.join(", ")} with overrideAction none`,
  types: EDGE.webAcl,
  check: ({ node: { inputs }, report, part }) => {
    const missing = OWASP.filter((group) => !groupsOf(inputs).includes(group));
    if (missing.length > 0) report(`rules are missing · ${missing.join(", ")}`);
    for (const rule of inputs
      .many("rules")
      .filter((candidate) => OWASP.includes(groupOf(candidate).text("name") ?? "")))
      part(() => {
        if (rule.one("overrideAction").has("count")) report(`rule ${rule.text("name")} only counts`);
      });
  },
});

const capacity = resourceRule({
  name: "waf-wcu-budget",
  displayName: "Web ACLs stay within the capacity that is in their price",
  description: `Beyond ${INCLUDED_CAPACITY} units every million requests costs more.`,
  severity: "medium",
  tags: ["waf", "cost"],
  url: `${GUIDE}/aws-waf-capacity-units.html`,
  remedy: "drop text transformations or rules, or narrow what a rule reads",
  types: EDGE.webAcl,
  check: ({ node: { inputs }, report }) => {
    try {
      const units = inputs.many("rules").reduce((total, rule) => total + statementCapacity(statementOf(rule)), 0);
      if (units > INCLUDED_CAPACITY) report(`the rules need ${units} units · ${INCLUDED_CAPACITY} are in the price`);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes("no known capacity")) throw error;
      report(`the capacity cannot be told · ${error.message.split(" → ")[0]}`);
    }
  },
});

const HIDDEN = ["authorization", "cookie"];

const logging = stackRule({
  name: "waf-logging",
  displayName: "Web ACLs log, without what opens a session",
  description:
    "An incident needs the refused requests; a log that holds tokens and cookies lets its readers go on as the viewer.",
  severity: "high",
  tags: ["waf", "logs", "privacy"],
  url: `${GUIDE}/logging-management.html`,
  remedy: `add an aws.wafv2.WebAclLoggingConfiguration to a log group or bucket named aws-waf-logs-…, with redactedFields ${HIDDEN.join(" and ")}`,
  types: EDGE.webAcl,
  check: ({ node, report, part }, graph) => {
    const logs = graph.referring(node, EDGE.logging, "resourceArn");
    if (logs.length === 0) return report("nothing is logged");
    for (const log of logs) {
      part(() => {
        const fields = log.inputs.many("redactedFields");
        const redacted = fields.map((field) => field.one("singleHeader").text("name") ?? "");
        const open = HIDDEN.filter((header) => !redacted.includes(header));
        if (open.length > 0) report(`${log.name} shows ${open.join(", ")}`);
      });
      part(() => {
        const groups = graph.linked(log, "logDestinationConfigs", WATCH.logGroup);
        const names =
          groups.length > 0
            ? groups.map(({ inputs }) => inputs.text("name") ?? "a made-up name")
            : log.inputs.texts("logDestinationConfigs");
        for (const name of names.filter((candidate) => !/(^|[:/])aws-waf-logs-/.test(candidate)))
          report(`AWS WAF takes no such destination · ${name}`);
      });
    }
  },
});

const metrics = resourceRule({
  name: "waf-metrics",
  displayName: "Every rule of a web ACL has a metric",
  description: "A rule that refuses viewers by mistake is found by its metric.",
  severity: "low",
  tags: ["waf", "monitoring"],
  url: `${GUIDE}/web-acl-visibility-config.html`,
  remedy: "set visibilityConfig.cloudwatchMetricsEnabled: true on the ACL and on each rule",
  types: EDGE.webAcl,
  check: ({ node: { inputs }, report, part }) => {
    const judge = (holder: Fields, who: string): void =>
      part(() => {
        if (!holder.one("visibilityConfig").flag("cloudwatchMetricsEnabled")) report(`${who} has no metric`);
      });
    judge(inputs, "the ACL");
    for (const rule of inputs.many("rules")) judge(rule, `rule ${rule.text("name")}`);
  },
});

/** AWS WAF quotas and API reference, RateBasedStatement. */
const LEAST_LIMIT = 10;
const WINDOWS = [60, 120, 300, 600];
const MOST_RATES = 10;

const rates = resourceRule({
  name: "waf-rates",
  displayName: "Viewers' requests have a rate",
  description: "One address must not take what is there for all; the limits are ones that AWS WAF takes.",
  severity: "medium",
  tags: ["waf", "availability"],
  url: `${GUIDE}/waf-rule-statement-type-rate-based.html`,
  remedy: `add 1 to ${MOST_RATES} rateBasedStatement rules with a limit of ${LEAST_LIMIT} or more and a window of ${WINDOWS.join(", ")} s`,
  types: EDGE.webAcl,
  check: ({ node: { inputs }, report, part }) => {
    const all = inputs.many("rules").filter((rule) => rule.one("statement").has("rateBasedStatement"));
    if (all.length > MOST_RATES) report(`AWS WAF takes ${MOST_RATES} rates in an ACL · ${all.length}`);
    if (inputs.text("scope") === "CLOUDFRONT" && all.length === 0) report("no address has a limit");
    for (const rule of all) {
      part(() => {
        const rate = rule.one("statement").one("rateBasedStatement");
        const [limit, window] = [rate.number("limit") ?? 0, rate.number("evaluationWindowSec") ?? 300];
        if (limit < LEAST_LIMIT || !WINDOWS.includes(window))
          report(`rule ${rule.text("name")} has a rate that AWS WAF refuses · ${limit} in ${window} s`);
      });
    }
  },
});

const MOST_COUNTRIES = 50;

/** Country lists anywhere inside a statement. */
function countriesIn(value: unknown): unknown[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (key !== "geoMatchStatement") return countriesIn(item);
    const { countryCodes } = (item ?? {}) as { countryCodes?: unknown };
    return [Array.isArray(countryCodes) ? countryCodes : []];
  });
}

const countries = resourceRule({
  name: "waf-countries",
  displayName: "Lists of countries are ones that AWS WAF takes",
  description: "An empty list is refused when the stack is updated, and so is one of more than fifty.",
  severity: "low",
  tags: ["waf"],
  url: `${GUIDE}/waf-rule-statement-type-geo-match.html`,
  remedy: `leave out the rule, or name 1 to ${MOST_COUNTRIES} countries in it`,
  types: EDGE.webAcl,
  check: ({ node: { inputs }, report }) => {
    for (const rule of inputs.many("rules"))
      for (const codes of countriesIn(statementOf(rule)))
        if (codes.length === 0 || codes.length > MOST_COUNTRIES)
          report(`rule ${rule.text("name")} names ${codes.length} countries`);
  },
});

const botScope = resourceRule({
  name: "waf-bot-scope",
  displayName: "Bot Control reads no media",
  description: "It is paid for by the request, and a player asks for a segment every few seconds.",
  severity: "medium",
  tags: ["waf", "cost"],
  url: `${GUIDE}/waf-bot-control.html`,
  remedy: "set a scopeDownStatement that leaves out media and posters",
  types: EDGE.webAcl,
  check: ({ node: { inputs }, report, part }) => {
    for (const rule of inputs.many("rules")) {
      part(() => {
        const group = groupOf(rule);
        if (group.text("name") === "AWSManagedRulesBotControlRuleSet" && !group.has("scopeDownStatement"))
          report(`rule ${rule.text("name")} is paid for every segment`);
      });
    }
  },
});

export const wafRules = [beforeCdn, beforeBalancer, owasp, capacity, logging, metrics, rates, countries, botScope];
