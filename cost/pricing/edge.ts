/** Web ACLs, secrets and metrics of the distribution. What it delivers is in `storage.ts`. */
import type { ResourceRecord } from "../../model/record";
import { ALLOWANCES } from "../prices";
import { PAGE_REQUESTS_PER_VIEWER_HOUR } from "../usage";
import { beyond, counted, line, sum, thousands, type Pricing } from "./pricing";

/** CloudFront's additional metrics of one distribution. */
const DETAILED_METRICS = 8;

const rulesOf = (acls: readonly ResourceRecord[]): unknown[] =>
  acls.flatMap(({ inputs }) => (Array.isArray(inputs.rules) ? inputs.rules : []));
const uses = (acls: readonly ResourceRecord[], group: string): number =>
  rulesOf(acls).filter((rule) => JSON.stringify(rule).includes(`"${group}"`)).length;

/** An ACL before CloudFront sees every request; the one before a balancer only what the api is asked. */
const requestsOf = (acls: readonly ResourceRecord[], all: number, pages: number): number =>
  acls.reduce((total, { inputs }) => total + (inputs.scope === "CLOUDFRONT" ? all : pages), 0);

export const EDGE: Readonly<Record<string, Pricing>> = {
  "aws:wafv2/webAcl:WebAcl": (acls, { cdnRequests, viewerHours }) => {
    const pages = viewerHours * PAGE_REQUESTS_PER_VIEWER_HOUR;
    const requests = requestsOf(acls, cdnRequests + pages, pages);
    const rules = rulesOf(acls).length;
    const [bots, floods] = [
      uses(acls, "AWSManagedRulesBotControlRuleSet"),
      uses(acls, "AWSManagedRulesAntiDDoSRuleSet"),
    ];
    const lines = [
      line(
        "Security",
        `WAF, ${counted(acls, "web ACL")}`,
        sum(["webAcl", acls.length], ["webAclRule", rules], ["webAclRequest", requests]),
        `${rules} rules at $1; ${thousands(requests)} requests at $0.60 a million`,
      ),
    ];
    if (bots > 0) {
      const cost = sum(["botControl", bots], ["botControlRequest", beyond(pages, ALLOWANCES.botControlRequests)]);
      lines.push(line("Security", "WAF, Bot Control", cost, "it reads no media; ten million requests are free"));
    }
    if (floods > 0) {
      const cost = sum(["antiDdos", floods], ["antiDdosRequest", cdnRequests + pages]);
      lines.push(line("Security", "WAF, rules against floods", cost, "$20, and $0.15 a million requests"));
    }
    return lines;
  },
  "aws:secretsmanager/secret:Secret": (secrets) => [
    line("Security", `Secrets Manager, ${counted(secrets, "secret")}`, sum(["secret", secrets.length]), "$0.40 each"),
  ],
  "aws:cloudfront/monitoringSubscription:MonitoringSubscription": (subscriptions) => [
    line(
      "Monitoring",
      "CloudFront, additional metrics",
      sum(["customMetric", subscriptions.length * DETAILED_METRICS]),
      `${DETAILED_METRICS} of the distribution`,
    ),
  ],
};
