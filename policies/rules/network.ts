import type { Fields } from "../fields";
import { resourceRule, stackRule } from "../rule";
import { EC2 } from "../tokens";

const VPC_GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide";

/** The load balancer's ports: all that the internet may open. */
const PUBLIC_PORTS = [80, 443];

interface Opening {
  /** Who is let in, when it is everybody or a list that AWS keeps; else undefined. */
  everybody?: string;
  from: number;
  to: number;
}

const isEverybody = (cidr: string): boolean => /\/0$/.test(cidr);

/** The sources of a rule in any of its three spellings. */
function everybodyIn(rule: Fields): string | undefined {
  const cidrs = [
    rule.text("cidrIpv4"),
    rule.text("cidrIpv6"),
    ...rule.texts("cidrBlocks"),
    ...rule.texts("ipv6CidrBlocks"),
  ];
  const open = cidrs.find((cidr) => cidr !== undefined && isEverybody(cidr));
  return open ?? rule.text("prefixListId") ?? rule.texts("prefixListIds")[0];
}

/** Protocol -1 takes every port, whatever the ports say. */
function openingOf(rule: Fields): Opening {
  const protocol = rule.text("ipProtocol") ?? rule.text("protocol") ?? "-1";
  const all = protocol === "-1" || protocol === "all";
  const from = all ? 0 : (rule.number("fromPort") ?? 0);
  const to = all ? 65_535 : (rule.number("toPort") ?? 65_535);
  const everybody = everybodyIn(rule);
  return { from, to, ...(everybody !== undefined && { everybody }) };
}

const closedToWorld = resourceRule({
  name: "sg-closed-to-world",
  displayName: "The internet reaches ports 80 and 443 alone",
  description:
    "Everybody, in one network or in a list that AWS keeps, may open the load balancer's ports and no other.",
  severity: "critical",
  tags: ["ec2", "network"],
  url: `${VPC_GUIDE}/security-group-rules.html`,
  remedy: "name the security group that may connect (referencedSecurityGroupId), and one port",
  types: [...EC2.ingressRule, ...EC2.oldRule, ...EC2.group],
  check: ({ node: { type, inputs }, report, part }) => {
    if (EC2.oldRule.includes(type) && inputs.text("type") !== "ingress") return;
    const rules = EC2.group.includes(type) ? inputs.many("ingress") : [inputs];
    for (const rule of rules) {
      part(() => {
        const { everybody, from, to } = openingOf(rule);
        if (everybody === undefined || (from === to && PUBLIC_PORTS.includes(from))) return;
        report(`${everybody} may connect to ${from === to ? `port ${from}` : `ports ${from} to ${to}`}`);
      });
    }
  },
});

const separateRules = resourceRule({
  name: "sg-separate-rules",
  displayName: "Security-group rules are resources of their own",
  description: "Rules inside a group and rules beside it undo each other on every update.",
  severity: "medium",
  tags: ["ec2", "network"],
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/",
  remedy: "use aws.vpc.SecurityGroupIngressRule and SecurityGroupEgressRule, and leave ingress and egress out",
  types: [...EC2.group, ...EC2.oldRule],
  check: ({ node: { type, inputs }, report }) => {
    if (EC2.oldRule.includes(type)) report("the rule is of the older form · aws.ec2.SecurityGroupRule");
    if (EC2.defaultGroup.includes(type)) return;
    for (const side of ["ingress", "egress"]) if (inputs.has(side)) report(`the group holds rules · ${side}`);
  },
});

const defaultGroupEmpty = stackRule({
  name: "sg-default-empty",
  displayName: "The default security group admits nothing",
  description: "Whatever is started without a group gets the default one, whose members trust each other.",
  severity: "high",
  tags: ["ec2", "network"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2",
  remedy: "add an aws.ec2.DefaultSecurityGroup of the VPC with ingress: [] and egress: []",
  types: EC2.vpc,
  check: ({ node, report, part }, graph) => {
    const groups = graph.referring(node, EC2.defaultGroup, "vpcId");
    if (groups.length === 0) report("the default group keeps its rules");
    for (const { inputs } of groups) {
      part(() => {
        const kept = ["ingress", "egress"].filter((side) => inputs.many(side).length > 0);
        if (kept.length > 0) report(`the default group has rules · ${kept.join(", ")}`);
      });
    }
  },
});

const flowLogs = stackRule({
  name: "vpc-flow-logs-all",
  displayName: "VPCs log all traffic",
  description: "What was refused shows attacks, what was accepted shows what an intruder did: both are kept.",
  severity: "high",
  tags: ["ec2", "logging"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-6",
  remedy: 'add an aws.ec2.FlowLog of the VPC with trafficType "ALL"',
  types: EC2.vpc,
  check: ({ node, report, part }, graph) => {
    const logs = graph.referring(node, EC2.flowLog, "vpcId");
    if (logs.length === 0) report("no flow log watches the VPC");
    for (const { inputs } of logs) {
      part(() => {
        const traffic = inputs.text("trafficType");
        if (traffic !== "ALL") report(`not all traffic is logged · trafficType ${traffic ?? "not set"}`);
      });
    }
  },
});

const dnsNames = resourceRule({
  name: "vpc-dns",
  displayName: "VPCs have DNS names",
  description: "Without them an interface endpoint's private name does not resolve, and calls leave by NAT.",
  severity: "medium",
  tags: ["ec2", "network"],
  url: `${VPC_GUIDE}/vpc-dns.html`,
  remedy: "set enableDnsSupport: true and enableDnsHostnames: true",
  types: EC2.vpc,
  check: ({ node: { inputs }, report }) => {
    const off = ["enableDnsSupport", "enableDnsHostnames"].filter((key) => !inputs.flag(key));
    if (off.length > 0) report(`names do not resolve · ${off.join(", ")}`);
  },
});

const noPublicAddress = resourceRule({
  name: "subnet-no-public-address",
  displayName: "Subnets give nobody a public address",
  description: "What is started in a subnet is not on the internet by that alone.",
  severity: "high",
  tags: ["ec2", "network"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-15",
  remedy: "set mapPublicIpOnLaunch: false",
  types: EC2.subnet,
  check: ({ node: { inputs }, report }) => {
    if (inputs.flag("mapPublicIpOnLaunch")) report("everything started here gets a public address");
  },
});

/** The ways of a network ACL in which packets come in. */
const aclOpenings = (type: string, inputs: Fields): Fields[] =>
  EC2.aclRule.includes(type) ? (inputs.flag("egress") ? [] : [inputs]) : inputs.many("ingress");

const aclNotOpen = resourceRule({
  name: "nacl-no-allow-all",
  displayName: "Network ACLs do not let everything in",
  description: "An ACL that admits every protocol from everywhere is no second wall.",
  severity: "high",
  tags: ["ec2", "network"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-21",
  remedy: "name a protocol, ports and the networks that may come in",
  types: [...EC2.acl, ...EC2.aclRule],
  check: ({ node: { type, inputs }, report, part }) => {
    for (const rule of aclOpenings(type, inputs)) {
      part(() => {
        const verdict = rule.text("action") ?? rule.text("ruleAction");
        const cidr = rule.text("cidrBlock") ?? rule.text("ipv6CidrBlock") ?? "";
        const protocol = rule.text("protocol") ?? "-1";
        if (verdict !== "allow" || !isEverybody(cidr)) return;
        const { from, to } = openingOf(rule);
        // Answers to a NAT gateway go to any port from 1024 on (VPC User Guide, "Ephemeral ports"): RDP's lies among them.
        const answers = from >= 1024 && to === 65_535;
        const administers = !answers && [22, 3389].some((port) => from <= port && port <= to);
        if (protocol === "-1" || administers) report(`${cidr} comes in · protocol ${protocol}, ports ${from} to ${to}`);
      });
    }
  },
});

const endpointPolicy = stackRule({
  name: "endpoint-policy",
  displayName: "Endpoints say who may do what",
  description: "An endpoint without a policy carries every call of every account: a way out for data.",
  severity: "high",
  tags: ["ec2", "access"],
  url: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
  remedy: "set policy with this account's principals and the actions that are needed",
  types: EC2.endpoint,
  check: ({ node, report }, graph) => {
    const own = graph.referring(node, EC2.endpointPolicy, "vpcEndpointId");
    if (node.inputs.has("policy") || own.some(({ inputs }) => inputs.has("policy"))) return;
    report(`everybody may send everything through it · ${node.inputs.text("serviceName") ?? ""}`);
  },
});

const privateNames = resourceRule({
  name: "endpoint-private-dns",
  displayName: "Interface endpoints answer to the service's own name",
  description: "Without the private name clients go on to the public endpoint, past the group and the policy.",
  severity: "medium",
  tags: ["ec2", "network"],
  url: "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
  remedy: "set privateDnsEnabled: true",
  types: EC2.endpoint,
  check: ({ node: { inputs }, report }) => {
    const isInterface = inputs.text("vpcEndpointType") === "Interface";
    if (isInterface && !inputs.flag("privateDnsEnabled")) report("the service's own name leads elsewhere");
  },
});

export const networkRules = [
  closedToWorld,
  separateRules,
  defaultGroupEmpty,
  flowLogs,
  dnsNames,
  noPublicAddress,
  aclNotOpen,
  endpointPolicy,
  privateNames,
];
