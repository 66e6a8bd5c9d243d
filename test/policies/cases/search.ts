/** Cases of OpenSearch. */
import { arn, doc, fails, inStack, passes, set, unset, type Case } from "../support/given";

const domain = "search";
const cluster = (key: string, value: unknown) => set(domain, `clusterConfig.${key}`, value);
const statement = (path: string, value: unknown) => set("search-policy", `accessPolicies.Statement.0.${path}`, value);
const archive = (name: string, storageClass: string) => set(name, "rules.0.transitions", [{ days: 120, storageClass }]);
const three = "os-three-nodes-three-az";
const secure = "os-secure";

export const searchCases: Case[] = [
  fails("os-t3-compat", domain, "clusterConfig.multiAzWithStandbyEnabled", cluster("multiAzWithStandbyEnabled", true)),
  fails("os-t3-compat", domain, "clusterConfig.warmEnabled", cluster("warmEnabled", true)),
  fails("os-t3-compat", domain, "coldStorageOptions", cluster("coldStorageOptions", { enabled: true })),
  fails("os-t3-compat", domain, "desiredState ENABLED", set(domain, "autoTuneOptions.desiredState", "ENABLED")),
  fails("os-t3-compat", domain, "instanceCount 12", cluster("instanceCount", 12)),
  passes(
    "os-t3-compat",
    "other classes tune themselves",
    cluster("instanceType", "m7g.medium.search"),
    set(domain, "autoTuneOptions.desiredState", "ENABLED"),
  ),
  inStack("prod", fails(three, domain, "instanceCount 2", cluster("instanceCount", 2))),
  inStack("staging", fails(three, domain, "zoneAwarenessEnabled is not true", cluster("zoneAwarenessEnabled", false))),
  inStack("prod", fails(three, domain, "lie in 2 zones", unset(domain, "clusterConfig.zoneAwarenessConfig"))),
  passes(three, "one node is enough for dev", cluster("instanceCount", 1), cluster("zoneAwarenessEnabled", false)),
  fails("os-ebs-limits", domain, "volumeSize 101", set(domain, "ebsOptions.volumeSize", 101)),
  fails("os-ebs-limits", domain, "volumeSize 9", set(domain, "ebsOptions.volumeSize", 9)),
  fails("os-ebs-limits", domain, "limits of c4.large.search", cluster("instanceType", "c4.large.search")),
  passes("os-ebs-limits", "the largest that the class takes", set(domain, "ebsOptions.volumeSize", 100)),
  fails(
    "os-total-storage-cap",
    domain,
    "3 nodes of 334 GB are 1002 GB",
    set(domain, "ebsOptions.volumeSize", 334),
    cluster("instanceType", "m7g.medium.search"),
  ),
  passes("os-total-storage-cap", "999 GB", set(domain, "ebsOptions.volumeSize", 333)),
  fails("os-encrypted", domain, "encryptAtRest is not enabled", unset(domain, "encryptAtRest")),
  fails("os-encrypted", domain, "kmsKeyId is not set", unset(domain, "encryptAtRest.kmsKeyId")),
  fails("os-encrypted", domain, "alias/aws/es", set(domain, "encryptAtRest.kmsKeyId", "alias/aws/es")),
  fails("os-encrypted", domain, "nodes speak in plain", set(domain, "nodeToNodeEncryption.enabled", false)),
  fails(secure, domain, "advancedSecurityOptions is not enabled", unset(domain, "advancedSecurityOptions")),
  fails(
    secure,
    domain,
    "internalUserDatabaseEnabled",
    set(domain, "advancedSecurityOptions.internalUserDatabaseEnabled", true),
  ),
  fails(secure, domain, "anonymousAuthEnabled", set(domain, "advancedSecurityOptions.anonymousAuthEnabled", true)),
  fails(secure, domain, "the master is no role", unset(domain, "advancedSecurityOptions.masterUserOptions")),
  fails(secure, domain, "enforceHttps is not true", set(domain, "domainEndpointOptions.enforceHttps", false)),
  fails(
    secure,
    domain,
    "Policy-Min-TLS-1-0-2019-07",
    set(domain, "domainEndpointOptions.tlsSecurityPolicy", "Policy-Min-TLS-1-0-2019-07"),
  ),
  fails(secure, domain, "stands on the internet", unset(domain, "vpcOptions")),
  fails("os-access-closed", "search-policy", "admits everybody", statement("Principal", "*")),
  fails("os-access-closed", "search-policy", "admits everybody", statement("Principal", { AWS: "*" })),
  fails(
    "os-access-closed",
    domain,
    "admits everybody",
    set(domain, "accessPolicies", doc({ Statement: [{ Effect: "Allow", Principal: "*", Action: "es:*" }] })),
  ),
  fails("os-logs", domain, "not published · AUDIT_LOGS", unset(domain, "logPublishingOptions.3")),
  fails("os-logs", domain, "not published · INDEX_SLOW_LOGS", set(domain, "logPublishingOptions.0.enabled", false)),
  fails("os-engine-supported", domain, "OpenSearch_2.17", set(domain, "engineVersion", "OpenSearch_2.17")),
  fails("os-engine-supported", domain, "Elasticsearch_7.10", set(domain, "engineVersion", "Elasticsearch_7.10")),
  fails("os-engine-supported", domain, "autoSoftwareUpdateEnabled", unset(domain, "softwareUpdateOptions")),
  passes("os-engine-supported", "2.19 is still supported", set(domain, "engineVersion", "OpenSearch_2.19")),
  fails(
    "snapshot-bucket-no-glacier",
    "snapshots-lifecycle",
    "GLACIER_IR",
    archive("snapshots-lifecycle", "GLACIER_IR"),
  ),
  fails("snapshot-bucket-no-glacier", "snapshots-lifecycle", "GLACIER", archive("snapshots-lifecycle", "GLACIER")),
  passes(
    "snapshot-bucket-no-glacier",
    "infrequent access stays readable",
    archive("snapshots-lifecycle", "STANDARD_IA"),
  ),
  passes("snapshot-bucket-no-glacier", "masters are no snapshots", archive("ingest-lifecycle", "GLACIER")),
  fails(
    "snapshot-bucket-no-glacier",
    "ingest-lifecycle",
    "DEEP_ARCHIVE",
    set("snapshot-role-grants", "policy.Statement.0.Resource", [arn("ingest")]),
    archive("ingest-lifecycle", "DEEP_ARCHIVE"),
  ),
];
