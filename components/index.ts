export { currentAccountId, type Platform } from "./shared/platform";
export { VodKeys, type VodKeysArgs } from "./keys/keys";
export { VodNetwork, type VodNetworkArgs } from "./network/network";
export { NatStrategy } from "./network/topology";
export { VodObservability, type VodObservabilityArgs } from "./observability/observability";
export { VodStorage, type VodStorageArgs } from "./storage/storage";
export { InsightsMode } from "./database/aurora";
export { VodDatabase, type VodDatabaseArgs } from "./database/database";
export { VodSearchAccess, type VodSearchAccessArgs } from "./database/searchAccess";
export { VodTranscodePipeline, type VodTranscodePipelineArgs } from "./transcode/pipeline";
export {
  VodLoadBalancer,
  type BalancerDomain,
  type BalancerTarget,
  type VodLoadBalancerArgs,
} from "./services/loadBalancer";
export { VodAuditor, type VodAuditorArgs } from "./access/auditor";
export { VodEdge, type VodEdgeArgs } from "./edge/edge";
export { DeploymentStrategy } from "./services/deployment.plan";
export { ThreatProtection } from "./services/users";
export { VodServices } from "./services/services";
export type { VodServicesArgs } from "./services/servicesArgs";
