/** The web ACLs as the provider gets them, who reaches the balancer, and what stands in us-east-1. */
import { strict as assert } from "node:assert";
import type { VodEdgeArgs } from "../../components";
import { BALANCER, INTERNAL, recordEdge } from "../support/edge";
import { KEY, platform, TOPICS } from "../support/platform";
import { ACCOUNT, json, type Recording } from "../support/recorder";

const ACL = "aws:wafv2/webAcl:WebAcl";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const OPEN = { arn: BALANCER, dnsName: "b.elb.amazonaws.com", internal: false, hostName: "origin.example.com" };
const DOMAIN = { name: "vod.example.com", certificateArn: "arn:aws:acm:us-east-1:0:certificate/c" };

interface Rule {
  name: string;
  priority: number;
  action?: Record<string, unknown>;
  overrideAction?: Record<string, unknown>;
  statement: Record<string, Record<string, unknown>>;
  visibilityConfig: Record<string, unknown>;
}
const rulesOf = (edge: Recording, name: string): Rule[] => edge.one(ACL, name).inputs.rules;
const rule = (edge: Recording, name: string, acl = "e-viewers-acl"): Rule => {
  const found = rulesOf(edge, acl).find((candidate) => candidate.name === name);
  assert.ok(found, name);
  return found;
};

describe("VodEdge's protection", () => {
  let dev: Recording;
  let prod: Recording;
  before(async () => {
    dev = await recordEdge();
    prod = await recordEdge({ balancer: OPEN, domain: DOMAIN, protection: { botControl: true, antiDdos: true } });
  });

  it("stands before CloudFront, in us-east-1, and lets pass what no rule names", () => {
    const { region, scope, defaultAction, visibilityConfig } = dev.one(ACL, "e-viewers-acl").inputs;
    assert.deepEqual([region, scope, defaultAction], ["us-east-1", "CLOUDFRONT", { allow: {} }]);
    assert.deepEqual(visibilityConfig, {
      cloudwatchMetricsEnabled: true,
      metricName: "vod-dev-viewers",
      sampledRequestsEnabled: true,
    });
    const acl = `arn:aws:wafv2:us-east-1:${ACCOUNT}:e-viewers-acl-1a2b3c4`;
    assert.equal(dev.one(DISTRIBUTION, "e-distribution").inputs.webAclId, acl);
  });

  it("numbers its rules in their order and gives each a metric", () => {
    for (const [index, { priority, name, visibilityConfig }] of rulesOf(prod, "e-viewers-acl").entries()) {
      assert.equal(priority, index);
      const { cloudwatchMetricsEnabled, metricName } = visibilityConfig;
      assert.deepEqual([cloudwatchMetricsEnabled, metricName], [true, name]);
    }
  });

  it("says 429 to whoever asks too often, and when to come again", () => {
    assert.deepEqual(rule(dev, "request-rate").action, {
      block: {
        customResponse: { responseCode: 429, responseHeaders: [{ name: "retry-after", value: "300" }] },
      },
    });
    const { scopeDownStatement, ...rate } = rule(dev, "media-rate").statement.rateBasedStatement ?? {};
    assert.deepEqual(rate, { limit: 3000, evaluationWindowSec: 300, aggregateKeyType: "IP" });
    assert.deepEqual(scopeDownStatement, {
      regexMatchStatement: {
        fieldToMatch: { uriPath: {} },
        regexString: "^/(media)(/[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)+$",
        textTransformations: [{ priority: 0, type: "NONE" }],
      },
    });
  });

  it("puts AWS's groups in force, with the exceptions that are argued", () => {
    const groups = rulesOf(prod, "e-viewers-acl").flatMap(({ overrideAction, statement }) => {
      const group = statement.managedRuleGroupStatement;
      if (!group) return [];
      assert.deepEqual(overrideAction, { none: {} });
      const counted = (group.ruleActionOverrides ?? []) as { name: string; actionToUse: unknown }[];
      for (const { actionToUse } of counted) assert.deepEqual(actionToUse, { count: {} });
      return [[group.name, counted.map(({ name }) => name).join(), group.scopeDownStatement !== undefined]];
    });
    assert.deepEqual(groups, [
      ["AWSManagedRulesAntiDDoSRuleSet", "", false],
      ["AWSManagedRulesAmazonIpReputationList", "", false],
      ["AWSManagedRulesAnonymousIpList", "HostingProviderIPList", false],
      ["AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY", true],
      ["AWSManagedRulesKnownBadInputsRuleSet", "", true],
      ["AWSManagedRulesSQLiRuleSet", "", true],
      ["AWSManagedRulesBotControlRuleSet", "CategoryHttpLibrary,SignalNonBrowserUserAgent", true],
    ]);
    assert.deepEqual(rule(prod, "bots").statement.managedRuleGroupStatement?.managedRuleGroupConfigs, [
      { awsManagedRulesBotControlRuleSet: { inspectionLevel: "COMMON" } },
    ]);
  });

  it("logs what was refused or counted, for as long as the stack's logs, without tokens and cookies", () => {
    const group = dev.one("aws:cloudwatch/logGroup:LogGroup", "e-viewers-acl-logs").inputs;
    assert.deepEqual(
      [group.name, group.region, group.retentionInDays, group.kmsKeyId],
      ["aws-waf-logs-vod/dev/viewers", "us-east-1", 14, KEY("logs")],
    );
    const log = dev.one(
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
      "e-viewers-acl-logging",
    ).inputs;
    assert.equal(log.region, "us-east-1");
    assert.deepEqual(log.redactedFields, [
      { singleHeader: { name: "authorization" } },
      { singleHeader: { name: "cookie" } },
    ]);
    assert.equal(log.loggingFilter.defaultBehavior, "DROP");
    const [{ behavior, requirement, conditions }] = log.loggingFilter.filters;
    assert.deepEqual([behavior, requirement], ["KEEP", "MEETS_ANY"]);
    assert.deepEqual(
      conditions.map(({ actionCondition }: { actionCondition: { action: string } }) => actionCondition.action),
      ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"],
    );
    assert.deepEqual(dev.one(ACL, "e-viewers-acl").inputs.dataProtectionConfig.dataProtections, [
      { action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: ["authorization"] } },
      { action: "SUBSTITUTION", field: { fieldType: "SINGLE_COOKIE" } },
    ]);
  });

  it("reaches an internal balancer by a VPC origin, in the clear inside the VPC, and guards it no further", () => {
    const { vpcOriginEndpointConfig } = dev.one("aws:cloudfront/vpcOrigin:VpcOrigin", "e-balancer").inputs;
    assert.deepEqual(vpcOriginEndpointConfig, {
      name: "vod-dev-balancer",
      arn: BALANCER,
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: "http-only",
      originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
    });
    assert.deepEqual(dev.one(DISTRIBUTION, "e-distribution").inputs.origins[3], {
      originId: "balancer",
      domainName: "internal-b.elb.amazonaws.com",
      vpcOriginConfig: { vpcOriginId: "id-of-e-balancer-1a2b3c4", originReadTimeout: 30, originKeepaliveTimeout: 5 },
      connectionAttempts: 2,
      connectionTimeout: 5,
    });
    assert.equal(dev.all(ACL).length, 1);
    assert.equal(dev.all("aws:secretsmanager/secret:Secret").length, 0);
  });

  it("speaks TLS to an internal balancer that has a certificate", async () => {
    const edge = await recordEdge({ balancer: { ...INTERNAL, hostName: "origin.example.com" } });
    const { vpcOriginEndpointConfig } = edge.one("aws:cloudfront/vpcOrigin:VpcOrigin", "e-balancer").inputs;
    assert.equal(vpcOriginEndpointConfig.originProtocolPolicy, "https-only");
    assert.equal(edge.one(DISTRIBUTION, "e-distribution").inputs.origins[3].domainName, "origin.example.com");
  });

  it("tells an internet-facing balancer a word that AWS made up, and keeps it at every update", () => {
    const secret = prod.one("aws:secretsmanager/secret:Secret", "e-origin-secret").inputs;
    assert.deepEqual([secret.kmsKeyId, secret.tags.rotation], [KEY("secrets"), "external"]);
    const version = prod.one("aws:secretsmanager/secretVersion:SecretVersion", "e-origin-secret-version");
    assert.deepEqual(version.options.ignoreChanges, ["secretString"]);
    assert.equal(version.inputs.secretString.length, 48);
    const distribution = prod.one(DISTRIBUTION, "e-distribution");
    const [, , , origin] = distribution.inputs.origins;
    assert.deepEqual(origin.customOriginConfig, {
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: "https-only",
      originSslProtocols: ["TLSv1.2"],
      originReadTimeout: 30,
      originKeepaliveTimeout: 5,
    });
    assert.deepEqual(origin.customHeaders, [{ name: "x-origin-verify", value: version.inputs.secretString }]);
    assert.equal(origin.domainName, "origin.example.com");
    // Secret where it stands, and nowhere in the clear.
    assert.deepEqual(version.secrets, ["secretString"]);
    assert.deepEqual(distribution.secrets, ["origins.3.customHeaders.0.value"]);
    assert.deepEqual(prod.one(ACL, "e-balancer-acl").secrets, [
      "rules.0.statement.notStatement.statement.byteMatchStatement.searchString",
    ]);
  });

  it("lets an internet-facing balancer take nothing else", () => {
    const { region, scope } = prod.one(ACL, "e-balancer-acl").inputs;
    assert.deepEqual([region, scope], ["us-east-1", "REGIONAL"]);
    const first = rulesOf(prod, "e-balancer-acl")[0];
    assert.deepEqual([first?.name, first?.action], ["past-the-cdn", { block: {} }]);
    assert.deepEqual(prod.one("aws:wafv2/webAclAssociation:WebAclAssociation", "e-balancer-acl-association").inputs, {
      resourceArn: BALANCER,
      webAclArn: `arn:aws:wafv2:us-east-1:${ACCOUNT}:e-balancer-acl-1a2b3c4`,
    });
    assert.equal(
      prod.one("aws:cloudwatch/logGroup:LogGroup", "e-balancer-acl-logs").inputs.name,
      "aws-waf-logs-vod/dev/balancer",
    );
  });

  it("rings when requests fail, when many are refused, and when somebody goes past it", () => {
    const alarms = prod
      .all(ALARM)
      .map(({ name, inputs }) => [
        name,
        inputs.region,
        `${inputs.namespace} ${inputs.metricName} ${inputs.statistic} > ${inputs.threshold}`,
        inputs.dimensions,
        inputs.alarmActions,
      ]);
    const byName = alarms.sort(([a], [b]) => String(a).localeCompare(String(b)));
    assert.deepEqual(byName, [
      [
        "e-errors",
        "us-east-1",
        "AWS/CloudFront 5xxErrorRate Average > 1",
        { DistributionId: "id-of-e-distribution-1a2b3c4", Region: "Global" },
        [TOPICS.criticalArn],
      ],
      [
        "e-past-the-cdn",
        undefined,
        "AWS/WAFV2 BlockedRequests Sum > 200",
        { Region: "us-east-1", WebACL: "vod-dev-balancer", Rule: "past-the-cdn" },
        [TOPICS.warningArn],
      ],
      [
        "e-refused",
        "us-east-1",
        "AWS/WAFV2 BlockedRequests Sum > 2000",
        { WebACL: "vod-dev-viewers", Rule: "ALL" },
        [TOPICS.warningArn],
      ],
    ]);
    assert.deepEqual(
      dev
        .all(ALARM)
        .map(({ name }) => name)
        .sort(),
      ["e-errors", "e-refused"],
    );
  });

  it("keeps countries out by the ACL, and serves only those named by CloudFront's own list", async () => {
    const edge = await recordEdge({ servedCountries: ["MX", "ES"], protection: { blockedCountries: ["SY", "KP"] } });
    assert.deepEqual(edge.one(DISTRIBUTION, "e-distribution").inputs.restrictions, {
      geoRestriction: { restrictionType: "whitelist", locations: ["ES", "MX"] },
    });
    const { action, statement } = rule(edge, "country");
    assert.deepEqual(statement, { geoMatchStatement: { countryCodes: ["KP", "SY"] } });
    assert.deepEqual(action, { block: { customResponse: { responseCode: 451 } } });
    assert.deepEqual(dev.one(DISTRIBUTION, "e-distribution").inputs.restrictions, {
      geoRestriction: { restrictionType: "none" },
    });
  });

  it("makes a key and topics in us-east-1 for a stack that is elsewhere", async () => {
    const far = await recordEdge({ platform: platform({ region: "eu-west-1", protect: false }), balancer: OPEN });
    const key = far.one("aws:kms/key:Key", "e-edge").inputs;
    assert.deepEqual([key.region, key.enableKeyRotation, key.deletionWindowInDays], ["us-east-1", true, 7]);
    const services = json(key.policy).Statement.filter(
      ({ Principal }: { Principal: Record<string, string> }) => Principal.Service,
    );
    assert.deepEqual(
      services.map(({ Principal, Condition }: { Principal: { Service: string }; Condition: unknown }) => [
        Principal.Service,
        Condition,
      ]),
      [
        [
          "logs.us-east-1.amazonaws.com",
          {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn": [
                `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:aws-waf-logs-vod/dev/*`,
              ],
            },
          },
        ],
        ["cloudwatch.amazonaws.com", { StringEquals: { "aws:SourceAccount": ACCOUNT } }],
      ],
    );
    const keyArn = `arn:aws:kms:us-east-1:${ACCOUNT}:e-edge-1a2b3c4`;
    const logs = (name: string) => far.one("aws:cloudwatch/logGroup:LogGroup", name).inputs;
    assert.deepEqual([logs("e-viewers-acl-logs").region, logs("e-viewers-acl-logs").kmsKeyId], ["us-east-1", keyArn]);
    assert.deepEqual(
      [logs("e-balancer-acl-logs").region, logs("e-balancer-acl-logs").kmsKeyId],
      ["eu-west-1", KEY("logs")],
    );
    assert.equal(far.one(ACL, "e-balancer-acl").inputs.region, "eu-west-1");
    for (const role of ["critical", "warning"]) {
      const { region, kmsMasterKeyId } = far.one("aws:sns/topic:Topic", `e-edge-${role}`).inputs;
      assert.deepEqual([region, kmsMasterKeyId], ["us-east-1", keyArn]);
    }
    const { alarmActions } = far.one(ALARM, "e-errors").inputs;
    assert.deepEqual(alarmActions, [`arn:aws:sns:us-east-1:${ACCOUNT}:e-edge-critical-1a2b3c4`]);
    assert.deepEqual(far.one(ALARM, "e-past-the-cdn").inputs.alarmActions, [TOPICS.warningArn]);
    assert.equal(dev.all("aws:kms/key:Key").length + dev.all("aws:sns/topic:Topic").length, 0);
  });

  it("leads the stack's names to the distribution and the balancer", async () => {
    const edge = await recordEdge({ balancer: { ...OPEN, zoneId: "Z35" }, domain: DOMAIN, hostedZoneId: "Z1" });
    const records = edge
      .all("aws:route53/record:Record")
      .map(({ name, inputs }) => [name, inputs.zoneId, inputs.name, inputs.type, inputs.aliases[0].name]);
    assert.deepEqual(records.sort(), [
      ["e-balancer-ipv4", "Z1", "origin.example.com", "A", "b.elb.amazonaws.com"],
      ["e-viewers-ipv4", "Z1", "vod.example.com", "A", "d111111abcdef8.cloudfront.net"],
      ["e-viewers-ipv6", "Z1", "vod.example.com", "AAAA", "d111111abcdef8.cloudfront.net"],
    ]);
    assert.equal(prod.all("aws:route53/record:Record").length, 0);
  });

  it("counts more closely when told to", async () => {
    const edge = await recordEdge({ detailedMetrics: true });
    const { distributionId, monitoringSubscription } = edge.one(
      "aws:cloudfront/monitoringSubscription:MonitoringSubscription",
      "e-metrics",
    ).inputs;
    assert.equal(distributionId, "id-of-e-distribution-1a2b3c4");
    assert.deepEqual(monitoringSubscription, {
      realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" },
    });
    assert.equal(dev.all("aws:cloudfront/monitoringSubscription:MonitoringSubscription").length, 0);
  });

  const wrong: [what: string, change: Partial<VodEdgeArgs>, message: RegExp][] = [
    [
      "a balancer on the internet without TLS",
      { balancer: { ...OPEN, hostName: undefined } },
      /has no hostName → give/,
    ],
    ["a zone without a domain", { hostedZoneId: "Z1" }, /hostedZoneId is Z1 and there is no domain → give both/],
    [
      "a limit below AWS WAF's",
      { protection: { requestLimit: 9 } },
      /requestLimit is 9 → a whole number .* 10 at least/,
    ],
    ["half a request", { protection: { mediaRequestLimit: 99.5 } }, /mediaRequestLimit is 99.5 → /],
    [
      "51 countries",
      { protection: { blockedCountries: Array.from({ length: 51 }, (_, index) => `C${index}`) } },
      /has 51 countries → at most 50; to serve few, use servedCountries/,
    ],
  ];
  for (const [what, change, message] of wrong) it(`refuses ${what}`, () => assert.rejects(recordEdge(change), message));
});
