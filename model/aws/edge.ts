/** CloudFront. Its ids are made up of capital letters and digits; a distribution's domain is its own. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { digest, physicalName } from "../naming";

const idOf = (letter: string, urn: string): string => `${letter}${digest(urn, 13).toUpperCase()}`;

const distribution: Behaviour = ({ urn }, context) => {
  const id = idOf("E", urn);
  return {
    id,
    outputs: {
      arn: arn(context, "cloudfront", `distribution/${id}`, { region: "" }),
      domainName: `d${digest(urn, 13)}.cloudfront.net`,
      // The same for every distribution (CloudFront Developer Guide, "Alias target hosted zone").
      hostedZoneId: "Z2FDTNDATAQYW2",
      status: "Deployed",
    },
  };
};

/**
 * A named part of a distribution. Lengths from the CloudFront API reference: OriginAccessControlConfig 64, the others 128.
 * @param kind its word in ARNs; undefined for parts that have none.
 */
const part =
  (letter: string, kind?: string, limit = 128): Behaviour =>
  (resource, context) => {
    const id = idOf(letter, resource.urn);
    const name = physicalName(resource, "name", limit);
    const own = kind === undefined ? {} : { arn: arn(context, "cloudfront", `${kind}/${id}`, { region: "" }) };
    return { id, outputs: { name, ...own } };
  };

const vpcOrigin: Behaviour = ({ urn }, context) => {
  const id = `vo_${digest(urn, 22)}`;
  return { id, outputs: { arn: arn(context, "cloudfront", `vpcorigin/${id}`, { region: "" }) } };
};

/** Known by its distribution. */
const monitoring: Behaviour = ({ inputs }) => ({ id: text(inputs.distributionId), outputs: {} });

export const EDGE: Record<string, Behaviour> = {
  "aws:cloudfront/distribution:Distribution": distribution,
  "aws:cloudfront/originAccessControl:OriginAccessControl": part("E", "origin-access-control", 64),
  "aws:cloudfront/cachePolicy:CachePolicy": part("P", "cache-policy"),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": part("H", "response-headers-policy"),
  "aws:cloudfront/monitoringSubscription:MonitoringSubscription": monitoring,
  "aws:cloudfront/vpcOrigin:VpcOrigin": vpcOrigin,
  "aws:cloudfront/publicKey:PublicKey": part("K"),
  "aws:cloudfront/keyGroup:KeyGroup": part("G"),
};
