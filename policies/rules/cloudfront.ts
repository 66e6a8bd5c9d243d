import { behaviorsOf, type Behavior } from "../behaviors";
import type { Fields } from "../fields";
import { resourceRule, stackRule } from "../rule";
import { CLOUDFRONT, S3, WATCH } from "../tokens";

const isS3Origin = (origin: Fields): boolean => !origin.has("customOriginConfig") && !origin.has("vpcOriginConfig");

const accessControl = resourceRule({
  name: "oac-not-oai",
  displayName: "Buckets are reached by access control",
  description: "Origin access control signs every request and works with KMS; the older access identity does neither.",
  severity: "high",
  tags: ["cloudfront", "s3", "access"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
  remedy:
    'give the origin an originAccessControlId of an aws.cloudfront.OriginAccessControl with signingBehavior "always" and signingProtocol "sigv4"',
  types: [...CLOUDFRONT.distribution, ...CLOUDFRONT.accessControl, ...CLOUDFRONT.accessIdentity],
  check: ({ node, report, part }) => {
    const { type, inputs } = node;
    if (CLOUDFRONT.accessIdentity.includes(type)) return report(`an origin access identity is made · ${node.name}`);
    if (CLOUDFRONT.accessControl.includes(type)) {
      const found = [inputs.text("signingBehavior") ?? "unset", inputs.text("signingProtocol") ?? "unset"];
      if (found.join() !== "always,sigv4") report(`requests to the origin are not always signed · ${found.join(", ")}`);
      return;
    }
    for (const origin of inputs.many("origins").filter(isS3Origin)) {
      part(() => {
        if (origin.one("s3OriginConfig").has("originAccessIdentity"))
          report(`origin ${origin.text("originId")} uses an access identity`);
        if (!origin.has("originAccessControlId")) report(`origin ${origin.text("originId")} has no access control`);
      });
    }
  },
});

/** Behaviours onto the media's origin that need no cookie. */
const UNSIGNED: readonly { pattern: string; reason: string }[] = [
  { pattern: "posters/*", reason: "the list of titles shows posters to everybody who may see the list" },
];
const MEDIA = /^media\//;

const isSigned = ({ fields }: Behavior): boolean => fields.has("trustedKeyGroups");

const signed = resourceRule({
  name: "media-behaviors-signed",
  displayName: "Media is served with a signed cookie only",
  description:
    "Every behaviour for media, and every other one onto the same origin, asks for a signature by our key group. Posters are excepted.",
  severity: "critical",
  tags: ["cloudfront", "access", "playback"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html",
  remedy: "set trustedKeyGroups to our aws.cloudfront.KeyGroup on the behaviour, or send it to another origin",
  types: CLOUDFRONT.distribution,
  check: ({ node, report, part }) => {
    const behaviors = behaviorsOf(node);
    for (const { fields, pattern } of behaviors) {
      part(() => {
        if (fields.has("trustedSigners")) report(`behaviour ${pattern} trusts an account's root keys · trustedSigners`);
      });
    }
    const media = behaviors.filter((behavior) => MEDIA.test(behavior.pattern) || isSigned(behavior));
    const origins = media.map(({ fields }) => fields.text("targetOriginId"));
    for (const behavior of behaviors.filter((candidate) => !isSigned(candidate))) {
      const { fields, pattern } = behavior;
      if (UNSIGNED.some((exception) => exception.pattern === pattern)) continue;
      part(() => {
        if (origins.includes(fields.text("targetOriginId"))) report(`behaviour ${pattern} serves media to everybody`);
      });
    }
  },
});

const tls12 = resourceRule({
  name: "cf-tls12",
  displayName: "Viewers use TLS 1.2 or newer",
  description: "With a domain of its own, a distribution refuses older protocols and uses SNI.",
  severity: "high",
  tags: ["cloudfront", "tls"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
  remedy: 'set viewerCertificate.minimumProtocolVersion "TLSv1.2_2021" or newer and sslSupportMethod "sni-only"',
  types: CLOUDFRONT.distribution,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.has("aliases")) return;
    const certificate = inputs.one("viewerCertificate");
    const protocol = certificate.text("minimumProtocolVersion") ?? "TLSv1";
    if (!/^TLSv1\.(2_2021|2_2025|3_2025)$/.test(protocol)) report(`viewers may use old protocols · ${protocol}`);
    if (certificate.text("sslSupportMethod") !== "sni-only") report("the certificate does not use SNI");
  },
});

const ownDomain = resourceRule({
  name: "cf-own-domain",
  displayName: "The distribution has its own domain",
  description: "Under *.cloudfront.net the least TLS version cannot be set.",
  severity: "medium",
  tags: ["cloudfront", "tls"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html",
  remedy: "set the stack's domain and certificate",
  types: CLOUDFRONT.distribution,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.has("aliases")) report("viewers may use TLS 1.0 · aliases is not set");
  },
});

const httpsOnly = resourceRule({
  name: "cf-https-only",
  displayName: "Viewers use HTTPS",
  description: "Every behaviour redirects HTTP or refuses it: a signed cookie sent in the clear is anybody's.",
  severity: "high",
  tags: ["cloudfront", "tls"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html",
  remedy: 'set viewerProtocolPolicy to "redirect-to-https" or "https-only"',
  types: CLOUDFRONT.distribution,
  check: ({ node, report, part }) => {
    for (const { fields, pattern } of behaviorsOf(node)) {
      part(() => {
        const policy = fields.text("viewerProtocolPolicy") ?? "unset";
        if (!["redirect-to-https", "https-only"].includes(policy))
          report(`behaviour ${pattern} allows HTTP · ${policy}`);
      });
    }
  },
});

const originTls = resourceRule({
  name: "cf-origin-tls",
  displayName: "Origins are reached by TLS 1.2",
  description: "CloudFront speaks to origins that are no bucket by HTTPS and TLS 1.2 alone.",
  severity: "high",
  tags: ["cloudfront", "tls"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html",
  remedy: 'set customOriginConfig.originProtocolPolicy "https-only" and originSslProtocols ["TLSv1.2"]',
  types: CLOUDFRONT.distribution,
  check: ({ node: { inputs }, report, part }) => {
    for (const origin of inputs.many("origins").filter((candidate) => candidate.has("customOriginConfig"))) {
      part(() => {
        const config = origin.one("customOriginConfig");
        const policy = config.text("originProtocolPolicy") ?? "unset";
        const protocols = config.texts("originSslProtocols").join(", ");
        if (policy !== "https-only" || protocols !== "TLSv1.2")
          report(`origin ${origin.text("originId")} is reached otherwise · ${policy}, ${protocols || "no protocol"}`);
      });
    }
  },
});

const compress = resourceRule({
  name: "cf-compress",
  displayName: "Text is compressed",
  description: "Manifests and pages shrink to a quarter; a cache policy that ignores Accept-Encoding undoes it.",
  severity: "low",
  tags: ["cloudfront", "cost", "speed"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html",
  remedy:
    "set compress: true on the behaviour, enableAcceptEncodingGzip and enableAcceptEncodingBrotli on the cache policy",
  types: [...CLOUDFRONT.distribution, ...CLOUDFRONT.cachePolicy],
  check: ({ node, report, part }) => {
    if (CLOUDFRONT.cachePolicy.includes(node.type)) {
      const key = node.inputs.one("parametersInCacheKeyAndForwardedToOrigin");
      // A policy that caches nothing may not name encodings (CloudFront API, CachePolicyConfig).
      if (node.inputs.number("maxTtl") === 0) return;
      const off = ["enableAcceptEncodingGzip", "enableAcceptEncodingBrotli"].filter((name) => !key.flag(name));
      if (off.length > 0) report(`the cache holds nothing compressed · ${off.join(", ")}`);
      return;
    }
    for (const { fields, pattern } of behaviorsOf(node)) {
      part(() => {
        if (!fields.flag("compress")) report(`behaviour ${pattern} compresses nothing`);
      });
    }
  },
});

const logging = stackRule({
  name: "cf-logging-v2",
  displayName: "Requests are logged",
  description: "Access logs by log delivery; the older loggingConfig needs ACLs, which our buckets do not know.",
  severity: "medium",
  tags: ["cloudfront", "logs"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html",
  remedy:
    "add an aws.cloudwatch.LogDeliverySource (ACCESS_LOGS) of this distribution and a LogDelivery to a destination, and remove loggingConfig",
  types: CLOUDFRONT.distribution,
  check: ({ node, report, part }, graph) => {
    part(() => {
      if (node.inputs.one("loggingConfig").has("bucket")) report("the older logging is on · loggingConfig");
    });
    const sources = graph.referring(node, WATCH.deliverySource, "resourceArn");
    if (sources.length === 0) return report("the distribution has no log delivery source");
    for (const source of sources) {
      part(() => {
        const type = source.inputs.text("logType");
        if (type !== "ACCESS_LOGS") report(`${source.name} delivers ${type ?? "nothing"}`);
      });
      if (graph.referring(source, WATCH.delivery, "deliverySourceName").length === 0)
        report(`${source.name} is delivered nowhere`);
    }
  },
});

/** Seconds; a year (OWASP ASVS 5.0, 3.4.1). */
const HSTS_AGE = 31_536_000;

const headers = resourceRule({
  name: "cf-security-headers",
  displayName: "Answers carry security headers",
  description:
    "Browsers are told to use HTTPS for a year and never to guess a type; every behaviour sets these headers.",
  severity: "medium",
  tags: ["cloudfront", "headers"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-response-headers.html",
  remedy:
    "give every behaviour a responseHeadersPolicyId whose securityHeadersConfig has strictTransportSecurity of a year and contentTypeOptions, both with override",
  types: [...CLOUDFRONT.distribution, ...CLOUDFRONT.headersPolicy],
  check: ({ node, report, part }) => {
    if (CLOUDFRONT.headersPolicy.includes(node.type)) {
      const config = node.inputs.one("securityHeadersConfig");
      part(() => {
        const hsts = config.one("strictTransportSecurity");
        const age = hsts.number("accessControlMaxAgeSec") ?? 0;
        if (age < HSTS_AGE || !hsts.flag("override")) report(`HTTPS is asked for ${age} s`);
      });
      part(() => {
        if (!config.one("contentTypeOptions").flag("override")) report("browsers may guess a type");
      });
      return;
    }
    for (const { fields, pattern } of behaviorsOf(node))
      if (!fields.has("responseHeadersPolicyId")) report(`behaviour ${pattern} sets no security headers`);
  },
});

const rootObject = resourceRule({
  name: "cf-default-root",
  displayName: "The root has a page",
  description: "Without a default root object, the root lists or denies the bucket.",
  severity: "low",
  tags: ["cloudfront", "access"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html",
  remedy: 'set defaultRootObject: "index.html"',
  types: CLOUDFRONT.distribution,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.has("defaultRootObject")) report("the root has no page · defaultRootObject is not set");
  },
});

/** Regions of buckets that another program made: their regional names tell them. */
const regionsByName = (origins: readonly Fields[]): string[] =>
  origins.flatMap((origin) => /\.s3\.([\w-]+)\.amazonaws\.com/.exec(origin.text("domainName") ?? "")?.[1] ?? []);

const failover = stackRule({
  name: "cf-failover-region",
  displayName: "Failover goes to another Region",
  description: "An origin group whose members lie in one Region fails with it.",
  severity: "medium",
  tags: ["cloudfront", "recovery"],
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html",
  remedy: "make the group's second member the replica in the recovery region",
  types: CLOUDFRONT.distribution,
  check: ({ node, report }, graph) => {
    if (!node.inputs.has("originGroups")) return;
    const own = graph.linked(node, "origins", S3.bucket).map(({ inputs }) => inputs.text("region") ?? "own");
    const regions = own.length > 0 ? own : regionsByName(node.inputs.many("origins"));
    if (new Set(regions).size < 2)
      report(`every bucket behind the group is in one Region · ${regions.join(", ") || "none"}`);
  },
});

export const cloudfrontRules = [
  accessControl,
  signed,
  tls12,
  ownDomain,
  httpsOnly,
  originTls,
  compress,
  logging,
  headers,
  rootObject,
  failover,
];
