/**
 * What the local edge has to do, read from the program's distribution: pure. Whatever the distribution asks for and this
 * edge cannot do is an error, so that the edge never quietly behaves otherwise than CloudFront would.
 */
import { readCachePolicy, type CachePolicy } from "./cachePolicy.js";
import { asList, asObject, asText, type Inputs } from "./inputs.js";
import { readResponseHeaders, type ResponseHeaders } from "./responseHeaders.js";

/** The part of a program's record that is read here. */
export interface EdgeRecord {
  resources: readonly {
    urn: string;
    type: string;
    name: string;
    id: string | null;
    inputs: Inputs;
    outputs: Inputs;
  }[];
}
type Resource = EdgeRecord["resources"][number];

interface AnyBehavior {
  /** "*" for the default one. */
  pattern: string;
  allowedMethods: readonly string[];
  /** "redirect-to-https" and "https-only" cannot hold on plain-HTTP loopback; kept so that the start can say so. */
  viewerProtocol: string;
  headers: ResponseHeaders;
  /** Id of CloudFront's public key → PEM. Null: open to everybody. */
  signers: ReadonlyMap<string, string> | null;
}

/** Objects of a bucket. */
export interface BucketBehavior extends AnyBehavior {
  kind: "bucket";
  /** Bucket of the origin; of a group, the first one's. */
  bucket: string;
  /** Put before the path to make the key; "" or "/folder". */
  originPath: string;
  compress: boolean;
  cache: CachePolicy;
}

/** Whatever the load balancer answers, never kept. */
export interface BalancerBehavior extends AnyBehavior {
  kind: "balancer";
}

export type Behavior = BucketBehavior | BalancerBehavior;

export interface EdgePlan {
  distributionArn: string;
  /** In the order in which they are tried; the default one last. */
  behaviors: readonly Behavior[];
  /** Key served for "/"; null for none. */
  defaultRootObject: string | null;
  /** Status → seconds that an error of the origin is kept. CloudFront keeps every other one 10 s. */
  errorTtls: ReadonlyMap<number, number>;
  /** Whether some origins are groups, of which the first member alone is asked here. */
  failover: boolean;
}

export const TYPES = {
  distribution: "aws:cloudfront/distribution:Distribution",
  cachePolicy: "aws:cloudfront/cachePolicy:CachePolicy",
  responseHeaders: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  keyGroup: "aws:cloudfront/keyGroup:KeyGroup",
  publicKey: "aws:cloudfront/publicKey:PublicKey",
} as const;

const isBucket = (type: string): boolean => type === "aws:s3/bucket:Bucket" || type === "aws:s3/bucketV2:BucketV2";
const DEFAULT_PATTERN = "*";

/** CloudFront's own policies (Developer Guide, "Use managed cache policies" and "Use managed origin request policies"). */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/** Settings of a behaviour that change what a viewer gets and that this edge does not know. */
const UNKNOWN_SETTINGS = [
  "forwardedValues",
  "functionAssociations",
  "lambdaFunctionAssociations",
  "fieldLevelEncryptionId",
  "trustedSigners",
  "smoothStreaming",
];

class Reader {
  readonly #record: EdgeRecord;

  constructor(record: EdgeRecord) {
    this.#record = record;
  }

  byId(type: string, id: unknown, usedBy: string): Resource {
    const found = this.#record.resources.find((resource) => resource.type === type && resource.id === id);
    if (!found) throw new Error(`the program has no ${type} with id ${String(id)}, which ${usedBy} names`);
    return found;
  }

  distribution(): Resource {
    const found = this.#record.resources.filter((resource) => resource.type === TYPES.distribution);
    if (found.length !== 1 || !found[0])
      throw new Error(`the program has ${found.length} distributions → the local edge serves exactly one`);
    return found[0];
  }

  /** The bucket whose regional or global DNS name an origin has. */
  bucketOf(domain: string): string {
    for (const { type, inputs, outputs } of this.#record.resources) {
      if (!isBucket(type)) continue;
      if (domain === outputs.bucketRegionalDomainName || domain === outputs.bucketDomainName)
        return asText(outputs.bucket ?? inputs.bucket ?? outputs.id);
    }
    throw new Error(
      `origin ${domain} is none of the program's buckets → the local edge serves buckets and a load balancer`,
    );
  }

  signers(groups: unknown[], pattern: string): ReadonlyMap<string, string> | null {
    if (groups.length === 0) return null;
    const ids = groups.flatMap((id) => asList(this.byId(TYPES.keyGroup, id, `behaviour ${pattern}`).inputs.items));
    return new Map(
      ids.map((id) => [String(id), asText(this.byId(TYPES.publicKey, id, "a key group").inputs.encodedKey)]),
    );
  }
}

/** The origin that a behaviour asks first. */
function originOf(distribution: Inputs, targetId: string, pattern: string): Inputs {
  const groups = asList(distribution.originGroups).map(asObject);
  const group = groups.find(({ originId }) => originId === targetId);
  const first = group === undefined ? targetId : asText(asObject(asList(group.members)[0]).originId);
  const origin = asList(distribution.origins)
    .map(asObject)
    .find(({ originId }) => originId === first);
  if (!origin) throw new Error(`behaviour ${pattern} names origin ${first || targetId}, which is not there`);
  return origin;
}

const isBalancer = (origin: Inputs): boolean =>
  origin.vpcOriginConfig !== undefined || origin.customOriginConfig !== undefined;

/** A proxy keeps nothing and passes everything on: another policy would not hold here. */
function checkUncached({ cachePolicyId, originRequestPolicyId }: Inputs, pattern: string): void {
  if (cachePolicyId !== CACHING_DISABLED || originRequestPolicyId !== ALL_VIEWER_EXCEPT_HOST)
    throw new Error(
      `behaviour ${pattern} has policies ${String(cachePolicyId)} and ${String(originRequestPolicyId)}; the local edge passes on to a balancer by CachingDisabled and AllViewerExceptHostHeader only`,
    );
}

function bucketBehavior(reader: Reader, inputs: Inputs, origin: Inputs, common: AnyBehavior): BucketBehavior {
  const { pattern, allowedMethods } = common;
  if (allowedMethods.some((method) => !["GET", "HEAD", "OPTIONS"].includes(method)))
    throw new Error(`behaviour ${pattern} lets viewers write to a bucket, which the local edge cannot do`);
  if (inputs.originRequestPolicyId !== undefined)
    throw new Error(`behaviour ${pattern} has an origin request policy, which the local edge cannot do`);
  return {
    ...common,
    kind: "bucket",
    bucket: reader.bucketOf(asText(origin.domainName)),
    originPath: asText(origin.originPath),
    compress: inputs.compress === true,
    cache: readCachePolicy(reader.byId(TYPES.cachePolicy, inputs.cachePolicyId, `behaviour ${pattern}`).inputs),
  };
}

function behaviorOf(reader: Reader, inputs: Inputs, distribution: Inputs): Behavior {
  const pattern = asText(inputs.pathPattern) || DEFAULT_PATTERN;
  const unknown = UNKNOWN_SETTINGS.filter((name) => {
    const value = inputs[name];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
  if (unknown.length > 0)
    throw new Error(`behaviour ${pattern} sets ${unknown.join(", ")}, which the local edge cannot do`);
  const origin = originOf(distribution, asText(inputs.targetOriginId), pattern);
  const { responseHeadersPolicyId } = inputs;
  const common: AnyBehavior = {
    pattern,
    allowedMethods: asList(inputs.allowedMethods).map(String),
    viewerProtocol: asText(inputs.viewerProtocolPolicy),
    headers: readResponseHeaders(
      responseHeadersPolicyId === undefined
        ? {}
        : reader.byId(TYPES.responseHeaders, responseHeadersPolicyId, `behaviour ${pattern}`).inputs,
    ),
    signers: reader.signers(asList(inputs.trustedKeyGroups), pattern),
  };
  if (!isBalancer(origin)) return bucketBehavior(reader, inputs, origin, common);
  checkUncached(inputs, pattern);
  return { ...common, kind: "balancer" };
}

function errorTtlsOf(inputs: Inputs): Map<number, number> {
  const ttls = new Map<number, number>();
  for (const response of asList(inputs.customErrorResponses).map(asObject)) {
    if (response.responsePagePath || response.responseCode)
      throw new Error(`the distribution replaces error ${String(response.errorCode)}, which the local edge cannot do`);
    ttls.set(Number(response.errorCode), Number(response.errorCachingMinTtl ?? 10));
  }
  return ttls;
}

/** @throws Error that names what is missing from the record, or what the distribution asks for and this edge cannot do. */
export function edgePlanFrom(record: EdgeRecord): EdgePlan {
  const reader = new Reader(record);
  const { inputs, outputs } = reader.distribution();
  const ordered = asList(inputs.orderedCacheBehaviors).map(asObject);
  return {
    distributionArn: asText(outputs.arn),
    behaviors: [...ordered, asObject(inputs.defaultCacheBehavior)].map((one) => behaviorOf(reader, one, inputs)),
    defaultRootObject: asText(inputs.defaultRootObject) || null,
    errorTtls: errorTtlsOf(inputs),
    failover: asList(inputs.originGroups).length > 0,
  };
}
