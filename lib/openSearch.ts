/** What each instance class of Amazon OpenSearch Service can carry (Developer Guide, "Quotas": EBS volume sizes, gp3). */

export interface SearchClass {
  /** GiB of one node's volume. */
  leastGb: number;
  mostGb: number;
  /** Data nodes of a domain. */
  mostNodes: number;
  /** T3: no Auto-Tune, no standby, no warm storage (Developer Guide, "Supported instance types"). */
  burstable: boolean;
}

const CLASSES: Readonly<Record<string, SearchClass>> = {
  "t3.small.search": { leastGb: 10, mostGb: 100, mostNodes: 10, burstable: true },
  "t3.medium.search": { leastGb: 10, mostGb: 200, mostNodes: 10, burstable: true },
  "m7g.medium.search": { leastGb: 10, mostGb: 512, mostNodes: 80, burstable: false },
  "m7g.large.search": { leastGb: 10, mostGb: 768, mostNodes: 80, burstable: false },
  "r7g.large.search": { leastGb: 10, mostGb: 1536, mostNodes: 80, burstable: false },
};

/** Names of the classes. */
export const SEARCH_CLASSES: readonly string[] = Object.keys(CLASSES);

/** Undefined for a class that is not in the table. */
export const searchClass = (name: string): SearchClass | undefined =>
  SEARCH_CLASSES.includes(name) ? CLASSES[name] : undefined;

/** The architecture document's end of growth: GB of all nodes together. */
export const MOST_SEARCH_STORAGE = 1000;

/** GiB of each node's volume for a total, rounded up: 100 GB on three nodes are 3 × 34. */
export const volumePerNode = (totalGb: number, nodes: number): number => Math.ceil(totalGb / nodes);
