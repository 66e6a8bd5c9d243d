/** What the keys alone tell the network. */
import { VPC_CIDR } from "./keys/network";
import type { SchemaValues } from "./schema";

export const networkSettings = ({ zones, interfaceEndpoints, peerCidrs }: SchemaValues) => ({
  cidr: VPC_CIDR,
  zones,
  interfaceEndpoints,
  peerCidrs,
});
