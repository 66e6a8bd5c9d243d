/**
 * Who reaches whom in a recorded VPC, by what the packets would meet: routes, network ACLs both ways, and security
 * groups. Stands on the recorded inputs alone, not on the plans that they were made from.
 */
import { contains } from "../../lib/cidr";
import type { ProgramRecord } from "../../model/record";
import type { Recorded } from "./recorder";

/** A client's port: what answers go to. */
const EPHEMERAL = 50_000;
const INTERNET = "198.51.100.7/32";

/** A network interface in one subnet, or somebody outside. */
export interface Place {
  /** What its security groups are for, or who it is outside. */
  group: string;
  /** Ids of its security groups. */
  groupIds: string[];
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

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const SUBNET = "aws:ec2/subnet:Subnet";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ACL = "aws:ec2/networkAcl:NetworkAcl";
/** These name groups and subnets, and stand in none. */
const NO_INTERFACE =
  /^aws:(vpc\/securityGroup|ec2\/(securityGroup|subnet|networkAcl|routeTable|natGateway|defaultSecurity))/;

const firstAddress = (cidr: string): string => {
  const [a, b, c] = cidr.split("/")[0]?.split(".") ?? [];
  return `${a}.${b}.${c}.10/32`;
};

const textsIn = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(textsIn)
      : [];

export class Reachability {
  readonly internet: Place = { group: "internet", groupIds: [], address: INTERNET };
  readonly #resources: Recorded[];

  constructor({ resources }: Pick<ProgramRecord, "resources">) {
    this.#resources = resources;
  }

  #all(type: string): Recorded[] {
    return this.#resources.filter((resource) => resource.type === type);
  }

  /** A place in every subnet of a tier, for a group that is used there. */
  places(group: string, tier: string): Place[] {
    const id = this.#all(GROUP).find(({ name }) => name.endsWith(`-${group}-group`))?.id;
    const subnets = this.#all(SUBNET).filter(({ name }) => name.includes(`-${tier}-`));
    return subnets.map((subnet) => this.#place(group, id ? [id] : [], subnet));
  }

  #place(group: string, groupIds: string[], subnet: Recorded): Place {
    return { group, groupIds, address: firstAddress(subnet.inputs.cidrBlock), subnet };
  }

  /** Subnets by their own ids and by the groups of them that databases and caches name. */
  #subnetsNamed(texts: string[]): Recorded[] {
    const grouped = this.#resources
      .filter(
        ({ type, id, outputs }) =>
          /\/subnetGroup:/.test(type) && texts.some((text) => text === id || text === outputs.name),
      )
      .flatMap(({ inputs }) => textsIn(inputs.subnetIds));
    return this.#all(SUBNET).filter(({ id }) => texts.includes(id ?? "") || grouped.includes(id ?? ""));
  }

  /** The network interfaces that the program's resources will have, whatever their types: one for each role and subnet. */
  occupants(): Place[] {
    const groups = new Map(this.#all(GROUP).map(({ id, name }) => [id, /([^-]+)-group$/.exec(name)?.[1] ?? name]));
    const all = this.#resources
      .filter(({ custom, type }) => custom && !NO_INTERFACE.test(type))
      .flatMap(({ inputs }) => {
        const texts = textsIn(inputs);
        const own = texts.filter((text) => groups.has(text));
        const role = [...new Set(own.map((id) => groups.get(id)))].join(" and ");
        return own.length === 0 ? [] : this.#subnetsNamed(texts).map((subnet) => this.#place(role, own, subnet));
      });
    return [...new Map(all.map((place) => [`${place.group} ${place.address}`, place])).values()];
  }

  /** Every port at which a rule begins or ends. */
  ports(): number[] {
    const acls = this.#all(ACL).flatMap(({ inputs }) => [...inputs.ingress, ...inputs.egress] as AclRule[]);
    const rules = [...this.#all(INGRESS), ...this.#all(EGRESS)].map(({ inputs }) => inputs as AclRule);
    const ends = [...acls, ...rules].flatMap(({ fromPort, toPort }) => [fromPort, toPort]);
    return [...new Set(ends)].filter((port) => Number.isInteger(port) && port > 0);
  }

  #passesAcl(place: Place, direction: "ingress" | "egress", other: Place, port: number): boolean {
    // Inside one subnet no ACL is met (VPC User Guide, "Network ACLs").
    if (!place.subnet || place.subnet === other.subnet) return true;
    const acl = this.#all(ACL).find(({ inputs }) => inputs.subnetIds.includes(place.subnet?.id));
    if (!acl) throw new Error(`${place.subnet.name} has no network ACL of ours`);
    const rules = [...(acl.inputs[direction] as AclRule[])].sort((a, b) => a.ruleNo - b.ruleNo);
    const rule = rules.find(
      ({ protocol, cidrBlock, fromPort, toPort }) =>
        contains(cidrBlock, other.address) && (protocol === "-1" || (fromPort <= port && port <= toPort)),
    );
    return rule?.action === "allow";
  }

  #passesGroup(place: Place, type: string, other: Place, port: number): boolean {
    if (!place.subnet) return true;
    return this.#all(type).some(({ inputs }) => {
      const admits =
        inputs.referencedSecurityGroupId !== undefined
          ? other.groupIds.includes(inputs.referencedSecurityGroupId)
          : inputs.cidrIpv4 !== undefined && contains(inputs.cidrIpv4, other.address);
      const tcp = inputs.ipProtocol === "-1" || (inputs.fromPort <= port && port <= inputs.toPort);
      return place.groupIds.includes(inputs.securityGroupId) && admits && tcp;
    });
  }

  /** Inside the VPC the local route is always there; the internet needs a route by a gateway. */
  #hasRoute({ subnet }: Place, by: "gatewayId" | "natGatewayId"): boolean {
    if (!subnet) return true;
    const uses = this.#all("aws:ec2/routeTableAssociation:RouteTableAssociation").filter(
      ({ inputs }) => inputs.subnetId === subnet.id,
    );
    return this.#all("aws:ec2/route:Route").some(
      ({ inputs }) => inputs[by] !== undefined && uses.some((use) => use.inputs.routeTableId === inputs.routeTableId),
    );
  }

  /** True when a connection can be opened and answered. */
  reaches(from: Place, to: Place, port: number): boolean {
    if (!from.subnet && !this.#hasRoute(to, "gatewayId")) return false;
    if (!to.subnet && !this.#hasRoute(from, "gatewayId") && !this.#hasRoute(from, "natGatewayId")) return false;
    return (
      this.#passesGroup(from, EGRESS, to, port) &&
      this.#passesAcl(from, "egress", to, port) &&
      this.#passesAcl(to, "ingress", from, port) &&
      this.#passesGroup(to, INGRESS, from, port) &&
      this.#passesAcl(to, "egress", from, EPHEMERAL) &&
      this.#passesAcl(from, "ingress", to, EPHEMERAL)
    );
  }
}
