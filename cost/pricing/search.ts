/** The search domain. */
import type { PriceId } from "../prices";
import { HOURS_PER_MONTH } from "../usage";
import { line, sum, type Pricing } from "./pricing";

/** Classes whose price is in the sheet. */
const NODE_HOURS: Readonly<Record<string, PriceId>> = {
  "t3.small.search": "searchT3SmallHour",
  "t3.medium.search": "searchT3MediumHour",
  "m7g.medium.search": "searchM7gMediumHour",
};

interface Cluster {
  instanceType?: string;
  instanceCount?: number;
}

export const SEARCH: Readonly<Record<string, Pricing>> = {
  "aws:opensearch/domain:Domain": (domains) =>
    domains.flatMap(({ inputs }) => {
      const { instanceType = "", instanceCount = 1 } = (inputs.clusterConfig ?? {}) as Cluster;
      const { volumeSize = 0 } = (inputs.ebsOptions ?? {}) as { volumeSize?: number };
      const price = NODE_HOURS[instanceType];
      const gb = instanceCount * volumeSize;
      const item = `OpenSearch, ${instanceCount} × ${instanceType}`;
      return [
        price === undefined
          ? line("Storage", item, null, "the price of this class is not in the sheet")
          : line("Storage", item, sum([price, instanceCount * HOURS_PER_MONTH]), "at the start; growth adds nodes"),
        line("Storage", "OpenSearch volumes", sum(["searchStorage", gb]), `${gb} GB at the start; growth adds to them`),
      ];
    }),
};
