/** Which networks a VPC is cut into. The place of every subnet follows from its zone's position alone. */
import { prefixLength, subnet } from "../../lib/cidr";

/** Public: load balancer and NAT. App: tasks, functions, interface endpoints. Data: no way out of the VPC. */
export const TIERS = ["public", "app", "data"] as const;
export type Tier = (typeof TIERS)[number];

/** A region's zones are planned for four; who starts with two adds two later and nothing moves. */
export const MOST_ZONES = 4;
/** AWS's smallest subnet is a /28, and the small tiers are 8 bits below the VPC (VPC User Guide, "Subnet CIDR blocks"). */
export const VPC_BITS = { least: 16, most: 20 };

/** Bits below the VPC's: a tier's whole block, and one zone's share of it. */
const BITS = {
  public: { block: 6, zone: 8, index: 16 },
  app: { block: 2, zone: 4, index: 0 },
  data: { block: 6, zone: 8, index: 17 },
} as const satisfies Record<Tier, { block: number; zone: number; index: number }>;

export interface PlannedSubnet {
  tier: Tier;
  /** Letter of the zone in the region. */
  zone: string;
  cidr: string;
}

/** The block of a tier: what network ACLs name. Zones that are not used yet lie in it too. */
export const tierBlock = (vpcCidr: string, tier: Tier): string =>
  subnet(vpcCidr, prefixLength(vpcCidr) + BITS[tier].block, BITS[tier].index);

/**
 * One subnet for each tier and zone.
 * @param vpcCidr a /16 to /20.
 * @param zones letters in a fixed order: the position decides the addresses, so zones are only ever appended.
 * @throws Error when there are too few, too many or repeated zones, or the VPC's size does not fit.
 */
export function planSubnets(vpcCidr: string, zones: string[]): PlannedSubnet[] {
  const bits = prefixLength(vpcCidr);
  if (bits < VPC_BITS.least || bits > VPC_BITS.most) {
    throw new Error(`VPC ${vpcCidr} → a network of /${VPC_BITS.least} to /${VPC_BITS.most}`);
  }
  if (zones.length < 2 || zones.length > MOST_ZONES || new Set(zones).size !== zones.length) {
    throw new Error(`zones ${zones.join(",")} → 2 to ${MOST_ZONES} different ones`);
  }
  return TIERS.flatMap((tier) =>
    zones.map((zone, position) => ({
      tier,
      zone,
      cidr: subnet(tierBlock(vpcCidr, tier), bits + BITS[tier].zone, position),
    })),
  );
}
