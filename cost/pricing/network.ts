/** The VPC: NAT, addresses, endpoints. */
import type { ResourceRecord } from "../../model/record";
import { HOURS_PER_MONTH } from "../usage";
import { counted, line, sum, type Pricing } from "./pricing";

/** In how many zones a month's interface endpoints lie, together. */
const endpointZones = (endpoints: readonly ResourceRecord[]): number =>
  endpoints
    .filter(({ inputs }) => inputs.vpcEndpointType === "Interface")
    .reduce((zones, { inputs }) => zones + (Array.isArray(inputs.subnetIds) ? inputs.subnetIds.length : 0), 0);

export const NETWORK: Readonly<Record<string, Pricing>> = {
  "aws:ec2/natGateway:NatGateway": (gateways) => [
    line(
      "Network",
      `NAT, ${counted(gateways, "gateway")}`,
      sum(["natHour", gateways.length * HOURS_PER_MONTH]),
      "and $0.045 for each GB, which depends on what the tasks fetch",
    ),
  ],
  "aws:ec2/eip:Eip": (addresses) => [
    line(
      "Network",
      `VPC, public addresses: ${addresses.length}`,
      sum(["publicAddressHour", addresses.length * HOURS_PER_MONTH]),
      "of the NAT gateways",
    ),
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": (endpoints) => {
    const zones = endpointZones(endpoints);
    const cost = sum(["endpointHour", zones * HOURS_PER_MONTH]);
    return [
      line("Network", "PrivateLink, interface endpoints", cost, `${zones} in all zones; S3's and DynamoDB's are free`),
    ];
  },
  "aws:ec2/flowLog:FlowLog": () => [
    line("Monitoring", "VPC flow logs", null, "the price of delivering vended logs to S3 is not in the sheet"),
  ],
  "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": () => [
    line("Monitoring", "VPC query logs", null, "the price of delivering vended logs to S3 is not in the sheet"),
  ],
};
