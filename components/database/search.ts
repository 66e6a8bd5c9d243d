import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { MOST_SEARCH_STORAGE } from "../../lib/openSearch";
import type { AlertTopics } from "../shared/alarm";
import type { CreatedFunction } from "../shared/function";
import type { FunctionNetwork } from "../shared/functionNetwork";
import type { Platform } from "../shared/platform";
import { createSearchAlarms } from "./searchAlarms";
import { createSearchDomain } from "./searchDomain";
import { createGrowthFunction, createSearchSchedules, createSetupFunction } from "./searchFunctions";
import { createSnapshotStore } from "./searchSnapshots";

export interface SearchSettings {
  /** @default "t3.small.search" */
  instanceType?: string;
  /**
   * Data nodes at the start, a multiple of three: one in each zone. Later they are growth's.
   * @default 3
   */
  nodes?: number;
  /**
   * GB of all nodes together at the start.
   * @default 100
   */
  storageGb?: number;
  /**
   * GB of all nodes together up to which storage grows.
   * @default 1000
   */
  maxStorageGb?: number;
  /**
   * Data nodes up to which the domain grows.
   * @default 9
   */
  maxNodes?: number;
  /**
   * Days that the nightly snapshots are kept.
   * @default 30
   */
  snapshotDays?: number;
  /**
   * Makes OpenSearch's service-linked role: for the first stack of an account only.
   * @default false
   */
  createServiceLinkedRole?: boolean;
  /** Security group of the domain. */
  groupId: pulumi.Input<string>;
  /** Where the setup function stands: it must reach the domain. */
  functions: FunctionNetwork;
  /** Encrypts the domain and its snapshots. */
  searchKeyArn: pulumi.Input<string>;
  /** Encrypts the functions' variables and undelivered calls. */
  dataKeyArn: pulumi.Input<string>;
  /**
   * Name of the bucket for the access log of the snapshots' bucket.
   * @default - no access log
   */
  accessLogBucket?: pulumi.Input<string>;
  /**
   * Folder that holds one folder of bundled code for each handler.
   * @default ".local/build/handlers"
   */
  codePath?: string;
}

export interface SearchSpec {
  platform: Platform;
  /** At least three, each in a zone of its own. */
  subnetIds: pulumi.Input<string[]>;
  logsKeyArn: pulumi.Input<string>;
  topics: AlertTopics;
  settings: SearchSettings;
}

export interface CreatedSearch {
  domain: aws.opensearch.Domain;
  setup: CreatedFunction;
}

const DEFAULTS = {
  instanceType: "t3.small.search",
  nodes: 3,
  storageGb: 100,
  maxStorageGb: MOST_SEARCH_STORAGE,
  maxNodes: 9,
  snapshotDays: 30,
  createServiceLinkedRole: false,
};

/**
 * A search domain over three zones with all that looks after it. Nobody but the setup function may use it yet:
 * `VodSearchAccess` admits the others.
 */
export function createSearch(parent: pulumi.Resource, name: string, spec: SearchSpec): CreatedSearch {
  const { platform, topics, logsKeyArn, settings } = spec;
  const { dataKeyArn, searchKeyArn, codePath, accessLogBucket } = settings;
  const size = { ...DEFAULTS, ...settings };
  const functions = { platform, topics, logsKeyArn, dataKeyArn, ...(codePath !== undefined && { codePath }) };
  const store = createSnapshotStore(parent, name, {
    platform,
    searchKeyArn,
    ...(accessLogBucket !== undefined && { accessLogBucket }),
  });
  // The function's role is the domain's master, and the domain's address is one of the function's variables.
  const [endpoint, setEndpoint] = pulumi.deferredOutput<string>();
  const setup = createSetupFunction(parent, name, {
    ...functions,
    network: settings.functions,
    endpoint,
    store,
    snapshotDays: size.snapshotDays,
  });
  const domain = createSearchDomain(parent, name, {
    platform,
    ...size,
    subnetIds: spec.subnetIds,
    groupId: settings.groupId,
    searchKeyArn,
    logsKeyArn,
    masterRoleArn: setup.role.arn,
  });
  setEndpoint(domain.endpoint);
  const signals = createSearchAlarms(parent, name, {
    platform,
    domainName: domain.domainName,
    nodes: size.nodes,
    topics,
  });
  const growth = createGrowthFunction(parent, name, {
    ...functions,
    domainName: domain.domainName,
    signals,
    maxStorageGb: size.maxStorageGb,
    maxNodes: size.maxNodes,
  });
  createSearchSchedules(parent, name, { ...functions, setup, growth, signals });
  return { domain, setup };
}
