/** Cases of VPC, subnets, security groups, network ACLs and endpoints. */
import { add, drop, fails, id, passes, set, unset, type Case } from "../support/given";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const OLD = "aws:ec2/securityGroupRule:SecurityGroupRule";
const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const tcp = (port: number) => ({ protocol: "tcp", fromPort: port, toPort: port });
const onData = { securityGroupId: id("data-group"), ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };

const GROUPS: Case[] = [
  fails("sg-closed-to-world", "data-in", "0.0.0.0/0 may connect to port 5432", set("data-in", "cidrIpv4", "0.0.0.0/0")),
  fails("sg-closed-to-world", "data-in", "::/0 may connect to port 5432", set("data-in", "cidrIpv6", "::/0")),
  fails("sg-closed-to-world", "data-in", "pl-6fa5 may connect to port 5432", set("data-in", "prefixListId", "pl-6fa5")),
  fails("sg-closed-to-world", "alb-in", "ports 443 to 65535", set("alb-in", "toPort", 65_535)),
  fails("sg-closed-to-world", "alb-in", "ports 0 to 65535", set("alb-in", "ipProtocol", "-1")),
  fails(
    "sg-closed-to-world",
    "wide",
    "ports 5000 to 6000",
    add(RULE, "wide", { ...onData, fromPort: 5000, toPort: 6000, cidrIpv4: "0.0.0.0/0" }),
  ),
  fails(
    "sg-closed-to-world",
    "inside",
    "0.0.0.0/0 may connect to port 22",
    add(GROUP, "inside", { ingress: [{ ...tcp(22), cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }] }),
  ),
  fails(
    "sg-closed-to-world",
    "inside",
    "::/0 may connect to port 22",
    add(GROUP, "inside", { ingress: [{ ...tcp(22), ipv6CidrBlocks: ["::/0"] }] }),
  ),
  fails(
    "sg-closed-to-world",
    "old",
    "0.0.0.0/0 may connect to port 6379",
    add(OLD, "old", { type: "ingress", ...tcp(6379), cidrBlocks: ["0.0.0.0/0"] }),
  ),
  passes(
    "sg-closed-to-world",
    "a way out to everybody",
    add(OLD, "old", { type: "egress", ...tcp(443), cidrBlocks: ["0.0.0.0/0"] }),
  ),
  passes("sg-closed-to-world", "one peer's network", set("data-in", "cidrIpv4", "10.9.0.0/16")),
  passes("sg-closed-to-world", "port 80", set("alb-in", "fromPort", 80), set("alb-in", "toPort", 80)),
  fails(
    "sg-separate-rules",
    "inside",
    "the group holds rules · ingress",
    add(GROUP, "inside", { ingress: [{ ...tcp(8080), securityGroups: [id("alb-group")] }] }),
  ),
  fails("sg-separate-rules", "alb-group", "the group holds rules · egress", set("alb-group", "egress", [tcp(443)])),
  fails("sg-separate-rules", "old", "older form", add(OLD, "old", { type: "egress", ...tcp(443) })),
  fails("sg-default-empty", "vpc", "keeps its rules", drop("default-group")),
  fails(
    "sg-default-empty",
    "vpc",
    "has rules · ingress",
    set("default-group", "ingress", [{ protocol: "-1", self: true }]),
  ),
];

const NETWORKS: Case[] = [
  fails("vpc-flow-logs-all", "vpc", "no flow log", drop("flow-log")),
  fails("vpc-flow-logs-all", "vpc", "trafficType REJECT", set("flow-log", "trafficType", "REJECT")),
  fails("vpc-flow-logs-all", "vpc", "trafficType not set", unset("flow-log", "trafficType")),
  fails("vpc-dns", "vpc", "enableDnsHostnames", unset("vpc", "enableDnsHostnames")),
  fails("vpc-dns", "vpc", "enableDnsSupport", set("vpc", "enableDnsSupport", false)),
  fails("subnet-no-public-address", "app-a", "public address", set("app-a", "mapPublicIpOnLaunch", true)),
  passes("subnet-no-public-address", "the default", unset("app-a", "mapPublicIpOnLaunch")),
  fails("nacl-no-allow-all", "network-acl", "protocol -1", set("network-acl", "ingress.0.protocol", "-1")),
  fails(
    "nacl-no-allow-all",
    "network-acl",
    "ports 22 to 22",
    set("network-acl", "ingress.0.fromPort", 22),
    set("network-acl", "ingress.0.toPort", 22),
  ),
  fails("nacl-no-allow-all", "network-acl", "ports 1 to 443", set("network-acl", "ingress.0.fromPort", 1)),
  fails(
    "nacl-no-allow-all",
    "network-acl-rule",
    "0.0.0.0/0 comes in",
    set("network-acl-rule", "ruleAction", "allow"),
    set("network-acl-rule", "cidrBlock", "0.0.0.0/0"),
  ),
  fails(
    "nacl-no-allow-all",
    "network-acl",
    "ports 1024 to 4000",
    set("network-acl", "ingress.0.fromPort", 1024),
    set("network-acl", "ingress.0.toPort", 4000),
  ),
  passes(
    "nacl-no-allow-all",
    "answers from everywhere",
    set("network-acl", "ingress.0.fromPort", 1024),
    set("network-acl", "ingress.0.toPort", 65_535),
  ),
  passes("nacl-no-allow-all", "a way out", set("network-acl", "egress.0.protocol", "-1")),
  fails(
    "endpoint-policy",
    "mediaconvert-endpoint",
    "everybody may send everything",
    unset("mediaconvert-endpoint", "policy"),
    drop("mediaconvert-access"),
  ),
  passes("endpoint-policy", "a policy of its own", unset("mediaconvert-endpoint", "policy")),
  fails("endpoint-policy", "s3-endpoint", "com.amazonaws.us-east-1.s3", unset("s3-endpoint", "policy")),
  fails(
    "endpoint-private-dns",
    "mediaconvert-endpoint",
    "leads elsewhere",
    unset("mediaconvert-endpoint", "privateDnsEnabled"),
  ),
];

export const networkCases: Case[] = [...GROUPS, ...NETWORKS];
