/**
 * Who reaches whom in a recorded VPC, by what the packets would meet: routes, network ACLs both ways, and security
 * groups. Stands on the recorded inputs alone, not on the plans that they were made from.
 */
import { contains } from "../../lib/cidr";
import type { Recorded, Recording } from "./recorder";

/** A client's port: what answers go to. */
const EPHEMERAL = 50_000;
const INTERNET = "198.51.100.7/32";

export interface Place {
  /** Name of a security group, or of nobody's on the internet. */
  group: string;
  /** Address as a /32 network. */
  address: string;
  subnet?: Recorded;
}

interface AclRule {
  ruleNo: number;
  action: string;
  protocol: string;
  cidrBlock: string;
  fromPort: number;
  toPort: number;
}

const firstAddress = (cidr: string): string => {
  const [a, b, c] = cidr.split("/")[0]?.split(".") ?? [];
  return `${a}.${b}.${c}.10/32`;
};

export class Reachability {
  constructor(private readonly program: Recording) {}

  readonly internet: Place = { group: "internet", address: INTERNET };

  /** A place in every subnet of a tier, for a group that is used there. */
  places(group: string, tier: string): Place[] {
    const subnets = this.program.all("aws:ec2/subnet:Subnet").filter(({ name }) => name.includes(`-${tier}-`));
    return subnets.map((subnet) => ({ group, address: firstAddress(subnet.inputs.cidrBlock), subnet }));
  }

  private passesAcl(place: Place, direction: "ingress" | "egress", other: string, port: number): boolean {
    if (!place.subnet) return true;
    const acl = this.program
      .all("aws:ec2/networkAcl:NetworkAcl")
      .find(({ inputs }) => inputs.subnetIds.includes(place.subnet?.id));
    if (!acl) throw new Error(`${place.subnet.name} has no network ACL of ours`);
    const rules = [...(acl.inputs[direction] as AclRule[])].sort((a, b) => a.ruleNo - b.ruleNo);
    const rule = rules.find(
      ({ protocol, cidrBlock, fromPort, toPort }) =>
        contains(cidrBlock, other) && (protocol === "-1" || (fromPort <= port && port <= toPort)),
    );
    return rule?.action === "allow";
  }

  private groupOf(name: string): Recorded | undefined {
    return this.program
      .all("aws:ec2/securityGroup:SecurityGroup")
      .find((group) => group.name.endsWith(`-${name}-group`));
  }

  private passesGroup(place: Place, direction: "Ingress" | "Egress", other: Place, port: number): boolean {
    if (!place.subnet) return true;
    const type = `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
    return this.program.all(type).some(({ inputs }) => {
      const admits =
        inputs.referencedSecurityGroupId !== undefined
          ? inputs.referencedSecurityGroupId === this.groupOf(other.group)?.id
          : inputs.cidrIpv4 !== undefined && contains(inputs.cidrIpv4, other.address);
      const tcp = inputs.ipProtocol === "-1" || (inputs.fromPort <= port && port <= inputs.toPort);
      return inputs.securityGroupId === this.groupOf(place.group)?.id && admits && tcp;
    });
  }

  /** Inside the VPC the local route is always there; the internet needs a route by a gateway. */
  private hasRoute({ subnet }: Place, by: "gatewayId" | "natGatewayId"): boolean {
    if (!subnet) return true;
    const uses = this.program
      .all("aws:ec2/routeTableAssociation:RouteTableAssociation")
      .filter(({ inputs }) => inputs.subnetId === subnet.id);
    return this.program
      .all("aws:ec2/route:Route")
      .some(
        ({ inputs }) => inputs[by] !== undefined && uses.some((use) => use.inputs.routeTableId === inputs.routeTableId),
      );
  }

  /** True when a connection can be opened and answered. */
  reaches(from: Place, to: Place, port: number): boolean {
    if (!from.subnet && !this.hasRoute(to, "gatewayId")) return false;
    if (!to.subnet && !this.hasRoute(from, "gatewayId") && !this.hasRoute(from, "natGatewayId")) return false;
    return (
      this.passesGroup(from, "Egress", to, port) &&
      this.passesAcl(from, "egress", to.address, port) &&
      this.passesAcl(to, "ingress", from.address, port) &&
      this.passesGroup(to, "Ingress", from, port) &&
      this.passesAcl(to, "egress", from.address, EPHEMERAL) &&
      this.passesAcl(from, "ingress", to.address, EPHEMERAL)
    );
  }
}
