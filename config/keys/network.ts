/** The VPC. */
import { isCidr, overlap } from "../../lib/cidr";
import { ENDPOINT_SERVICES } from "../../lib/endpointCalls";
import { listOf, matching, type ConfigKey } from "./key";

/** The architecture document's network. */
export const VPC_CIDR = "10.0.0.0/16";

export const NETWORK_KEYS = {
  zones: {
    type: "string",
    description: "Availability zones, by their letters; append only, since the position decides the addresses",
    default: "a,b,c",
    allowed: "2 to 4 different letters with commas, such as a,b,c",
    parse: (text) => listOf(text, (letter) => /^[a-z]$/.test(letter), { least: 2, most: 4 }),
  },
  nat: {
    type: "string",
    description: "NAT gateways: one for all zones, or one in each",
    default: "perZone",
    allowed: "single or perZone",
    parse: matching((text) => text === "single" || text === "perZone"),
  },
  interfaceEndpoints: {
    type: "string",
    description: "AWS services that are reached inside the VPC, beside MediaConvert",
    default: "",
    allowed: `names with commas among ${ENDPOINT_SERVICES.join(", ")}; or nothing`,
    parse: (text) => listOf(text, (name) => ENDPOINT_SERVICES.includes(name), { least: 0, most: Infinity }),
  },
  peerCidrs: {
    type: "string",
    description: "Address ranges of peered VPCs: they reach the load balancer and nothing behind it",
    default: "",
    allowed: `at most 9 networks with commas that share no address with ${VPC_CIDR}, such as 10.9.0.0/16; or nothing`,
    parse: (text) => listOf(text, (cidr) => isCidr(cidr) && !overlap(cidr, VPC_CIDR), { least: 0, most: 9 }),
  },
} as const satisfies Record<string, ConfigKey<unknown>>;
