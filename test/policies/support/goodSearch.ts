/** Search domain of the good stack, and its snapshots. */
import { arn, doc, id, joined, nameOf, type Given } from "./given";
import { bucket } from "./goodStorage";
import { ACCOUNT, allow, mine, policy, r, tagged, trust } from "./parts";

const LOG_TYPES = ["INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS", "ES_APPLICATION_LOGS", "AUDIT_LOGS"];
const DOMAIN = `arn:aws:es:us-east-1:${ACCOUNT}:domain/vod-dev`;

export const SEARCH: readonly Given[] = [
  tagged("opensearch/domain:Domain", "search", {
    domainName: "vod-dev",
    engineVersion: "OpenSearch_3.5",
    clusterConfig: {
      instanceType: "t3.small.search",
      instanceCount: 3,
      zoneAwarenessEnabled: true,
      zoneAwarenessConfig: { availabilityZoneCount: 3 },
      multiAzWithStandbyEnabled: false,
    },
    ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: 34 },
    vpcOptions: { subnetIds: ["subnet-a", "subnet-b", "subnet-c"], securityGroupIds: ["sg-search"] },
    encryptAtRest: { enabled: true, kmsKeyId: arn("data-key") },
    nodeToNodeEncryption: { enabled: true },
    domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
    advancedSecurityOptions: {
      enabled: true,
      internalUserDatabaseEnabled: false,
      masterUserOptions: { masterUserArn: arn("function-role") },
    },
    logPublishingOptions: LOG_TYPES.map((logType) => ({ logType, cloudwatchLogGroupArn: arn("ingest-log") })),
    autoTuneOptions: { desiredState: "DISABLED" },
    softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
  }),
  r("opensearch/domainPolicy:DomainPolicy", "search-policy", {
    domainName: "vod-dev",
    accessPolicies: doc({
      Version: "2012-10-17",
      Statement: [
        allow("Readers", {
          Principal: { AWS: [arn("task-role")] },
          Action: ["es:ESHttpGet"],
          Resource: [`${DOMAIN}/titles`],
        }),
      ],
    }),
  }),
  ...bucket("snapshots", { key: "data-key" }),
  r("s3/bucketLogging:BucketLogging", "snapshots-access-log", {
    bucket: nameOf("snapshots"),
    targetBucket: nameOf("logs"),
    targetPrefix: "s3/snapshots/",
  }),
  tagged("iam/role:Role", "snapshot-role", { assumeRolePolicy: trust("es.amazonaws.com", mine) }),
  r("iam/rolePolicy:RolePolicy", "snapshot-role-grants", {
    role: id("snapshot-role"),
    policy: policy(allow("Keep", { Action: ["s3:PutObject"], Resource: [joined(arn("snapshots"), "/*")] })),
  }),
];
