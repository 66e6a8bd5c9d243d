import { strict as assert } from "node:assert";
import { VodLoadBalancer, type VodLoadBalancerArgs } from "../../components";
import { platform, TOPICS } from "../support/platform";
import { ACCOUNT, record, type Recording } from "../support/recorder";

const CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`;
const DOMAIN = { hostName: "origin.vod.example.com", certificateArn: CERTIFICATE };
const args = (more: Partial<VodLoadBalancerArgs> = {}): VodLoadBalancerArgs => ({
  platform: platform(),
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b"],
  albGroupId: "sg-alb",
  logBucket: "logs",
  alerts: TOPICS,
  domain: DOMAIN,
  ...more,
});
const build = (more?: Partial<VodLoadBalancerArgs>): Promise<Recording> =>
  record(() => new VodLoadBalancer("lb", args(more)));

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const GROUP = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const RULE = "aws:lb/listenerRule:ListenerRule";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const NOT_FOUND = [
  {
    type: "fixed-response",
    fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "not found" },
  },
];

describe("VodLoadBalancer", () => {
  let lb: Recording;
  before(async () => {
    lb = await build();
  });

  it("faces the internet with a domain, drops what is ambiguous, and logs requests and connections", () => {
    const { tags, ...inputs } = lb.one(BALANCER, "lb").inputs;
    assert.equal(tags.Name, "lb");
    assert.deepEqual(inputs, {
      loadBalancerType: "application",
      internal: false,
      ipAddressType: "ipv4",
      subnets: ["subnet-a", "subnet-b"],
      securityGroups: ["sg-alb"],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "strictest",
      xffHeaderProcessingMode: "append",
      preserveHostHeader: true,
      enableHttp2: true,
      idleTimeout: 60,
      enableDeletionProtection: true,
      accessLogs: { bucket: "logs", prefix: "alb/access", enabled: true },
      connectionLogs: { bucket: "logs", prefix: "alb/connections", enabled: true },
    });
  });

  it("sends plain HTTP on, and speaks TLS 1.2 and 1.3 with the certificate", () => {
    assert.equal(lb.all(LISTENER).length, 2);
    const http = lb.one(LISTENER, "lb-http").inputs;
    assert.deepEqual([http.port, http.protocol, http.sslPolicy], [80, "HTTP", undefined]);
    assert.deepEqual(http.defaultActions, [
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
    ]);
    const https = lb.one(LISTENER, "lb-https").inputs;
    assert.deepEqual(
      [https.port, https.protocol, https.sslPolicy, https.certificateArn],
      [443, "HTTPS", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", CERTIFICATE],
    );
    assert.deepEqual(https.defaultActions, NOT_FOUND);
    for (const { inputs } of lb.all(LISTENER)) assert.equal(inputs.routingHttpResponseServerEnabled, false);
  });

  it("has two equal groups of targets for each service, sticky and asked for /health every 30 s", () => {
    const groups = lb.all(GROUP);
    assert.deepEqual(
      groups.map(({ name, inputs }) => [name, inputs.name]),
      ["api", "backoffice"].flatMap((service) =>
        ["blue", "green"].map((color) => [`lb-${service}-${color}`, `vod-dev-${service}-${color}`]),
      ),
    );
    for (const { name, inputs } of groups) {
      const { name: _, tags, ...same } = inputs;
      assert.equal(tags.Name, name);
      assert.deepEqual(same, {
        vpcId: "vpc-1",
        targetType: "ip",
        port: 8080,
        protocol: "HTTP",
        protocolVersion: "HTTP1",
        deregistrationDelay: 30,
        loadBalancingAlgorithmType: "least_outstanding_requests",
        healthCheck: {
          enabled: true,
          path: "/health",
          protocol: "HTTP",
          port: "traffic-port",
          interval: 30,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
          matcher: "200",
        },
        stickiness: { type: "lb_cookie", enabled: true, cookieDuration: 3600 },
      });
    }
  });

  it("leads paths to the services, the backoffice's first, and leaves the weights to deployments", () => {
    const rules = lb.all(RULE);
    assert.deepEqual(rules.map(({ inputs }) => [inputs.priority, inputs.conditions[0].pathPattern.values]).sort(), [
      [10, ["/api/backoffice", "/api/backoffice/*"]],
      [20, ["/api/*"]],
    ]);
    for (const { name, inputs, options } of rules) {
      const service = name === "lb-api-rule" ? "api" : "backoffice";
      assert.equal(inputs.listenerArn, `arn:aws:lb:us-east-1:${ACCOUNT}:lb-https-1a2b3c4`);
      assert.deepEqual(inputs.actions, [
        { type: "forward", targetGroupArn: `arn:aws:lb:us-east-1:${ACCOUNT}:vod-dev-${service}-blue` },
      ]);
      assert.deepEqual(options.ignoreChanges, ["actions"]);
    }
  });

  it("alarms on errors, latency and health of each group, and on what the balancer itself refuses", () => {
    const alarms = lb.all(ALARM);
    assert.equal(alarms.length, 14);
    const row = (name: string): unknown[] => {
      const { inputs } = lb.one(ALARM, name);
      const { statistic, extendedStatistic, threshold, period, evaluationPeriods, alarmActions } = inputs;
      return [inputs.metricName, statistic ?? extendedStatistic, threshold, period, evaluationPeriods, alarmActions[0]];
    };
    const { criticalArn, warningArn } = TOPICS;
    assert.deepEqual(row("lb-errors"), ["HTTPCode_ELB_5XX_Count", "Sum", 10, 60, 3, criticalArn]);
    assert.deepEqual(row("lb-rejected"), ["RejectedConnectionCount", "Sum", 0, 60, 1, criticalArn]);
    for (const group of ["lb-api-blue", "lb-api-green", "lb-backoffice-blue", "lb-backoffice-green"]) {
      assert.deepEqual(row(`${group}-errors`), ["HTTPCode_Target_5XX_Count", "Sum", 5, 60, 2, criticalArn]);
      assert.deepEqual(row(`${group}-latency`), ["TargetResponseTime", "p95", 1, 60, 5, warningArn]);
      assert.deepEqual(row(`${group}-unhealthy`), ["UnHealthyHostCount", "Maximum", 0, 60, 3, warningArn]);
    }
    for (const { inputs } of alarms) assert.equal(inputs.treatMissingData, "notBreaching");
    assert.deepEqual(lb.one(ALARM, "lb-api-green-errors").inputs.dimensions, {
      LoadBalancer: "LoadBalancer/lb-1a2b3c4",
      TargetGroup: "TargetGroup/vod-dev-api-green",
    });
  });

  it("tells a service's groups, rule, metrics and the alarms to roll back on", async () => {
    const values: { api?: unknown; https?: unknown } = {};
    await record(() => {
      const component = new VodLoadBalancer("lb", args());
      component.api.apply((api) => (values.api = api));
      component.httpsListenerArn?.apply((arn) => (values.https = arn));
    });
    const arn = (name: string): string => `arn:aws:lb:us-east-1:${ACCOUNT}:${name}`;
    assert.deepEqual(values, {
      api: {
        targetGroupArn: arn("vod-dev-api-blue"),
        alternateTargetGroupArn: arn("vod-dev-api-green"),
        ruleArn: arn("lb-api-rule-1a2b3c4"),
        targetGroupMetric: "TargetGroup/vod-dev-api-blue",
        alternateTargetGroupMetric: "TargetGroup/vod-dev-api-green",
        alarmNames: ["blue", "green"].flatMap((color) =>
          ["errors", "latency", "unhealthy"].map((what) => `lb-api-${color}-${what}-1a2b3c4`),
        ),
      },
      https: arn("lb-https-1a2b3c4"),
    });
  });

  it("lets the balancer of an open stack go", async () => {
    const open = await build({ platform: platform({ protect: false }) });
    assert.equal(open.one(BALANCER, "lb").inputs.enableDeletionProtection, false);
  });

  it("keeps the names of groups within 32 characters, and apart", async () => {
    const stack = "a-very-long-stack-name-of-forty-two-chars-";
    const long = await build({ platform: platform({ stack }) });
    const names = long.all(GROUP).map(({ inputs }) => inputs.name as string);
    assert.equal(new Set(names).size, 4);
    for (const name of names) assert.match(name, /^[A-Za-z0-9-]{1,32}$/);
  });
});

describe("VodLoadBalancer without a domain", () => {
  let lb: Recording;
  before(async () => {
    lb = await build({ domain: undefined });
  });

  it("has private addresses only and one listener, which holds the rules", () => {
    assert.equal(lb.one(BALANCER, "lb").inputs.internal, true);
    const [listener, ...others] = lb.all(LISTENER);
    assert.deepEqual(others, []);
    assert.deepEqual([listener?.inputs.port, listener?.inputs.protocol], [80, "HTTP"]);
    assert.deepEqual(listener?.inputs.defaultActions, NOT_FOUND);
    for (const { inputs } of lb.all(RULE)) {
      assert.equal(inputs.listenerArn, `arn:aws:lb:us-east-1:${ACCOUNT}:lb-http-1a2b3c4`);
    }
  });

  it("has the same groups, rules and alarms", () => {
    assert.deepEqual([lb.all(GROUP).length, lb.all(RULE).length, lb.all(ALARM).length], [4, 2, 14]);
  });
});
