import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import { planSubnets, type Tier } from "./subnets.plan";

/** How app subnets reach the internet: not at all, all through one gateway, or each zone through its own. */
export enum NatStrategy {
  None = "none",
  /** Cheapest way out; its zone is a single point of failure for it. */
  Single = "single",
  PerZone = "perZone",
}

export interface TopologySpec {
  platform: Platform;
  cidr: string;
  zones: string[];
  nat: NatStrategy;
}

export interface Topology {
  vpc: aws.ec2.Vpc;
  /** In the order of the zones. */
  subnets: Record<Tier, aws.ec2.Subnet[]>;
  /** One for each zone's app subnet. */
  appTables: aws.ec2.RouteTable[];
  /** Of the data subnets: it knows no way out. */
  dataTable: aws.ec2.RouteTable;
  nats: aws.ec2.NatGateway[];
}

const ANYWHERE = "0.0.0.0/0";

type Make = <Args extends object | undefined, Created>(
  type: new (name: string, args: Args, options?: pulumi.CustomResourceOptions) => Created,
  role: string,
  args: NoInfer<Args>,
) => Created;

/** Creates a tagged child named after its role. */
const maker =
  (parent: pulumi.Resource, prefix: string, { tags }: Platform): Make =>
  (type, role, args) =>
    new type(`${prefix}-${role}`, { ...args, tags: named(tags, `${prefix}-${role}`) }, { parent });

function createSubnets(make: Make, vpcId: pulumi.Output<string>, { platform, cidr, zones }: TopologySpec) {
  const subnets: Record<Tier, aws.ec2.Subnet[]> = { public: [], app: [], data: [] };
  for (const { tier, zone, cidr: cidrBlock } of planSubnets(cidr, zones)) {
    const args = { vpcId, cidrBlock, availabilityZone: `${platform.region}${zone}`, mapPublicIpOnLaunch: false };
    subnets[tier].push(make(aws.ec2.Subnet, `${tier}-${zone}`, args));
  }
  return subnets;
}

function createNats(make: Make, publicSubnets: aws.ec2.Subnet[], { zones, nat }: TopologySpec): aws.ec2.NatGateway[] {
  const served = nat === NatStrategy.PerZone ? zones : nat === NatStrategy.Single ? zones.slice(0, 1) : [];
  return served.map((zone, index) => {
    const address = make(aws.ec2.Eip, `nat-${zone}-address`, { domain: "vpc" });
    return make(aws.ec2.NatGateway, `nat-${zone}`, { allocationId: address.id, subnetId: publicSubnets[index]?.id });
  });
}

/** VPC, subnets and routes. */
export function createTopology(parent: pulumi.Resource, name: string, spec: TopologySpec): Topology {
  const make = maker(parent, name, spec.platform);
  const vpc = make(aws.ec2.Vpc, "vpc", {
    cidrBlock: spec.cidr,
    // Both: without host names the private names of interface endpoints do not resolve.
    enableDnsSupport: true,
    enableDnsHostnames: true,
  });
  const gateway = make(aws.ec2.InternetGateway, "gateway", { vpcId: vpc.id });
  const subnets = createSubnets(make, vpc.id, spec);
  const nats = createNats(make, subnets.public, spec);

  const table = (role: string): aws.ec2.RouteTable => make(aws.ec2.RouteTable, `${role}-routes`, { vpcId: vpc.id });
  const wayOut = (role: string, routeTable: aws.ec2.RouteTable, by: Partial<aws.ec2.RouteArgs>): void => {
    const args = { routeTableId: routeTable.id, destinationCidrBlock: ANYWHERE, ...by };
    new aws.ec2.Route(`${name}-${role}-way-out`, args, { parent });
  };
  const use = (role: string, routeTable: aws.ec2.RouteTable, subnet: aws.ec2.Subnet | undefined): void => {
    if (!subnet) return;
    const args = { routeTableId: routeTable.id, subnetId: subnet.id };
    new aws.ec2.RouteTableAssociation(`${name}-${role}-use`, args, { parent });
  };

  const publicTable = table("public");
  wayOut("public", publicTable, { gatewayId: gateway.id });
  const dataTable = table("data");
  const appTables = spec.zones.map((zone, index) => {
    const appTable = table(`app-${zone}`);
    const nat = nats[index] ?? nats[0];
    if (nat) wayOut(`app-${zone}`, appTable, { natGatewayId: nat.id });
    use(`public-${zone}`, publicTable, subnets.public[index]);
    use(`app-${zone}`, appTable, subnets.app[index]);
    use(`data-${zone}`, dataTable, subnets.data[index]);
    return appTable;
  });
  return { vpc, subnets, appTables, dataTable, nats };
}
