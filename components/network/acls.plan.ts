/**
 * Network ACLs: the second wall, by subnet and without memory, so that answers need rules too. What no rule admits is
 * denied. Traffic to the VPC's own DNS and time servers, and inside one subnet, does not pass an ACL (VPC User Guide,
 * "Network ACLs").
 */
import { tierBlock, type Tier } from "./subnets.plan";

export interface AclRule {
  ruleNo: number;
  action: "allow" | "deny";
  /** "tcp", or "-1" for all. */
  protocol: string;
  cidrBlock: string;
  fromPort: number;
  toPort: number;
}

export interface AclPlan {
  ingress: AclRule[];
  egress: AclRule[];
}

const ANYWHERE = "0.0.0.0/0";
/** Where answers go. NAT gateways, load balancers and Lambda use all of it (VPC User Guide, "Ephemeral ports"). */
const ANSWERS = { from: 1024, to: 65535 };
const STEP = 10;
/** Denials come first. */
const FIRST = { deny: 10, allow: 100 };

type Opening = readonly [cidr: string, from: number, to?: number];

const rules = (openings: readonly Opening[], denied: readonly string[]): AclRule[] => [
  ...denied.map((cidrBlock, index) => ({
    ruleNo: FIRST.deny + index * STEP,
    action: "deny" as const,
    protocol: "-1",
    cidrBlock,
    fromPort: 0,
    toPort: 0,
  })),
  ...openings.map(([cidrBlock, fromPort, toPort = fromPort], index) => ({
    ruleNo: FIRST.allow + index * STEP,
    action: "allow" as const,
    protocol: "tcp",
    cidrBlock,
    fromPort,
    toPort,
  })),
];

/** Ports of Aurora, OpenSearch and ElastiCache. */
const DATA_PORTS = [5432, 443, 6379];
/** Of our tasks. */
const SERVICE_PORT = 8080;

/** Peers are denied below 100 in steps of 10: as many as have a number. */
export const MOST_PEERS = (FIRST.allow - FIRST.deny) / STEP;

export interface AclSpec {
  vpcCidr: string;
  /** Networks of peered VPCs: they reach the load balancer as everybody does, and nothing behind it. */
  peers: readonly string[];
  /** Whether the load balancer stands in the app subnets. */
  internalBalancer: boolean;
}

/**
 * What an internal balancer needs of the app tier. CloudFront's interfaces lie in the VPC too; which of their addresses
 * an ACL sees is not documented, and no route leads here from outside.
 */
function aroundBalancer(app: string): { ingress: Opening[]; egress: Opening[] } {
  return {
    ingress: [
      [ANYWHERE, 80],
      [app, SERVICE_PORT],
    ],
    egress: [
      [app, 80],
      [app, SERVICE_PORT],
      [ANYWHERE, ANSWERS.from, ANSWERS.to],
    ],
  };
}

/**
 * The ACL of a tier.
 * @throws Error for more than MOST_PEERS peers.
 */
export function planAcl(tier: Tier, { vpcCidr, peers, internalBalancer }: AclSpec): AclPlan {
  if (peers.length > MOST_PEERS) throw new Error(`${peers.length} peer networks → at most ${MOST_PEERS}`);
  const [open, app, data] = [tierBlock(vpcCidr, "public"), tierBlock(vpcCidr, "app"), tierBlock(vpcCidr, "data")];
  const answersTo = (cidr: string): Opening => [cidr, ANSWERS.from, ANSWERS.to];
  switch (tier) {
    case "public":
      return {
        ingress: rules([[ANYWHERE, 80], [ANYWHERE, 443], answersTo(ANYWHERE)], []),
        egress: rules([[ANYWHERE, 443], [app, SERVICE_PORT], answersTo(ANYWHERE)], []),
      };
    case "app": {
      const balancer = internalBalancer ? aroundBalancer(app) : { ingress: [], egress: [] };
      return {
        // Answers come from anywhere: from NAT, and from the addresses of S3 and DynamoDB behind their gateways.
        ingress: rules([[open, SERVICE_PORT], [app, 443], answersTo(ANYWHERE), ...balancer.ingress], peers),
        egress: rules(
          [
            [ANYWHERE, 443],
            ...DATA_PORTS.filter((port) => port !== 443).map((port): Opening => [data, port]),
            answersTo(open),
            answersTo(app),
            ...balancer.egress,
          ],
          peers,
        ),
      };
    }
    case "data":
      return {
        ingress: rules(
          DATA_PORTS.map((port): Opening => [app, port]),
          [],
        ),
        egress: rules([answersTo(app)], []),
      };
  }
}
