/** Who may open a connection to whom: the security-group matrix, judged by what the groups are worn by. */
import type { Graph, ResourceNode } from "../graph";
import { stackRule } from "../rule";
import { EC2, ECS, ELB, LAMBDA, OPENSEARCH } from "../tokens";

type Role = "balancer" | "service" | "function" | "database" | "search" | "cache" | "endpoint";
/** Everybody, or a list of networks that AWS keeps (CloudFront's, a gateway endpoint's). */
type Outside = "internet" | "prefix list";

/** By which property of which types a group is worn. */
const WORN: Readonly<Record<Role, readonly [types: readonly string[], property: string]>> = {
  balancer: [ELB.balancer, "securityGroups"],
  service: [ECS.service, "networkConfiguration"],
  function: [LAMBDA.function, "vpcConfig"],
  database: [EC2.databases, "vpcSecurityGroupIds"],
  search: [OPENSEARCH.domain, "vpcOptions"],
  cache: [EC2.caches, "securityGroupIds"],
  endpoint: [EC2.endpoint, "securityGroupIds"],
};

/** The architecture document's table (ports by sender), and what it leaves out but needs: functions at search and endpoints. */
const MATRIX: Readonly<Record<Role, Partial<Record<Role | Outside, readonly number[]>>>> = {
  balancer: { internet: [80, 443], "prefix list": [80, 443] },
  service: { balancer: [8080] },
  function: {},
  database: { service: [5432] },
  search: { service: [443], function: [443] },
  cache: { service: [6379] },
  endpoint: { service: [443], function: [443] },
};

const rolesOf = (graph: Graph, group: ResourceNode): Role[] =>
  (Object.keys(WORN) as Role[]).filter((role) => graph.referring(group, ...WORN[role]).length > 0);

const isEverybody = (cidr: string | undefined): boolean => /\/0$/.test(cidr ?? "");

/** Who is let in by a rule; a text that is no role stands for whom the matrix does not know. */
function sendersOf(graph: Graph, { inputs }: ResourceNode, groups: readonly ResourceNode[]): string[] {
  if (inputs.has("referencedSecurityGroupId")) {
    // A group that nothing wears lets nobody in.
    return groups.length > 0 ? groups.flatMap((group) => rolesOf(graph, group)) : ["a group outside the stack"];
  }
  if (inputs.has("prefixListId")) return ["prefix list"];
  const cidr = inputs.text("cidrIpv4") ?? inputs.text("cidrIpv6");
  return [isEverybody(cidr) ? "internet" : `network ${cidr ?? "unset"}`];
}

const matrix = stackRule({
  name: "sg-matrix",
  displayName: "Connections are those of the matrix",
  description:
    "The internet opens the balancer on 80 and 443, the balancer the tasks on 8080, tasks the databases on their ports; whatever else is named in the rule's table.",
  severity: "critical",
  tags: ["ec2", "network"],
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
  remedy: "remove the rule, or add the connection to the matrix in policies/rules/securityGroups.ts with its reason",
  types: EC2.ingressRule,
  check: ({ node, report }, graph) => {
    const { inputs } = node;
    const targets = graph.linked(node, "securityGroupId", EC2.group).flatMap((group) => rolesOf(graph, group));
    if (targets.length === 0) return;
    const senders = sendersOf(graph, node, graph.linked(node, "referencedSecurityGroupId", EC2.group));
    const all = inputs.text("ipProtocol") === "-1";
    const [from, to] = all ? [0, 65_535] : [inputs.number("fromPort") ?? 0, inputs.number("toPort") ?? 65_535];
    const ports = from === to ? `port ${from}` : `ports ${from} to ${to}`;
    for (const target of new Set(targets)) {
      for (const sender of new Set(senders)) {
        const allowed = MATRIX[target][sender as Role | Outside] ?? [];
        if (from !== to || !allowed.includes(from)) report(`${sender} → ${target} is not in the matrix · ${ports}`);
      }
    }
  },
});

export const securityGroupRules = [matrix];
