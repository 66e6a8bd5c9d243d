import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";
import { planAcl } from "./acls.plan";
import { createGatewayEndpoints, createInterfaceEndpoints } from "./endpoints";
import { planFlows } from "./flows.plan";
import { createLogs } from "./logs";
import { createSecurityGroups } from "./securityGroups";
import { TIERS } from "./subnets.plan";
import { createTopology, NatStrategy, type Topology } from "./topology";

export interface VodNetworkArgs {
  platform: Platform;
  /**
   * Address range, a /16 to /20.
   * @default "10.0.0.0/16"
   */
  cidr?: string;
  /** Letters of 2 to 4 availability zones of the region. Append only: the position decides a zone's addresses. */
  zones: string[];
  /** @default NatStrategy.PerZone */
  nat?: NatStrategy;
  /**
   * AWS services that get an interface endpoint, such as `ecr.api` (`ENDPOINT_SERVICES` in lib/endpointCalls.ts);
   * MediaConvert's is always there.
   * @default - none beside MediaConvert
   */
  interfaceEndpoints?: string[];
  /**
   * Address ranges of peered VPCs: kept away from everything but the load balancer.
   * @default - none
   */
  peerCidrs?: string[];
  /**
   * Whether the load balancer stands in the app subnets, where CloudFront alone reaches it, by a VPC origin.
   * @default false - in the public subnets, open to the internet on 80 and 443
   */
  internalBalancer?: boolean;
  /** Bucket that flow logs and the logs of name look-ups are written to, below `AWSLogs/`. */
  flowLogBucketArn: pulumi.Input<string>;
}

/** The list that AWS keeps of the addresses from which CloudFront calls origins. */
const cloudFrontServers = (parent: pulumi.Resource): pulumi.Output<string> =>
  aws.ec2.getManagedPrefixListOutput({ name: "com.amazonaws.global.cloudfront.origin-facing" }, { parent }).id;

const DEFAULT_CIDR = "10.0.0.0/16";

function createAcls(parent: VodNetwork, name: string, { vpc, subnets }: Topology, args: VodNetworkArgs): void {
  for (const tier of TIERS) {
    new aws.ec2.NetworkAcl(
      `${name}-${tier}-acl`,
      {
        vpcId: vpc.id,
        subnetIds: subnets[tier].map(({ id }) => id),
        ...planAcl(tier, {
          vpcCidr: args.cidr ?? DEFAULT_CIDR,
          peers: args.peerCidrs ?? [],
          internalBalancer: args.internalBalancer ?? false,
        }),
        tags: named(args.platform.tags, `${name}-${tier}-acl`),
      },
      { parent },
    );
  }
}

/**
 * A VPC of three tiers over two to four zones: public (load balancer, NAT), app (tasks, functions, interface endpoints)
 * and data (databases, no way out). Security groups are made from one table of flows; network ACLs stand behind them.
 *
 * Cost (Amazon VPC and AWS PrivateLink pricing, us-east-1): a NAT gateway $32.85 a month and $0.045 a GB, an interface
 * endpoint $7.30 a month and zone and $0.01 a GB, a public IPv4 address $3.65 a month. Endpoints lie in as many zones as
 * there are NAT gateways: who saves on the one saves on the other.
 */
export class VodNetwork extends pulumi.ComponentResource {
  public readonly vpcId: pulumi.Output<string>;
  /** In the order of the zones. */
  public readonly publicSubnetIds: pulumi.Output<string[]>;
  public readonly appSubnetIds: pulumi.Output<string[]>;
  public readonly dataSubnetIds: pulumi.Output<string[]>;
  public readonly albGroupId: pulumi.Output<string>;
  public readonly servicesGroupId: pulumi.Output<string>;
  public readonly functionsGroupId: pulumi.Output<string>;
  public readonly databaseGroupId: pulumi.Output<string>;
  public readonly searchGroupId: pulumi.Output<string>;
  public readonly cacheGroupId: pulumi.Output<string>;
  /** MediaConvert's interface endpoint: grants name it, so that jobs are made from inside the VPC only. */
  public readonly transcoderEndpointId: pulumi.Output<string>;

  constructor(name: string, args: VodNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodNetwork", name, args, opts);
    const { platform, zones, cidr = DEFAULT_CIDR, nat = NatStrategy.PerZone, internalBalancer = false } = args;
    const topology = createTopology(this, name, { platform, cidr, zones, nat });
    const { vpc, subnets } = topology;
    createAcls(this, name, topology, args);
    createLogs(this, name, { platform, vpcId: vpc.id, bucketArn: args.flowLogBucketArn });
    const gateways = createGatewayEndpoints(this, name, platform, topology);
    const groups = createSecurityGroups(this, name, {
      platform,
      vpcId: vpc.id,
      flows: planFlows({ nat: nat !== NatStrategy.None, internalBalancer }),
      prefixLists: {
        s3: gateways.s3.prefixListId,
        dynamodb: gateways.dynamodb.prefixListId,
        ...(internalBalancer && { cloudfront: cloudFrontServers(this) }),
      },
    });
    const ids = (resources: aws.ec2.Subnet[]): pulumi.Output<string[]> => pulumi.all(resources.map(({ id }) => id));
    const endpointSubnets = nat === NatStrategy.Single ? subnets.app.slice(0, 1) : subnets.app;
    const transcoder = createInterfaceEndpoints(this, name, {
      platform,
      vpcId: vpc.id,
      subnetIds: ids(endpointSubnets),
      services: args.interfaceEndpoints ?? [],
      groups: { transcoder: groups.transcoder.id, endpoints: groups.endpoints.id },
    });

    this.vpcId = vpc.id;
    this.publicSubnetIds = ids(subnets.public);
    this.appSubnetIds = ids(subnets.app);
    this.dataSubnetIds = ids(subnets.data);
    this.albGroupId = groups.alb.id;
    this.servicesGroupId = groups.services.id;
    this.functionsGroupId = groups.functions.id;
    this.databaseGroupId = groups.database.id;
    this.searchGroupId = groups.search.id;
    this.cacheGroupId = groups.cache.id;
    this.transcoderEndpointId = transcoder.id;
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      appSubnetIds: this.appSubnetIds,
      dataSubnetIds: this.dataSubnetIds,
      albGroupId: this.albGroupId,
      servicesGroupId: this.servicesGroupId,
      functionsGroupId: this.functionsGroupId,
      databaseGroupId: this.databaseGroupId,
      searchGroupId: this.searchGroupId,
      cacheGroupId: this.cacheGroupId,
      transcoderEndpointId: this.transcoderEndpointId,
    });
  }
}
