import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { admit, allow, policyDocument } from "../../lib/iam";
import { searchDomainName, searchLogPolicyName } from "../../lib/names";
import { SEARCH_CLASSES, searchClass, volumePerNode } from "../../lib/openSearch";
import { named } from "../../lib/tags";
import { createLogGroup } from "../shared/logGroup";
import { arnIn, policyJson, stateful, type Platform } from "../shared/platform";

/** Current: 3.5, 3.3 and 3.1 are the newest (Amazon OpenSearch Service Developer Guide, "What is"; read 2026-11). */
const ENGINE_VERSION = "OpenSearch_3.5";
/** A node in each of three zones: two of them are still a majority. */
export const SEARCH_ZONES = 3;
/** gp3 without surcharge: IOPS and MiB/s that every volume has. */
const GP3 = { volumeType: "gp3", iops: 3000, throughput: 125 };
/** Ten hours from 05:00 UTC, past midnight in the Americas and after Aurora's backups: updates of the service's software. */
const QUIET_HOURS = { windowStartTime: { hours: 5, minutes: 0 } };
/** What the service writes to CloudWatch, and the roles of the log groups. */
const LOGS: readonly { logType: string; role: string }[] = [
  { logType: "INDEX_SLOW_LOGS", role: "search-index-slow" },
  { logType: "SEARCH_SLOW_LOGS", role: "search-slow" },
  { logType: "ES_APPLICATION_LOGS", role: "search-application" },
  { logType: "AUDIT_LOGS", role: "search-audit" },
];

export interface SearchDomainSpec {
  platform: Platform;
  instanceType: string;
  nodes: number;
  storageGb: number;
  createServiceLinkedRole: boolean;
  subnetIds: pulumi.Input<string[]>;
  groupId: pulumi.Input<string>;
  searchKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  /** The one role that may do everything inside the domain. */
  masterRoleArn: pulumi.Input<string>;
}

/** The domain's ARN is known by its name, before it exists: what it needs to be created names it. */
export const searchDomainArn = (platform: Platform): pulumi.Output<string> =>
  arnIn(platform, "es", `domain/${searchDomainName(platform.stack)}`);

/**
 * Log groups, and the account's leave for OpenSearch to write to them (Developer Guide, "Monitoring OpenSearch logs with
 * CloudWatch Logs"). An account has ten such policies in a region: one for each stack.
 */
function createLogs(parent: pulumi.Resource, name: string, { platform, logsKeyArn }: SearchDomainSpec) {
  const groups = LOGS.map(({ logType, role }) => ({
    logType,
    group: createLogGroup(parent, name, platform, role, logsKeyArn),
  }));
  const streams = groups.map(({ group }) => pulumi.interpolate`${group.arn}:*`);
  const fromUs = {
    StringEquals: { "aws:SourceAccount": platform.accountId },
    ArnLike: { "aws:SourceArn": searchDomainArn(platform) },
  };
  const writing = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"];
  const policy = new aws.cloudwatch.LogResourcePolicy(
    `${name}-search-logs-policy`,
    {
      policyName: searchLogPolicyName(platform.stack),
      policyDocument: policyJson(
        policyDocument([admit({ Service: "es.amazonaws.com" }, allow("SearchLogs", writing, streams, fromUs))]),
      ),
    },
    { parent },
  );
  const publishing = groups.map(({ logType, group }) => ({
    logType,
    cloudwatchLogGroupArn: group.arn,
    enabled: true,
  }));
  return { policy, publishing };
}

/** Once in an account: with it OpenSearch puts its interfaces into the VPC. A second stack would find it there and fail. */
const createServiceRole = (parent: pulumi.Resource, name: string, platform: Platform): aws.iam.ServiceLinkedRole =>
  new aws.iam.ServiceLinkedRole(
    `${name}-search-service-role`,
    {
      awsServiceName: "opensearchservice.amazonaws.com",
      description: "Lets OpenSearch put its interfaces into the VPC",
      tags: named(platform.tags, `${name}-search-service-role`),
    },
    { parent },
  );

/** @throws Error when the class is not known, or cannot carry so much on so many nodes. */
function checkSize({ instanceType, nodes, storageGb }: SearchDomainSpec): { burstable: boolean; volumeSize: number } {
  const limits = searchClass(instanceType);
  if (limits === undefined) throw new Error(`search instance "${instanceType}" → one of ${SEARCH_CLASSES.join(", ")}`);
  const { leastGb, mostGb, mostNodes, burstable } = limits;
  if (nodes < SEARCH_ZONES || nodes % SEARCH_ZONES !== 0 || nodes > mostNodes)
    throw new Error(`search nodes ${nodes} → a multiple of ${SEARCH_ZONES}, at most ${mostNodes} of ${instanceType}`);
  const volumeSize = volumePerNode(storageGb, nodes);
  if (volumeSize < leastGb || volumeSize > mostGb)
    throw new Error(
      `search storage ${storageGb} GB on ${nodes} nodes → ${leastGb * nodes} to ${mostGb * nodes} GB with ${instanceType}`,
    );
  return { burstable, volumeSize };
}

/** The domain with its logs. Its size is set once and then belongs to the growth function: Pulumi does not shrink it. */
export function createSearchDomain(
  parent: pulumi.Resource,
  name: string,
  spec: SearchDomainSpec,
): aws.opensearch.Domain {
  const { platform, instanceType, nodes } = spec;
  const { burstable, volumeSize } = checkSize(spec);
  const { policy, publishing } = createLogs(parent, name, spec);
  const serviceRole = spec.createServiceLinkedRole ? [createServiceRole(parent, name, platform)] : [];
  return new aws.opensearch.Domain(
    `${name}-search`,
    {
      domainName: searchDomainName(platform.stack),
      engineVersion: ENGINE_VERSION,
      clusterConfig: {
        instanceType,
        instanceCount: nodes,
        zoneAwarenessEnabled: true,
        zoneAwarenessConfig: { availabilityZoneCount: SEARCH_ZONES },
        multiAzWithStandbyEnabled: false,
        dedicatedMasterEnabled: false,
        warmEnabled: false,
      },
      ebsOptions: { ebsEnabled: true, volumeSize, ...GP3 },
      vpcOptions: {
        subnetIds: pulumi.output(spec.subnetIds).apply((ids) => ids.slice(0, SEARCH_ZONES)),
        securityGroupIds: [spec.groupId],
      },
      encryptAtRest: { enabled: true, kmsKeyId: spec.searchKeyArn },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
      advancedSecurityOptions: {
        enabled: true,
        internalUserDatabaseEnabled: false,
        masterUserOptions: { masterUserArn: spec.masterRoleArn },
      },
      logPublishingOptions: publishing,
      autoTuneOptions: burstable
        ? { desiredState: "DISABLED" }
        : { desiredState: "ENABLED", rollbackOnDisable: "NO_ROLLBACK", useOffPeakWindow: true },
      offPeakWindowOptions: { enabled: true, offPeakWindow: QUIET_HOURS },
      softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
      tags: named(platform.tags, `${name}-search`),
    },
    {
      ...stateful(platform, parent),
      dependsOn: [policy, ...serviceRole],
      ignoreChanges: ["ebsOptions.volumeSize", "clusterConfig.instanceCount"],
    },
  );
}
