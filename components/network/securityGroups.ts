import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import { type Flow, type Group, GROUP_DESCRIPTIONS, GROUPS } from "./flows.plan";

export interface SecurityGroupsSpec {
  platform: Platform;
  vpcId: pulumi.Input<string>;
  flows: Flow[];
  /** Of the gateway endpoints, and of CloudFront's servers where they are let in. */
  prefixLists: { s3: pulumi.Input<string>; dynamodb: pulumi.Input<string>; cloudfront?: pulumi.Input<string> };
}

export type SecurityGroups = Record<Group, aws.ec2.SecurityGroup>;

type Side = Pick<aws.vpc.SecurityGroupIngressRuleArgs, "cidrIpv4" | "prefixListId" | "referencedSecurityGroupId">;

/** Groups without rules, the rules of every flow, and the VPC's default group, which admits nothing. */
export function createSecurityGroups(parent: pulumi.Resource, name: string, spec: SecurityGroupsSpec): SecurityGroups {
  const { platform, vpcId, flows, prefixLists } = spec;
  const tags = (role: string) => named(platform.tags, `${name}-${role}`);
  new aws.ec2.DefaultSecurityGroup(
    `${name}-default-group`,
    { vpcId, ingress: [], egress: [], tags: tags("default-group") },
    { parent },
  );
  const groups = Object.fromEntries(
    GROUPS.map((group) => {
      const args = { vpcId, description: GROUP_DESCRIPTIONS[group], tags: tags(`${group}-group`) };
      return [group, new aws.ec2.SecurityGroup(`${name}-${group}-group`, args, { parent })];
    }),
  ) as SecurityGroups;

  const side = (end: Flow["from"] | Flow["to"]): Side => {
    if (end === "internet") return { cidrIpv4: "0.0.0.0/0" };
    if (end === "cloudfront" || end === "s3" || end === "dynamodb") return { prefixListId: prefixLists[end] };
    return { referencedSecurityGroupId: groups[end].id };
  };
  const isGroup = (end: Flow["from"] | Flow["to"]): end is Group => (GROUPS as readonly string[]).includes(end);
  for (const { from, to, port, why } of flows) {
    const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port, description: why };
    if (isGroup(to)) {
      const role = `${to}-from-${from}-${port}`;
      const args = { securityGroupId: groups[to].id, ...side(from), ...tcp, tags: tags(role) };
      new aws.vpc.SecurityGroupIngressRule(`${name}-${role}`, args, { parent });
    }
    if (isGroup(from)) {
      const role = `${from}-to-${to}-${port}`;
      const args = { securityGroupId: groups[from].id, ...side(to), ...tcp, tags: tags(role) };
      new aws.vpc.SecurityGroupEgressRule(`${name}-${role}`, args, { parent });
    }
  }
  return groups;
}
