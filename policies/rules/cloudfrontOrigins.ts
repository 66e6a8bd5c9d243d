/** What a distribution reads from when it is no bucket, and what stands in for a bucket. */
import { behaviorsOf } from "../behaviors";
import type { Fields } from "../fields";
import type { ResourceNode } from "../graph";
import { resourceRule } from "../rule";
import { CLOUDFRONT, WATCH } from "../tokens";

const GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide";

const vpcOriginTls = resourceRule({
  name: "cf-vpc-origin-tls",
  displayName: "VPC origins are reached by TLS 1.2",
  description: "What viewers say stays secret up to the balancer, also inside the VPC.",
  severity: "medium",
  tags: ["cloudfront", "tls"],
  url: `${GUIDE}/private-content-vpc-origins.html`,
  remedy: 'set originProtocolPolicy "https-only" and originSslProtocols.items ["TLSv1.2"]',
  types: CLOUDFRONT.vpcOrigin,
  check: ({ node: { inputs }, report }) => {
    const config = inputs.one("vpcOriginEndpointConfig");
    const policy = config.text("originProtocolPolicy") ?? "unset";
    const protocols = config.one("originSslProtocols").texts("items").join(", ");
    if (policy !== "https-only" || protocols !== "TLSv1.2")
      report(`the balancer is reached otherwise · ${policy}, ${protocols || "no protocol"}`);
  },
});

const originSecret = resourceRule({
  name: "cf-origin-secret",
  displayName: "Origins on the internet know the distribution",
  description:
    "Whoever finds the balancer's address goes past the distribution's web ACL, unless it asks for a header that the distribution alone sends.",
  severity: "high",
  tags: ["cloudfront", "access"],
  url: `${GUIDE}/restrict-access-to-load-balancer.html`,
  remedy: "send a secret customHeaders entry and let the balancer's web ACL ask for it, or use a VPC origin",
  types: CLOUDFRONT.distribution,
  check: ({ node: { inputs }, report, part }) => {
    for (const origin of inputs.many("origins").filter((candidate) => candidate.has("customOriginConfig"))) {
      part(() => {
        const named = origin.many("customHeaders").filter((header) => header.has("name") && header.has("value"));
        if (named.length === 0) report(`origin ${origin.text("originId")} cannot tell us from others`);
      });
    }
  },
});

/** CachingDisabled and AllViewerExceptHostHeader (Developer Guide, "Use managed cache policies" and "… origin request policies"). */
const UNCACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

const isProgram = (origin: Fields): boolean => origin.has("customOriginConfig") || origin.has("vpcOriginConfig");

/** Behaviours onto origins of which `is` holds. Targets that are groups hold buckets only: POST cannot fail over. */
const behaviorsOnto = (node: ResourceNode, is: (origin: Fields) => boolean) => {
  const ids = node.inputs
    .many("origins")
    .filter(is)
    .map((origin) => origin.text("originId"));
  return behaviorsOf(node).filter(({ fields }) => ids.includes(fields.text("targetOriginId")));
};

const uncached = resourceRule({
  name: "cf-api-not-cached",
  displayName: "Answers of the api are not cached",
  description: "One viewer's answer must never be another's: nothing is kept, and every header but Host goes through.",
  severity: "critical",
  tags: ["cloudfront", "privacy"],
  url: `${GUIDE}/using-managed-cache-policies.html`,
  remedy: `set cachePolicyId "${UNCACHED}" (CachingDisabled) and originRequestPolicyId "${ALL_BUT_HOST}" (AllViewerExceptHostHeader)`,
  types: CLOUDFRONT.distribution,
  check: ({ node, report, part }) => {
    for (const { fields, pattern } of behaviorsOnto(node, isProgram)) {
      part(() => {
        const cache = fields.text("cachePolicyId") ?? "no policy";
        if (cache !== UNCACHED) report(`behaviour ${pattern} may keep answers · ${cache}`);
      });
      part(() => {
        const request = fields.text("originRequestPolicyId") ?? "no policy";
        if (request !== ALL_BUT_HOST) report(`behaviour ${pattern} does not pass on what viewers send · ${request}`);
      });
    }
  },
});

/** Answers, not outages: the copy would hide a missing signature, or serve what was deleted. */
const ANSWERS = ["403", "404"];

const mediaFailover = resourceRule({
  name: "cf-media-failover",
  displayName: "Media has a second origin",
  description:
    "Playback goes on when a bucket or its Region fails. Refusals do not fail over: a missing signature would look like an outage.",
  severity: "high",
  tags: ["cloudfront", "recovery", "playback"],
  url: `${GUIDE}/high_availability_origin_failover.html`,
  remedy:
    "send signed behaviours to an originGroups entry of the media bucket and its replica, with status codes 500, 502, 503, 504",
  types: CLOUDFRONT.distribution,
  check: ({ node, report, part }) => {
    const groups = node.inputs.many("originGroups");
    const ids = groups.map((group) => group.text("originId"));
    for (const { fields, pattern } of behaviorsOf(node).filter((behavior) => behavior.fields.has("trustedKeyGroups"))) {
      part(() => {
        if (!ids.includes(fields.text("targetOriginId"))) report(`behaviour ${pattern} has one origin alone`);
      });
    }
    for (const group of groups) {
      part(() => {
        const wrong = group
          .one("failoverCriteria")
          .texts("statusCodes")
          .filter((status) => ANSWERS.includes(status));
        if (wrong.length > 0) report(`group ${group.text("originId")} fails over on answers · ${wrong.join(", ")}`);
      });
    }
  },
});

const EDGE_REGION = "us-east-1";

const certificateRegion = resourceRule({
  name: "cf-certificate-region",
  displayName: "The viewers' certificate is in us-east-1",
  description: "CloudFront finds certificates of ACM there only, wherever the stack is.",
  severity: "high",
  tags: ["cloudfront", "tls"],
  url: `${GUIDE}/cnames-and-https-requirements.html`,
  remedy: `request the certificate in ${EDGE_REGION} and name that one`,
  types: CLOUDFRONT.distribution,
  check: ({ node: { inputs }, report }) => {
    const certificate = inputs.one("viewerCertificate").text("acmCertificateArn");
    if (certificate !== undefined && certificate.split(":")[3] !== EDGE_REGION)
      report(`CloudFront cannot find the certificate · ${certificate}`);
  },
});

const alarmRegion = resourceRule({
  name: "cf-alarm-region",
  displayName: "Alarms on the distribution stand where its metrics are",
  description: "Elsewhere they see no data for ever, and stay green.",
  severity: "high",
  tags: ["cloudfront", "monitoring"],
  url: `${GUIDE}/monitoring-using-cloudwatch.html`,
  remedy: `set region: "${EDGE_REGION}" on the alarm, and alarmActions to a topic there`,
  types: WATCH.alarm,
  check: ({ node: { inputs }, report }) => {
    const namespace = inputs.text("namespace") ?? "";
    const ofRegion = namespace === "AWS/WAFV2" && inputs.one("dimensions").has("Region");
    if (!["AWS/CloudFront", "AWS/WAFV2"].includes(namespace) || ofRegion) return;
    const region = inputs.text("region") ?? "the stack's own";
    if (region !== EDGE_REGION) report(`${namespace} has no data there · region ${region}`);
  },
});

export const cloudfrontOriginRules = [
  vpcOriginTls,
  originSecret,
  uncached,
  mediaFailover,
  certificateRegion,
  alarmRegion,
];
