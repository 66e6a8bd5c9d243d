/** Cases of web ACLs and of origins that are no buckets. */
import { add, arn, drop, fails, id, passes, set, unset, type Case } from "../support/given";

const ALB = "aws:lb/loadBalancer:LoadBalancer";
const open = add(ALB, "open-balancer", { loadBalancerType: "application", internal: false });
const guarded = add("aws:wafv2/webAclAssociation:WebAclAssociation", "association", {
  resourceArn: arn("open-balancer"),
  webAclArn: arn("edge-acl"),
});

const UNCACHED = {
  targetOriginId: "api",
  viewerProtocolPolicy: "redirect-to-https",
  compress: true,
  responseHeadersPolicyId: id("headers"),
  pathPattern: "/api/*",
  cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  originRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
};
/** The api behind the distribution, by a balancer on the internet. */
const api = (origin: object = {}, behavior: object = {}) => [
  set("cdn", "origins.3", {
    originId: "api",
    domainName: "api.example.com",
    customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
    customHeaders: [{ name: "x-origin-verify", value: "s" }],
    ...origin,
  }),
  set("cdn", "orderedCacheBehaviors.3", { ...UNCACHED, ...behavior }),
];

const rate = "rules.3.statement.rateBasedStatement";
const countries = "rules.4.statement.notStatement.statement.geoMatchStatement.countryCodes";
const transformed = {
  regexMatchStatement: {
    regexString: "a",
    textTransformations: Array.from({ length: 40 }, (_, priority) => ({ priority, type: "LOWERCASE" })),
  },
};

export const wafCases: Case[] = [
  fails("cf-web-acl", "cdn", "webAclId is not set", unset("cdn", "webAclId")),
  fails("cf-web-acl", "cdn", "CloudFront cannot use edge-acl · scope REGIONAL", set("edge-acl", "scope", "REGIONAL")),
  fails("alb-web-acl", "open-balancer", "no web ACL stands before it", open),
  passes("alb-web-acl", "a balancer with an ACL", open, guarded),
  passes(
    "alb-web-acl",
    "a balancer inside the VPC",
    add(ALB, "open-balancer", { loadBalancerType: "application", internal: true }),
  ),
  fails("waf-owasp-set", "edge-acl", "AWSManagedRulesSQLiRuleSet", unset("edge-acl", "rules.2")),
  fails(
    "waf-owasp-set",
    "edge-acl",
    "rule common only counts",
    set("edge-acl", "rules.0.overrideAction", { count: {} }),
  ),
  fails(
    "waf-wcu-budget",
    "edge-acl",
    "the rules need 1558 units",
    set("edge-acl", "rules.6", { statement: transformed }),
  ),
  fails(
    "waf-wcu-budget",
    "edge-acl",
    "rule group OurOwn has no known capacity",
    set("edge-acl", "rules.5.statement.managedRuleGroupStatement.name", "OurOwn"),
  ),
  passes("waf-wcu-budget", "1,166 units"),
  fails("waf-logging", "edge-acl", "nothing is logged", drop("edge-acl-logging")),
  fails("waf-logging", "edge-acl", "edge-acl-logging shows cookie", unset("edge-acl-logging", "redactedFields.1")),
  fails("waf-logging", "edge-acl", "no such destination · vod-acl", set("edge-acl-logs", "name", "vod-acl")),
  fails(
    "waf-logging",
    "edge-acl",
    "no such destination · arn:aws:s3:::logs",
    set("edge-acl-logging", "logDestinationConfigs", ["arn:aws:s3:::logs-elsewhere"]),
  ),
  passes(
    "waf-logging",
    "a bucket of another program",
    set("edge-acl-logging", "logDestinationConfigs", ["arn:aws:s3:::aws-waf-logs-all"]),
  ),
  fails(
    "waf-metrics",
    "edge-acl",
    "the ACL has no metric",
    unset("edge-acl", "visibilityConfig.cloudwatchMetricsEnabled"),
  ),
  fails(
    "waf-metrics",
    "edge-acl",
    "rule rate has no metric",
    set("edge-acl", "rules.3.visibilityConfig.cloudwatchMetricsEnabled", false),
  ),
  fails("waf-rates", "edge-acl", "no address has a limit", unset("edge-acl", "rules.3")),
  fails("waf-rates", "edge-acl", "9 in 300 s", set("edge-acl", `${rate}.limit`, 9)),
  fails("waf-rates", "edge-acl", "2000 in 90 s", set("edge-acl", `${rate}.evaluationWindowSec`, 90)),
  fails("waf-countries", "edge-acl", "rule countries names 0 countries", set("edge-acl", countries, [])),
  fails(
    "waf-countries",
    "edge-acl",
    "rule countries names 51 countries",
    set(
      "edge-acl",
      countries,
      Array.from({ length: 51 }, (_, index) => `C${index}`),
    ),
  ),
  fails(
    "waf-bot-scope",
    "edge-acl",
    "rule bots is paid for every segment",
    unset("edge-acl", "rules.5.statement.managedRuleGroupStatement.scopeDownStatement"),
  ),
  fails(
    "cf-vpc-origin-tls",
    "vpc-origin",
    "http-only, TLSv1.2",
    set("vpc-origin", "vpcOriginEndpointConfig.originProtocolPolicy", "http-only"),
  ),
  fails(
    "cf-vpc-origin-tls",
    "vpc-origin",
    "https-only, TLSv1, TLSv1.2",
    set("vpc-origin", "vpcOriginEndpointConfig.originSslProtocols.items", ["TLSv1", "TLSv1.2"]),
  ),
  fails("cf-origin-secret", "cdn", "origin api cannot tell us", ...api({ customHeaders: [] })),
  passes("cf-origin-secret", "an origin with a secret", ...api()),
  fails(
    "cf-api-not-cached",
    "cdn",
    "behaviour api/* may keep answers",
    ...api({}, { cachePolicyId: id("cache-policy") }),
  ),
  fails(
    "cf-api-not-cached",
    "cdn",
    "does not pass on what viewers send · no policy",
    ...api({}, { originRequestPolicyId: undefined }),
  ),
  passes("cf-api-not-cached", "the two managed policies", ...api()),
  fails(
    "cf-media-failover",
    "cdn",
    "behaviour media/* has one origin alone",
    set("cdn", "orderedCacheBehaviors.1.targetOriginId", "media"),
  ),
  fails(
    "cf-media-failover",
    "cdn",
    "group media-group fails over on answers · 403",
    set("cdn", "originGroups.0.failoverCriteria", { statusCodes: [403, 500] }),
  ),
  fails(
    "cf-certificate-region",
    "cdn",
    "certificate · arn:aws:acm:eu-west-1:",
    set("cdn", "viewerCertificate.acmCertificateArn", "arn:aws:acm:eu-west-1:000000000000:certificate/1"),
  ),
  passes(
    "cf-certificate-region",
    "CloudFront's own",
    unset("cdn", "aliases"),
    set("cdn", "viewerCertificate", { cloudfrontDefaultCertificate: true }),
  ),
  fails("cf-alarm-region", "dead-alarm", "region the stack's own", set("dead-alarm", "namespace", "AWS/CloudFront")),
  fails(
    "cf-alarm-region",
    "dead-alarm",
    "AWS/WAFV2 has no data there · region eu-west-1",
    set("dead-alarm", "namespace", "AWS/WAFV2"),
    set("dead-alarm", "region", "eu-west-1"),
  ),
  passes(
    "cf-alarm-region",
    "a regional web ACL",
    set("dead-alarm", "namespace", "AWS/WAFV2"),
    set("dead-alarm", "dimensions", { Region: "eu-west-1", WebACL: "a", Rule: "ALL" }),
  ),
  passes(
    "cf-alarm-region",
    "an alarm in us-east-1",
    set("dead-alarm", "namespace", "AWS/CloudFront"),
    set("dead-alarm", "region", "us-east-1"),
  ),
];
