/** The web ACLs of the good stack, and a VPC origin. */
import { arn, type Given } from "./given";
import { ACCOUNT, r, tagged } from "./parts";

const visible = (metricName: string) => ({
  visibilityConfig: { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true },
});
const stored = (header = "cookie") => ({
  notStatement: {
    statement: {
      byteMatchStatement: {
        fieldToMatch: { singleHeader: { name: header } },
        positionalConstraint: "STARTS_WITH",
        searchString: "a",
        textTransformations: [{ priority: 0, type: "NONE" }],
      },
    },
  },
});
const managed = (name: string, group: string, more: object = {}) => ({
  name,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { vendorName: "AWS", name: group, ...more } },
  ...visible(name),
});
const owasp = [
  managed("common", "AWSManagedRulesCommonRuleSet"),
  managed("inputs", "AWSManagedRulesKnownBadInputsRuleSet"),
  managed("sql", "AWSManagedRulesSQLiRuleSet"),
];

const logged = (acl: string, more: object = {}): Given[] => [
  tagged("cloudwatch/logGroup:LogGroup", `${acl}-logs`, {
    ...more,
    name: `aws-waf-logs-vod/dev/${acl}`,
    retentionInDays: 30,
    kmsKeyId: arn("data-key"),
  }),
  r("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", `${acl}-logging`, {
    ...more,
    resourceArn: arn(acl),
    logDestinationConfigs: [arn(`${acl}-logs`)],
    redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
  }),
];

const region = "us-east-1";

export const WAF: Given[] = [
  tagged("wafv2/webAcl:WebAcl", "edge-acl", {
    region,
    scope: "CLOUDFRONT",
    ...visible("acl"),
    rules: [
      ...owasp,
      {
        name: "rate",
        action: { block: {} },
        statement: { rateBasedStatement: { limit: 2000, evaluationWindowSec: 300, aggregateKeyType: "IP" } },
        ...visible("rate"),
      },
      {
        name: "countries",
        action: { block: {} },
        statement: { notStatement: { statement: { geoMatchStatement: { countryCodes: ["ES"] } } } },
        ...visible("countries"),
      },
      managed("bots", "AWSManagedRulesBotControlRuleSet", { scopeDownStatement: stored() }),
    ],
  }),
  ...logged("edge-acl", { region }),
  r("cloudfront/vpcOrigin:VpcOrigin", "vpc-origin", {
    tags: { Project: "vod", Stack: "dev", ManagedBy: "pulumi" },
    vpcOriginEndpointConfig: {
      name: "vod-dev-balancer",
      arn: `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:loadbalancer/app/b/1`,
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: "https-only",
      originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
    },
  }),
  r("wafv2/webAclAssociation:WebAclAssociation", "balancer-acl-association", {
    resourceArn: arn("balancer"),
    webAclArn: arn("edge-acl"),
  }),
];
