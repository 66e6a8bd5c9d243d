/** CloudFront. Its ids are made up of capital letters and digits; a distribution's domain is its own. */
import { arn } from "../arn";
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

const named =
  (letter: string): Behaviour =>
  (resource) => ({ id: idOf(letter, resource.urn), outputs: { name: physicalName(resource, "name", 128) } });

export const EDGE: Record<string, Behaviour> = {
  "aws:cloudfront/distribution:Distribution": distribution,
  "aws:cloudfront/originAccessControl:OriginAccessControl": named("E"),
  "aws:cloudfront/cachePolicy:CachePolicy": named("P"),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": named("H"),
  "aws:cloudfront/publicKey:PublicKey": named("K"),
  "aws:cloudfront/keyGroup:KeyGroup": named("G"),
};
