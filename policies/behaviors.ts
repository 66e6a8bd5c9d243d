/** Reading of a CloudFront distribution: which paths go to which origin. */
import type { Fields } from "./fields";
import type { Graph, ResourceNode } from "./graph";
import { S3 } from "./tokens";

export interface Behavior {
  readonly fields: Fields;
  /** Path pattern without its leading slash; `*` for the default. */
  readonly pattern: string;
}

/** Every behaviour of a distribution, the default one last, as CloudFront tries them. */
export function behaviorsOf({ inputs }: ResourceNode): Behavior[] {
  const ordered = inputs.many("orderedCacheBehaviors").map((fields) => ({
    fields,
    pattern: (fields.text("pathPattern") ?? "").replace(/^\//, ""),
  }));
  return [...ordered, { fields: inputs.one("defaultCacheBehavior"), pattern: "*" }];
}

/** Ids of the origins behind a target: the origin itself, or the members of an origin group. */
function originIds({ inputs }: ResourceNode, target: string): string[] {
  const group = inputs.many("originGroups").find((candidate) => candidate.text("originId") === target);
  return group === undefined ? [target] : group.many("members").map((member) => member.text("originId") ?? "");
}

/**
 * Ids of the origins that read `bucket`. The only bucket of a distribution is known by the link; among several, the
 * origin's domain name decides, which a preview does not know.
 */
export function originBuckets(graph: Graph, distribution: ResourceNode, bucket: ResourceNode): string[] {
  const buckets = graph.linked(distribution, "origins", S3.bucket);
  const isOf = (origin: Fields): boolean => {
    if (origin.has("customOriginConfig") || origin.has("vpcOriginConfig")) return false;
    if (buckets.length === 1) return true;
    return isHostOf(origin.text("domainName") ?? "", bucket);
  };
  return distribution.inputs
    .many("origins")
    .filter(isOf)
    .map((origin) => origin.text("originId") ?? "");
}

const isHostOf = (host: string, { state }: ResourceNode): boolean =>
  host.startsWith(`${state.text("bucket") ?? state.text("id")}.s3`);

/** Key prefixes that a distribution serves from the given origins; "" means every key. */
export function servedPrefixes(distribution: ResourceNode, origins: readonly string[]): string[] {
  const paths = new Map(
    distribution.inputs
      .many("origins")
      .map((origin) => [origin.text("originId"), (origin.text("originPath") ?? "").replace(/^\//, "")]),
  );
  return behaviorsOf(distribution).flatMap(({ fields, pattern }) =>
    originIds(distribution, fields.text("targetOriginId") ?? "")
      .filter((id) => origins.includes(id))
      .map((id) => {
        const folder = paths.get(id) ?? "";
        return `${folder}${folder === "" ? "" : "/"}${pattern.replace(/[*?].*$/, "")}`;
      }),
  );
}
