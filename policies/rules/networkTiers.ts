/** Tiers of a VPC: which subnets have which way out, and what may lie in them. */
import type { Fields } from "../fields";
import type { Graph, ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { EC2, OPENSEARCH } from "../tokens";

const GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide";
const CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html";

/** How a subnet reaches the internet: both ways, outward alone, or not at all. */
type WayOut = "public" | "private" | "isolated";

const everywhere = (route: Fields): boolean =>
  ["destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock"].some((key) =>
    /\/0$/.test(route.text(key) ?? ""),
  );

/** By the routes of the tables that the subnet is associated with. @throws UnknownValue */
function wayOut(graph: Graph, subnet: ResourceNode): WayOut {
  const tables = graph
    .referring(subnet, EC2.tableUse, "subnetId")
    .flatMap((use) => graph.linked(use, "routeTableId", EC2.routeTable));
  const routes = tables.flatMap((table) => [
    ...graph.referring(table, EC2.route, "routeTableId").map(({ inputs }) => inputs),
    ...table.inputs.many("routes"),
  ]);
  const out = routes.filter(everywhere);
  if (out.some((route) => route.has("gatewayId"))) return "public";
  return out.length > 0 ? "private" : "isolated";
}

const tiers = stackRule({
  name: "subnet-tiers",
  displayName: "A VPC has three tiers over several zones",
  description:
    "Load balancers stand in public subnets, tasks in private ones, data in isolated ones that know no way out; each tier outlives a zone.",
  severity: "high",
  tags: ["ec2", "network", "availability"],
  url: `${GUIDE}/configure-subnets.html`,
  remedy: "add subnets of each tier in two availability zones, with route tables of their own",
  types: EC2.vpc,
  check: ({ node, report, part }, graph) => {
    const subnets = graph.referring(node, EC2.subnet, "vpcId");
    // A network without NAT has no private tier: its tasks live in isolated subnets, on endpoints.
    const wanted: WayOut[] = graph.of(EC2.nat).length > 0 ? ["public", "private", "isolated"] : ["public", "isolated"];
    for (const tier of wanted) {
      part(() => {
        const own = subnets.filter((subnet) => wayOut(graph, subnet) === tier);
        const zones = new Set(
          own.map(({ inputs }) => inputs.text("availabilityZone") ?? inputs.text("availabilityZoneId")),
        );
        if (zones.size < 2) report(`${tier} subnets lie in ${zones.size} zone${zones.size === 1 ? "" : "s"}, not in 2`);
      });
    }
  },
});

const dataIsolated = stackRule({
  name: "data-subnets-isolated",
  displayName: "Data lies in subnets without a way out",
  description: "What has broken into a database finds no route on which to carry the data off.",
  severity: "critical",
  tags: ["ec2", "network", "data"],
  url: `${GUIDE}/route-table-options.html`,
  remedy: "name subnets whose route table leads nowhere outside the VPC",
  types: [...EC2.dataPlaces, ...OPENSEARCH.domain],
  check: ({ node, report, part }, graph) => {
    const subnets = ["subnetIds", "vpcOptions"].flatMap((property) => graph.linked(node, property, EC2.subnet));
    for (const subnet of subnets) {
      part(() => {
        const way = wayOut(graph, subnet);
        if (way !== "isolated") report(`data lies in a ${way} subnet · ${subnet.name}`);
      });
    }
  },
});

const dataAcl = stackRule({
  name: "nacl-no-allow-all-data",
  displayName: "Network ACLs of data subnets admit single ports of known networks",
  description: "The second wall of the data tier names the app tier's networks and the databases' ports, both ways.",
  severity: "high",
  tags: ["ec2", "network", "data"],
  url: `${GUIDE}/vpc-network-acls.html`,
  remedy: "allow tcp from the app tier's network on one port a rule, and out to it on 1024 to 65535",
  types: EC2.acl,
  check: ({ node, report, part }, graph) => {
    const subnets = graph.linked(node, "subnetIds", EC2.subnet);
    part(() => {
      if (!subnets.some((subnet) => wayOut(graph, subnet) === "isolated")) return;
      for (const side of ["ingress", "egress"] as const) {
        for (const rule of node.inputs.many(side)) {
          part(() => {
            if (rule.text("action") !== "allow") return;
            const cidr = rule.text("cidrBlock") ?? rule.text("ipv6CidrBlock") ?? "";
            const [from, to] = [rule.number("fromPort") ?? 0, rule.number("toPort") ?? 0];
            if (/\/0$/.test(cidr)) report(`everybody is admitted to the data tier · ${side} ${cidr}`);
            if (rule.text("protocol") === "-1") report(`every protocol is admitted to the data tier · ${side} ${cidr}`);
            else if (side === "ingress" && from !== to) report(`ports ${from} to ${to} are admitted to the data tier`);
          });
        }
      }
    });
  },
});

const aclInUse = stackRule({
  name: "nacl-in-use",
  displayName: "Every network ACL guards a subnet",
  description: "One that guards nothing looks like a wall and is none.",
  severity: "low",
  tags: ["ec2", "network"],
  url: `${CONTROLS}#ec2-16`,
  remedy: "set subnetIds, or remove the ACL",
  types: EC2.acl.filter((type) => !/default/i.test(type)),
  check: ({ node, report }, graph) => {
    if (node.inputs.has("subnetIds") || graph.referring(node, EC2.aclUse, "networkAclId").length > 0) return;
    report("the ACL guards no subnet");
  },
});

const openRoute = resourceRule({
  name: "route-table-separate",
  displayName: "Routes are resources of their own",
  description:
    "Routes inside a table and routes beside it undo each other on every update, and ways out appear and go.",
  severity: "medium",
  tags: ["ec2", "network"],
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/ec2/routetable/",
  remedy: "use aws.ec2.Route, and leave routes out",
  types: EC2.routeTable,
  check: ({ node: { inputs }, report }) => {
    if (inputs.has("routes")) report("the table holds routes");
  },
});

const namesLogged = stackRule({
  name: "vpc-query-logs",
  displayName: "VPCs log the names that are looked up",
  description:
    "Flow logs leave the VPC's own name server out, and a look-up carries data off where no route leads out.",
  severity: "medium",
  tags: ["ec2", "logging"],
  url: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html",
  remedy: "add an aws.route53.ResolverQueryLogConfigAssociation with the VPC as resourceId",
  types: EC2.vpc,
  check: ({ node, report }, graph) => {
    if (graph.referring(node, EC2.queryLogUse, "resourceId").length === 0)
      report("no log tells which names are looked up");
  },
});

export const networkTierRules = [namesLogged, tiers, dataIsolated, dataAcl, aclInUse, openRoute];
