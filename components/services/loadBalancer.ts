import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { targetGroupName } from "../../lib/names";
import { named } from "../../lib/tags";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import {
  COLORS,
  DRAIN_SECONDS,
  HEALTH_CHECK,
  IDLE_SECONDS,
  ROUTES,
  STICKINESS,
  TARGET_PORT,
  type Color,
  type HttpService,
} from "./loadBalancer.plan";
import { createBalancerAlarms, createTargetAlarms } from "./loadBalancerAlarms";

/** The name that the balancer's certificate is for. */
export interface BalancerDomain {
  /** Host name that leads to the balancer. */
  hostName: string;
  /** ACM certificate of the host name, in the balancer's region. */
  certificateArn: pulumi.Input<string>;
}

export interface VodLoadBalancerArgs {
  platform: Platform;
  vpcId: pulumi.Input<string>;
  /** One in each of two or more zones: public ones with a domain, those of the app tier without. */
  subnetIds: pulumi.Input<string[]>;
  albGroupId: pulumi.Input<string>;
  /** Bucket in the same region, encrypted with S3's own keys, whose policy lets the service write below `alb/`. */
  logBucket: pulumi.Input<string>;
  alerts: AlertTopics;
  /**
   * With one the balancer faces the internet and speaks TLS.
   * @default - it has private addresses only and speaks plain HTTP inside the VPC, for a VPC origin of CloudFront
   */
  domain?: BalancerDomain;
}

/** Where a service's tasks are registered, and the rule that a deployment moves from one group to the other. */
export interface BalancerTarget {
  targetGroupArn: string;
  alternateTargetGroupArn: string;
  ruleArn: string;
  /** The groups as metrics name them: `targetgroup/<name>/<id>`. */
  targetGroupMetric: string;
  alternateTargetGroupMetric: string;
  /** Alarms of both groups on errors, latency and health: who deploys rolls back on them. */
  alarmNames: string[];
}

/** TLS 1.2 and 1.3 with forward secrecy and hybrid post-quantum key exchange (Application Load Balancers, "Security policies"). */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
const ACCESS_LOG_PREFIX = "alb/access";
const CONNECTION_LOG_PREFIX = "alb/connections";

const NOT_FOUND = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "not found" },
};
const TO_TLS = { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } };

function createBalancer(parent: pulumi.Resource, name: string, args: VodLoadBalancerArgs): aws.lb.LoadBalancer {
  const { platform, logBucket: bucket } = args;
  return new aws.lb.LoadBalancer(
    name,
    {
      loadBalancerType: "application",
      internal: args.domain === undefined,
      ipAddressType: "ipv4",
      subnets: args.subnetIds,
      securityGroups: [args.albGroupId],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "strictest",
      // The services take the last address of X-Forwarded-For: this is who writes it.
      xffHeaderProcessingMode: "append",
      preserveHostHeader: true,
      enableHttp2: true,
      idleTimeout: IDLE_SECONDS,
      enableDeletionProtection: platform.protect ?? true,
      accessLogs: { bucket, prefix: ACCESS_LOG_PREFIX, enabled: true },
      connectionLogs: { bucket, prefix: CONNECTION_LOG_PREFIX, enabled: true },
      tags: named(platform.tags, name),
    },
    // A group of targets belongs to one balancer: the old one goes before the new one comes.
    { parent, deleteBeforeReplace: true },
  );
}

/** The listener that holds the rules; with a domain a second one sends plain HTTP on to it. */
function createListeners(
  parent: pulumi.Resource,
  name: string,
  balancer: aws.lb.LoadBalancer,
  { platform, domain }: VodLoadBalancerArgs,
): { http: aws.lb.Listener; https?: aws.lb.Listener } {
  const listener = (role: string, settings: Omit<aws.lb.ListenerArgs, "loadBalancerArn">): aws.lb.Listener =>
    new aws.lb.Listener(
      `${name}-${role}`,
      {
        loadBalancerArn: balancer.arn,
        routingHttpResponseServerEnabled: false,
        tags: named(platform.tags, `${name}-${role}`),
        ...settings,
      },
      { parent },
    );
  const plain = (action: aws.types.input.lb.ListenerDefaultAction): aws.lb.Listener =>
    listener("http", { port: 80, protocol: "HTTP", defaultActions: [action] });
  if (domain === undefined) return { http: plain(NOT_FOUND) };
  const { certificateArn } = domain;
  const tls = { port: 443, protocol: "HTTPS", sslPolicy: TLS_POLICY, certificateArn };
  return { http: plain(TO_TLS), https: listener("https", { ...tls, defaultActions: [NOT_FOUND] }) };
}

function createTargetGroup(
  parent: pulumi.Resource,
  name: string,
  service: HttpService,
  color: Color,
  { platform, vpcId }: VodLoadBalancerArgs,
): aws.lb.TargetGroup {
  const role = `${service}-${color}`;
  return new aws.lb.TargetGroup(
    `${name}-${role}`,
    {
      name: targetGroupName(platform.stack, role),
      vpcId,
      targetType: "ip",
      port: TARGET_PORT,
      protocol: "HTTP",
      protocolVersion: "HTTP1",
      deregistrationDelay: DRAIN_SECONDS,
      // Requests differ a hundredfold: a turn each would pile them up on one task.
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: HEALTH_CHECK,
      stickiness: STICKINESS,
      tags: named(platform.tags, `${name}-${role}`),
    },
    { parent },
  );
}

/** The groups of one service, the rule that leads to the first, and the alarms of both. */
function createTarget(
  parent: pulumi.Resource,
  name: string,
  service: HttpService,
  args: VodLoadBalancerArgs,
  { balancer, listener }: { balancer: aws.lb.LoadBalancer; listener: aws.lb.Listener },
): pulumi.Output<BalancerTarget> {
  const { platform, alerts } = args;
  const groups = COLORS.map((color) => ({ color, group: createTargetGroup(parent, name, service, color, args) }));
  const [{ group: first }, { group: second }] = groups as [(typeof groups)[number], (typeof groups)[number]];
  const { priority, paths } = ROUTES[service];
  const rule = new aws.lb.ListenerRule(
    `${name}-${service}-rule`,
    {
      listenerArn: listener.arn,
      priority,
      conditions: [{ pathPattern: { values: paths } }],
      actions: [{ type: "forward", targetGroupArn: first.arn }],
      tags: named(platform.tags, `${name}-${service}-rule`),
    },
    // Each deployment moves the weights between the groups: setting them back would send viewers to an empty one.
    { parent, ignoreChanges: ["actions"] },
  );
  const alarms = groups.flatMap(({ color, group }) =>
    createTargetAlarms(parent, `${name}-${service}-${color}`, { platform, alerts, service, balancer, group }),
  );
  return pulumi
    .all([first.arn, second.arn, rule.arn, first.arnSuffix, second.arnSuffix, pulumi.all(alarms.map((a) => a.name))])
    .apply(([targetGroupArn, alternateTargetGroupArn, ruleArn, metric, alternateMetric, alarmNames]) => ({
      targetGroupArn,
      alternateTargetGroupArn,
      ruleArn,
      targetGroupMetric: metric,
      alternateTargetGroupMetric: alternateMetric,
      alarmNames,
    }));
}

/**
 * The application load balancer before api and backoffice: paths decide the service, what no path names is 404, and each
 * service has two groups of targets for deployments that shift traffic. It stands apart from the services because the
 * distribution needs it and they need the distribution.
 *
 * Cost (Elastic Load Balancing pricing, us-east-1): $16.43 a month and $0.008 for each capacity unit and hour; facing the
 * internet, $3.65 a month for a public IPv4 address in each zone. Access and connection logs cost their storage.
 */
export class VodLoadBalancer extends pulumi.ComponentResource {
  public readonly arn: pulumi.Output<string>;
  /** AWS's own name of it. */
  public readonly dnsName: pulumi.Output<string>;
  /** Route 53's zone of `dnsName`, for an alias. */
  public readonly zoneId: pulumi.Output<string>;
  /** As metrics name it: `app/<name>/<id>`. */
  public readonly metricName: pulumi.Output<string>;
  /** Port 80: the rules without a domain, else the way to TLS. */
  public readonly httpListenerArn: pulumi.Output<string>;
  /** Port 443. Undefined without a domain. */
  public readonly httpsListenerArn?: pulumi.Output<string>;
  public readonly api: pulumi.Output<BalancerTarget>;
  public readonly backoffice: pulumi.Output<BalancerTarget>;

  constructor(name: string, args: VodLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodLoadBalancer", name, args, opts);
    const balancer = createBalancer(this, name, args);
    createBalancerAlarms(this, name, { ...args, balancer });
    const { http, https } = createListeners(this, name, balancer, args);
    const place = { balancer, listener: https ?? http };

    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.metricName = balancer.arnSuffix;
    this.httpListenerArn = http.arn;
    this.httpsListenerArn = https?.arn;
    this.api = createTarget(this, name, "api", args, place);
    this.backoffice = createTarget(this, name, "backoffice", args, place);
    this.registerOutputs({
      arn: this.arn,
      dnsName: this.dnsName,
      zoneId: this.zoneId,
      metricName: this.metricName,
      httpListenerArn: this.httpListenerArn,
      httpsListenerArn: this.httpsListenerArn,
      api: this.api,
      backoffice: this.backoffice,
    });
  }
}
