/** Cases of CloudFront. */
import { add, drop, fails, id, inStack, passes, set, unset, type Case } from "../support/given";

const media = "orderedCacheBehaviors.1";
const custom = (config: Record<string, unknown>) =>
  set("cdn", "origins.3", { originId: "api", domainName: "api.example.com", customOriginConfig: config });
const noDomain = [unset("cdn", "aliases"), set("cdn", "viewerCertificate", { cloudfrontDefaultCertificate: true })];

/** Buckets that are not of this program: media in us-east-1, its replica and the pages in `region`. */
const elsewhere = (region: string) =>
  ["us-east-1", region, region].map((of, index) =>
    set("cdn", `origins.${index}.domainName`, `acme-${index}.s3.${of}.amazonaws.com`),
  );

export const edgeCases: Case[] = [
  fails("oac-not-oai", "cdn", "origin media has no access control", unset("cdn", "origins.0.originAccessControlId")),
  fails(
    "oac-not-oai",
    "cdn",
    "origin media uses an access identity",
    set("cdn", "origins.0.s3OriginConfig", { originAccessIdentity: "origin-access-identity/cloudfront/E1" }),
  ),
  fails("oac-not-oai", "oac", "never, sigv4", set("oac", "signingBehavior", "never")),
  fails(
    "oac-not-oai",
    "oai",
    "an origin access identity is made",
    add("aws:cloudfront/originAccessIdentity:OriginAccessIdentity", "oai"),
  ),
  passes("oac-not-oai", "an origin that is no bucket", custom({ originProtocolPolicy: "https-only" })),
  fails(
    "media-behaviors-signed",
    "cdn",
    "behaviour media/* serves media to everybody",
    unset("cdn", `${media}.trustedKeyGroups`),
  ),
  fails(
    "media-behaviors-signed",
    "cdn",
    "behaviour * serves media to everybody",
    set("cdn", "defaultCacheBehavior.targetOriginId", "media-group"),
  ),
  fails(
    "media-behaviors-signed",
    "cdn",
    "behaviour thumbs/* serves media to everybody",
    set("cdn", "orderedCacheBehaviors.2.pathPattern", "thumbs/*"),
  ),
  fails(
    "media-behaviors-signed",
    "cdn",
    "behaviour thumbs/* serves media to everybody",
    set("cdn", "orderedCacheBehaviors.0.pathPattern", "/films/*.m3u8"),
    set("cdn", "orderedCacheBehaviors.1.pathPattern", "/films/*"),
    set("cdn", "orderedCacheBehaviors.2.pathPattern", "/thumbs/*"),
  ),
  fails("media-behaviors-signed", "cdn", "trustedSigners", set("cdn", `${media}.trustedSigners`, ["self"])),
  passes(
    "media-behaviors-signed",
    "posters are excepted, with or without a slash",
    set("cdn", "orderedCacheBehaviors.2.pathPattern", "posters/*"),
  ),
  fails("cf-tls12", "cdn", "TLSv1.1_2016", set("cdn", "viewerCertificate.minimumProtocolVersion", "TLSv1.1_2016")),
  fails("cf-tls12", "cdn", "does not use SNI", set("cdn", "viewerCertificate.sslSupportMethod", "vip")),
  passes("cf-tls12", "cannot be set without a domain", ...noDomain),
  inStack("prod", fails("cf-own-domain", "cdn", "aliases is not set", ...noDomain)),
  passes("cf-own-domain", "dev is exempt, with a reason", ...noDomain),
  fails(
    "cf-https-only",
    "cdn",
    "behaviour media/* allows HTTP",
    set("cdn", `${media}.viewerProtocolPolicy`, "allow-all"),
  ),
  passes("cf-https-only", "or refuses it", set("cdn", `${media}.viewerProtocolPolicy`, "https-only")),
  fails(
    "cf-origin-tls",
    "cdn",
    "http-only",
    custom({ originProtocolPolicy: "http-only", originSslProtocols: ["TLSv1.2"] }),
  ),
  fails(
    "cf-origin-tls",
    "cdn",
    "TLSv1.1, TLSv1.2",
    custom({ originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.1", "TLSv1.2"] }),
  ),
  passes(
    "cf-origin-tls",
    "HTTPS and TLS 1.2 alone",
    custom({ originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] }),
  ),
  fails("cf-compress", "cdn", "behaviour media/* compresses nothing", set("cdn", `${media}.compress`, false)),
  fails(
    "cf-compress",
    "cache-policy",
    "enableAcceptEncodingBrotli",
    unset("cache-policy", "parametersInCacheKeyAndForwardedToOrigin.enableAcceptEncodingBrotli"),
  ),
  passes("cf-compress", "nothing cached, nothing compressed in the cache", set("cache-policy", "maxTtl", 0)),
  fails("cf-logging-v2", "cdn", "no log delivery source", drop("cdn-log-source")),
  fails("cf-logging-v2", "cdn", "cdn-log-source is delivered nowhere", drop("cdn-log")),
  fails("cf-logging-v2", "cdn", "delivers CONNECTION_LOGS", set("cdn-log-source", "logType", "CONNECTION_LOGS")),
  fails("cf-logging-v2", "cdn", "loggingConfig", set("cdn", "loggingConfig", { bucket: "logs.s3.amazonaws.com" })),
  fails("cf-security-headers", "cdn", "behaviour media/*", unset("cdn", `${media}.responseHeadersPolicyId`)),
  fails(
    "cf-security-headers",
    "headers",
    "HTTPS is asked for 3600 s",
    set("headers", "securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec", 3600),
  ),
  fails(
    "cf-security-headers",
    "headers",
    "browsers may guess a type",
    unset("headers", "securityHeadersConfig.contentTypeOptions"),
  ),
  fails("cf-default-root", "cdn", "defaultRootObject is not set", unset("cdn", "defaultRootObject")),
  fails("cf-failover-region", "cdn", "in one Region", unset("replica", "region")),
  fails("cf-failover-region", "cdn", "in one Region · us-east-1, us-east-1, us-east-1", ...elsewhere("us-east-1")),
  passes("cf-failover-region", "buckets of another program, by their names", ...elsewhere("us-west-2")),
  passes(
    "cf-failover-region",
    "no group, no failover",
    unset("cdn", "originGroups"),
    unset("replica", "region"),
    set("cdn", `${media}.targetOriginId`, id("media")),
  ),
];
