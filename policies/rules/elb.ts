/** Load balancers, their listeners and groups of targets. */
import type { Fields } from "../fields";
import { isServing, type Graph, type ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { EC2, ECS, ELB } from "../tokens";

const GUIDE = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";
const CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html";

/** Network and gateway load balancers know none of what is asked here. */
const isApplication = (inputs: Fields): boolean => (inputs.text("loadBalancerType") ?? "application") === "application";
const isPublic = ({ inputs }: ResourceNode): boolean => !inputs.flag("internal");

const dropsHeaders = resourceRule({
  name: "alb-drop-invalid-headers",
  displayName: "Load balancers drop invalid headers",
  description: "A header name that two servers read differently smuggles a request past the first.",
  severity: "high",
  tags: ["elb", "hardening"],
  url: `${CONTROLS}#elb-4`,
  remedy: "set dropInvalidHeaderFields: true",
  types: ELB.balancer,
  check: ({ node: { inputs }, report }) => {
    if (isApplication(inputs) && !inputs.flag("dropInvalidHeaderFields")) report("invalid headers reach the services");
  },
});

const desync = resourceRule({
  name: "alb-desync",
  displayName: "Load balancers refuse ambiguous requests",
  description: "In monitor mode a request that hides a second one is passed on.",
  severity: "high",
  tags: ["elb", "hardening"],
  url: `${CONTROLS}#elb-12`,
  remedy: 'set desyncMitigationMode "strictest" or "defensive"',
  types: ELB.balancer,
  check: ({ node: { inputs }, report }) => {
    const mode = inputs.text("desyncMitigationMode") ?? "defensive";
    if (!["defensive", "strictest"].includes(mode))
      report(`ambiguous requests are passed on · desyncMitigationMode ${mode}`);
  },
});

const logs = resourceRule({
  name: "alb-logs",
  displayName: "Load balancers log requests and connections",
  description: "Who asked what, and who could not even connect: the first thing that an investigation asks for.",
  severity: "medium",
  tags: ["elb", "logging"],
  url: `${CONTROLS}#elb-5`,
  remedy: "set accessLogs and connectionLogs with enabled: true and a bucket",
  types: ELB.balancer,
  check: ({ node: { inputs }, report, part }) => {
    for (const kind of isApplication(inputs) ? ["accessLogs", "connectionLogs"] : ["accessLogs"]) {
      part(() => {
        const setting = inputs.one(kind);
        if (!setting.flag("enabled") || !setting.has("bucket")) report(`nothing is logged · ${kind}`);
      });
    }
  },
});

const deletion = resourceRule({
  name: "alb-deletion-protection",
  displayName: "Load balancers of serving stacks cannot be deleted by accident",
  description: "Its name stands in DNS and in the distribution: a new one has another.",
  severity: "medium",
  tags: ["elb", "recovery"],
  url: `${CONTROLS}#elb-6`,
  remedy: "set enableDeletionProtection: true",
  types: ELB.balancer,
  check: ({ node: { urn, inputs }, report }) => {
    if (isServing(urn) && !inputs.flag("enableDeletionProtection")) report("the load balancer can be deleted");
  },
});

const zones = resourceRule({
  name: "alb-several-zones",
  displayName: "Load balancers stand in several zones",
  description: "In one zone the platform ends with it.",
  severity: "high",
  tags: ["elb", "availability"],
  url: `${CONTROLS}#elb-13`,
  remedy: "name a subnet in each of two or more zones",
  types: ELB.balancer,
  check: ({ node: { inputs }, report }) => {
    const places = inputs.has("subnetMappings") ? inputs.many("subnetMappings") : inputs.texts("subnets");
    if (places.length < 2)
      report(`the load balancer stands in ${places.length} subnet${places.length === 1 ? "" : "s"}`);
  },
});

const listenersOf = (balancer: ResourceNode, graph: Graph): ResourceNode[] =>
  graph.referring(balancer, ELB.listener, "loadBalancerArn");
/** Protocol of a listener; the provider takes HTTP for a port 80 without one. */
const protocolOf = (inputs: Fields): string => inputs.text("protocol") ?? "HTTP";

const publicTls = stackRule({
  name: "alb-public-tls",
  displayName: "What faces the internet speaks TLS",
  description: "Plain HTTP is for the inside of the VPC, and there for a development stack alone.",
  severity: "critical",
  tags: ["elb", "encryption"],
  url: `${GUIDE}/create-https-listener.html`,
  remedy: "add a listener with protocol HTTPS and a certificate, or set internal: true",
  types: ELB.balancer,
  check: ({ node, report }, graph) => {
    if (!isApplication(node.inputs) || !isPublic(node)) return;
    const secure = listenersOf(node, graph).some(({ inputs }) => protocolOf(inputs) === "HTTPS");
    if (!secure) report("the internet-facing load balancer has no listener for TLS");
  },
});

const ingress = stackRule({
  name: "alb-ingress-80-443-only",
  displayName: "Load balancers are entered by ports 80 and 443",
  description: "Every other open port of a load balancer is one that nobody watches.",
  severity: "high",
  tags: ["elb", "network"],
  url: `${GUIDE}/load-balancer-update-security-groups.html`,
  remedy: "leave only TCP 80 and 443 in the security group's ingress rules",
  types: ELB.balancer,
  check: ({ node, report, part }, graph) => {
    for (const group of graph.linked(node, "securityGroups", EC2.group)) {
      for (const rule of graph.referring(group, EC2.ingressRule, "securityGroupId")) {
        part(() => {
          const { inputs, name } = rule;
          const [from, to] = [inputs.number("fromPort"), inputs.number("toPort")];
          const known = inputs.text("ipProtocol") === "tcp" && from === to && (from === 80 || from === 443);
          if (!known) report(`${name} opens ${inputs.text("ipProtocol") ?? "-1"} ${from ?? "all"} to ${to ?? "all"}`);
        });
      }
    }
  },
});

/** TLS 1.2 at least (Application Load Balancers, "Security policies"): the names say the oldest version that they take. */
const STRONG = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/;

const tls12 = resourceRule({
  name: "listener-tls12",
  displayName: "Listeners speak TLS 1.2 or newer",
  description: "The API's default policy of 2016 still takes TLS 1.0: it must always be named.",
  severity: "high",
  tags: ["elb", "encryption"],
  url: `${GUIDE}/describe-ssl-policies.html`,
  remedy: 'set sslPolicy "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" and certificateArn',
  types: ELB.listener,
  check: ({ node: { inputs }, report }) => {
    if (!["HTTPS", "TLS"].includes(protocolOf(inputs))) return;
    const policy = inputs.text("sslPolicy") ?? "unset";
    if (!STRONG.test(policy)) report(`old versions of TLS are taken · sslPolicy ${policy}`);
    if (!inputs.has("certificateArn")) report("the listener has no certificate");
  },
});

const redirects = resourceRule({
  name: "http-listener-redirects",
  displayName: "Plain HTTP only sends on to TLS",
  description: "A cookie or token that went by plain HTTP once is everybody's.",
  severity: "high",
  tags: ["elb", "encryption"],
  url: `${CONTROLS}#elb-1`,
  remedy: 'set the default action to a redirect with protocol "HTTPS" and statusCode "HTTP_301"',
  types: ELB.listener,
  check: ({ node: { inputs }, report }) => {
    if (protocolOf(inputs) !== "HTTP") return;
    for (const action of inputs.many("defaultActions")) {
      const { type, to } = { type: action.text("type"), to: action.one("redirect").text("protocol") };
      if (type !== "redirect" || to !== "HTTPS") report(`plain HTTP is served · ${type ?? "no"} action`);
    }
  },
});

const closedByDefault = resourceRule({
  name: "bg-rule-default-deny",
  displayName: "What no rule names is not served",
  description:
    "Deployments move the rules' weights; a default that forwards would serve from a group that nobody fills.",
  severity: "medium",
  tags: ["elb", "deployment"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html",
  remedy: "set the default action to a fixed-response of 404, and forward by listener rules",
  types: ELB.listener,
  check: ({ node: { inputs }, report }) => {
    for (const action of inputs.many("defaultActions"))
      if (action.text("type") === "forward") report("the default action forwards");
  },
});

const targets = resourceRule({
  name: "tg-targets",
  displayName: "Targets are tasks on port 8080",
  description: "Tasks of Fargate have addresses of their own, and security groups admit this one port.",
  severity: "medium",
  tags: ["elb", "network"],
  url: `${GUIDE}/load-balancer-target-groups.html`,
  remedy: 'set targetType "ip", port 8080 and protocol "HTTP"',
  types: ELB.targetGroup,
  check: ({ node: { inputs }, report }) => {
    const [kind, port, protocol] = ["targetType", "port", "protocol"].map((key) => inputs.text(key) ?? "unset");
    if (kind !== "ip" || port !== "8080" || protocol !== "HTTP")
      report(`targets are not tasks on 8080 · ${kind}, ${protocol} ${port}`);
  },
});

const health = resourceRule({
  name: "tg-health",
  displayName: "Targets are asked for /health every 30 seconds",
  description: "The path answers without asking a dependency: a slow database must not take every task away.",
  severity: "medium",
  tags: ["elb", "availability"],
  url: `${GUIDE}/target-group-health-checks.html`,
  remedy: 'set healthCheck { path: "/health", interval: 30, matcher: "200" } with a timeout below the interval',
  types: ELB.targetGroup,
  check: ({ node: { inputs }, report }) => {
    const check = inputs.one("healthCheck");
    const [path, interval, matcher] = ["path", "interval", "matcher"].map((key) => check.text(key) ?? "unset");
    const off = check.has("enabled") && !check.flag("enabled");
    if (off || path !== "/health" || interval !== "30" || matcher !== "200")
      report(`health is not asked for as agreed · ${off ? "off, " : ""}${path} every ${interval} s, ${matcher}`);
    const timeout = check.number("timeout") ?? 5;
    if (timeout >= 30) report(`the check waits longer than its interval · timeout ${timeout}`);
  },
});

/** What the two groups of a service must have alike: who is moved from one to the other must notice nothing. */
const ALIKE = ["port", "protocol", "protocolVersion", "targetType", "healthCheck", "stickiness", "deregistrationDelay"];

/** A plain setting, or a block with its keys in order, as text. */
const settingOf = ({ inputs }: ResourceNode, key: string): string =>
  inputs.text(key) ??
  JSON.stringify(Object.entries(inputs.one(key).plain()).sort(([one], [other]) => (one < other ? -1 : 1)));

const pairs = stackRule({
  name: "tg-pair-identical",
  displayName: "Both target groups of a service are the same",
  description: "A deployment swaps them: a difference would change the service with every second deployment.",
  severity: "high",
  tags: ["elb", "deployment"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html",
  remedy: `give both groups the same ${ALIKE.join(", ")}`,
  types: ECS.service,
  check: ({ node, report, part }, graph) => {
    const [first, ...others] = graph.linked(node, "loadBalancers", ELB.targetGroup);
    if (first === undefined) return;
    for (const other of others) {
      for (const key of ALIKE) {
        part(() => {
          if (settingOf(first, key) !== settingOf(other, key))
            report(`${first.name} and ${other.name} differ · ${key}`);
        });
      }
    }
  },
});

export const elbRules = [
  dropsHeaders,
  desync,
  logs,
  deletion,
  zones,
  publicTls,
  ingress,
  tls12,
  redirects,
  closedByDefault,
  targets,
  health,
  pairs,
];
