/** The search domain's configuration and its alarms. */
import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeDomainCommand, type OpenSearchClient, UpdateDomainConfigCommand } from "@aws-sdk/client-opensearch";
import type { GrowthAlarms, SearchDomain } from "../searchGrowth/core";

export function searchDomain(client: OpenSearchClient, DomainName: string): SearchDomain {
  const read = async () => {
    const { DomainStatus } = await client.send(new DescribeDomainCommand({ DomainName }));
    if (!DomainStatus) throw new Error(`the domain ${DomainName} is not described`);
    return DomainStatus;
  };
  return {
    async state() {
      const { ClusterConfig, EBSOptions, ChangeProgressDetails, ...status } = await read();
      const { InstanceType, InstanceCount, ZoneAwarenessEnabled, ZoneAwarenessConfig } = ClusterConfig ?? {};
      if (!InstanceType || !InstanceCount || !EBSOptions?.VolumeSize)
        throw new Error(`the domain ${DomainName} tells no class, no count or no volume size`);
      const changedAt = ChangeProgressDetails?.LastUpdatedTime ?? ChangeProgressDetails?.StartTime;
      return {
        changing: [status.Processing, status.UpgradeProcessing, status.Deleted].includes(true),
        ...(changedAt && { changedAt }),
        instanceType: InstanceType,
        nodes: InstanceCount,
        zones: ZoneAwarenessEnabled ? (ZoneAwarenessConfig?.AvailabilityZoneCount ?? 2) : 1,
        volumeGb: EBSOptions.VolumeSize,
      };
    },
    async growVolumes(VolumeSize) {
      // The volume is described anew as a whole: what is left out would fall back to a default.
      const EBSOptions = { ...(await read()).EBSOptions, VolumeSize };
      await client.send(new UpdateDomainConfigCommand({ DomainName, EBSOptions }));
    },
    async growNodes(InstanceCount) {
      const ClusterConfig = { ...(await read()).ClusterConfig, InstanceCount };
      await client.send(new UpdateDomainConfigCommand({ DomainName, ClusterConfig }));
    },
  };
}

/** @param alarms names of the alarms that ask for storage and for nodes. */
export function growthAlarms(client: CloudWatchClient, alarms: { storage: string[]; load: string[] }): GrowthAlarms {
  return {
    async need() {
      const AlarmNames = [...alarms.storage, ...alarms.load];
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames, StateValue: "ALARM" }));
      const rings = (names: string[]): boolean => MetricAlarms.some(({ AlarmName = "" }) => names.includes(AlarmName));
      return { storage: rings(alarms.storage), load: rings(alarms.load) };
    },
  };
}
