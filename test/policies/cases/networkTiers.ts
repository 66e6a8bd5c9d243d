/** Cases of tiers, of the security-group matrix, and of what stands in the VPC. */
import { add, drop, fails, id, passes, set, unset, type Case, type Change } from "../support/given";

const everywhere = (way: Record<string, unknown>) => ({ destinationCidrBlock: "0.0.0.0/0", ...way });
const ROUTE = "aws:ec2/route:Route";

const TIERS: Case[] = [
  fails("vpc-query-logs", "vpc", "which names are looked up", drop("query-log-use")),
  fails("subnet-tiers", "vpc", "isolated subnets lie in 1 zone,", set("data-b", "availabilityZone", "us-east-1a")),
  fails(
    "subnet-tiers",
    "vpc",
    "isolated subnets lie in 0 zones",
    add(ROUTE, "leak", { routeTableId: id("data-routes"), ...everywhere({ natGatewayId: id("nat") }) }),
  ),
  fails(
    "subnet-tiers",
    "vpc",
    "isolated subnets lie in 0 zones",
    set("data-routes", "routes", [{ cidrBlock: "0.0.0.0/0", natGatewayId: id("nat") }]),
  ),
  fails("subnet-tiers", "vpc", "private subnets lie in 0 zones", drop("app-way")),
  fails("subnet-tiers", "vpc", "public subnets lie in 0 zones", drop("public-way")),
  passes("subnet-tiers", "a network without NAT", drop("app-way"), drop("nat")),
  passes(
    "subnet-tiers",
    "a route of the data tier to a peer",
    add(ROUTE, "peer", { routeTableId: id("data-routes"), destinationCidrBlock: "10.9.0.0/16" }),
  ),
  fails("data-subnets-isolated", "data-place", "private subnet · app-a", set("data-place", "subnetIds.0", id("app-a"))),
  fails(
    "data-subnets-isolated",
    "data-place",
    "public subnet · data-a",
    add(ROUTE, "leak", { routeTableId: id("data-routes"), ...everywhere({ gatewayId: id("gateway") }) }),
  ),
  fails(
    "data-subnets-isolated",
    "open-search",
    "public subnet · public-a",
    add("aws:opensearch/domain:Domain", "open-search", { vpcOptions: { subnetIds: [id("public-a")] } }),
  ),
  fails(
    "route-table-separate",
    "data-routes",
    "holds routes",
    set("data-routes", "routes", [{ cidrBlock: "10.9.0.0/16" }]),
  ),
];

const data = (path: string, value: unknown): Change => set("data-acl", path, value);
const ACLS: Case[] = [
  fails("nacl-no-allow-all-data", "data-acl", "ingress 0.0.0.0/0", data("ingress.0.cidrBlock", "0.0.0.0/0")),
  fails("nacl-no-allow-all-data", "data-acl", "egress 0.0.0.0/0", data("egress.0.cidrBlock", "0.0.0.0/0")),
  fails("nacl-no-allow-all-data", "data-acl", "every protocol", data("ingress.0.protocol", "-1")),
  fails("nacl-no-allow-all-data", "data-acl", "ports 5432 to 6379", data("ingress.0.toPort", 6379)),
  passes("nacl-no-allow-all-data", "a denial of everything", data("ingress.0", { action: "deny", protocol: "-1" })),
  passes("nacl-no-allow-all-data", "the app tier's", set("network-acl", "egress.0.cidrBlock", "0.0.0.0/0")),
  fails("nacl-in-use", "network-acl", "guards no subnet", unset("network-acl", "subnetIds")),
  passes(
    "nacl-in-use",
    "an association",
    unset("network-acl", "subnetIds"),
    add("aws:ec2/networkAclAssociation:NetworkAclAssociation", "use", {
      networkAclId: id("network-acl"),
      subnetId: id("app-a"),
    }),
  ),
];

const balancer = add("aws:lb/loadBalancer:LoadBalancer", "alb", { securityGroups: [id("alb-group")] });
const database = add("aws:rds/cluster:Cluster", "db", { vpcSecurityGroupIds: [id("data-group")] });
const endpoint = (path: string, value: unknown): Change => set("endpoint-in", path, value);
const from = (path: string, value: unknown): Change[] => [
  unset("endpoint-in", "referencedSecurityGroupId"),
  endpoint(path, value),
];

const MATRIX: Case[] = [
  fails("sg-matrix", "data-in", "balancer → database is not in the matrix · port 5432", balancer, database),
  fails("sg-matrix", "endpoint-in", "ports 443 to 444", endpoint("toPort", 444)),
  fails("sg-matrix", "endpoint-in", "port 80", endpoint("fromPort", 80), endpoint("toPort", 80)),
  fails("sg-matrix", "endpoint-in", "ports 0 to 65535", endpoint("ipProtocol", "-1")),
  fails("sg-matrix", "endpoint-in", "internet → endpoint", ...from("cidrIpv4", "0.0.0.0/0")),
  fails("sg-matrix", "endpoint-in", "internet → endpoint", ...from("cidrIpv6", "::/0")),
  fails("sg-matrix", "endpoint-in", "network 10.9.0.0/16 → endpoint", ...from("cidrIpv4", "10.9.0.0/16")),
  fails("sg-matrix", "endpoint-in", "prefix list → endpoint", ...from("prefixListId", "pl-6fa5")),
  fails(
    "sg-matrix",
    "endpoint-in",
    "a group outside the stack → endpoint",
    endpoint("referencedSecurityGroupId", "sg-1"),
  ),
  passes("sg-matrix", "viewers at the balancer", balancer),
  passes("sg-matrix", "a sender that nothing wears", database),
  passes("sg-matrix", "a receiver that nothing wears", endpoint("securityGroupId", id("idle-group"))),
];

const grants = "function-role-grants";
const JOBS = "policy.Statement.1";
const outside = unset("ingest-function", "vpcConfig");
const ACCESS: Case[] = [
  fails("mediaconvert-vpce-only", grants, "statement Jobs counts from everywhere", unset(grants, `${JOBS}.Condition`)),
  fails(
    "mediaconvert-vpce-only",
    grants,
    "statement Jobs counts from everywhere",
    set(grants, `${JOBS}.Condition`, { StringNotEquals: { "aws:SourceVpce": "vpce-1" } }),
  ),
  fails("mediaconvert-vpce-only", "ingest-function", "from outside the VPC", outside),
  passes(
    "mediaconvert-vpce-only",
    "other calls from outside",
    outside,
    set(grants, `${JOBS}.Action`, ["sqs:SendMessage"]),
  ),
  fails(
    "lambda-several-zones",
    "ingest-function",
    "one subnet",
    set("ingest-function", "vpcConfig.subnetIds", [id("app-a")]),
  ),
  passes("lambda-several-zones", "a function outside the VPC", outside),
  passes(
    "lambda-several-zones",
    "subnets of another stack",
    set("ingest-function", "vpcConfig.subnetIds", ["subnet-1", "subnet-2"]),
  ),
  fails(
    "endpoint-own-account",
    "s3-endpoint",
    "statement Account carries everybody's requests",
    unset("s3-endpoint", "policy.Statement.0.Condition"),
  ),
  fails(
    "endpoint-own-account",
    "s3-endpoint",
    "statement Layers carries everybody's requests",
    set("s3-endpoint", "policy.Statement.1.Resource.0", "arn:aws:s3:::somebody/*"),
  ),
  fails(
    "endpoint-own-account",
    "mediaconvert-access",
    "statement Account carries everybody's requests",
    set("mediaconvert-access", "policy.Statement.0.Principal", { AWS: "*" }),
  ),
];

export const networkTierCases: Case[] = [...TIERS, ...ACLS, ...MATRIX, ...ACCESS];
