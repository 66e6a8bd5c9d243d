import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { BalancerOrigin } from "./origins";

export interface RecordsSpec {
  /** Public hosted zone of Route 53. */
  zoneId: string;
  /** The viewer's host name. */
  host: string;
  distribution: aws.cloudfront.Distribution;
  balancer: BalancerOrigin;
}

/** Names that follow AWS's addresses by themselves. Cost: queries for them are free (Amazon Route 53 pricing). */
export function createRecords(parent: pulumi.Resource, name: string, spec: RecordsSpec): void {
  const { zoneId, host, distribution, balancer } = spec;
  const alias = (role: string, type: "A" | "AAAA", host: string, target: aws.types.input.route53.RecordAlias): void => {
    new aws.route53.Record(`${name}-${role}`, { zoneId, name: host, type, aliases: [target] }, { parent });
  };
  const viewers = { name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false };
  alias("viewers-ipv4", "A", host, viewers);
  alias("viewers-ipv6", "AAAA", host, viewers);
  if (balancer.hostName !== undefined && balancer.zoneId !== undefined) {
    // Nothing else could answer: health would only turn an error into a name that is not there.
    const target = { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false };
    alias("balancer-ipv4", "A", balancer.hostName, target);
  }
}
