/** How a new revision of a service takes over. */
import type { HttpService } from "./loadBalancer.plan";

/** What runs all the time. */
export type RunningService = HttpService | "worker";

/** How a stack deploys what the load balancer leads to. */
export enum DeploymentStrategy {
  /** Task by task; the circuit breaker turns back when new ones do not become healthy. */
  Rolling = "rolling",
  /** All new tasks beside the old ones, then all requests at once. */
  BlueGreen = "blueGreen",
  /** The same, with a tenth of the api's requests first. */
  Canary = "canary",
}

/** Minutes that both revisions run after the shift, while the alarms may still turn back (Amazon ECS API Reference: 0 to 1,440). */
const BAKE_MINUTES = "15";
/** Percent of the requests, and minutes, of the first step. */
const CANARY = { canaryPercent: 10, canaryBakeTimeInMinutes: "5" };

/** Percent of the desired count in a rolling deployment: never fewer healthy tasks than wanted. */
const ROLLING_BOUNDS = { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200 };

export interface DeploymentPlan {
  deploymentConfiguration: {
    strategy: string;
    bakeTimeInMinutes?: string;
    canaryConfiguration?: { canaryPercent: number; canaryBakeTimeInMinutes: string };
  };
  deploymentCircuitBreaker?: { enable: boolean; rollback: boolean };
  deploymentMinimumHealthyPercent: number;
  deploymentMaximumPercent: number;
}

/** ECS knows the circuit breaker for rolling deployments only (Amazon ECS Developer Guide, "Deployment circuit breaker"). */
const ROLLING: DeploymentPlan = {
  deploymentConfiguration: { strategy: "ROLLING" },
  deploymentCircuitBreaker: { enable: true, rollback: true },
  ...ROLLING_BOUNDS,
};
const BLUE_GREEN: DeploymentPlan = {
  deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: BAKE_MINUTES },
  ...ROLLING_BOUNDS,
};

/** The worker has no requests to shift; staff are too few for a tenth of them to show anything. */
export function planDeployment(service: RunningService, strategy: DeploymentStrategy): DeploymentPlan {
  if (service === "worker" || strategy === DeploymentStrategy.Rolling) return ROLLING;
  if (service === "backoffice" || strategy === DeploymentStrategy.BlueGreen) return BLUE_GREEN;
  return {
    ...BLUE_GREEN,
    deploymentConfiguration: { strategy: "CANARY", bakeTimeInMinutes: BAKE_MINUTES, canaryConfiguration: CANARY },
  };
}

export interface CapacityShare {
  capacityProvider: string;
  base: number;
  weight: number;
}

/** The worker is on Spot, beside one task that stays when a stack keeps two or more; whatever answers requests is not. */
export function planCapacity(service: RunningService, minTasks: number): CapacityShare[] {
  if (service !== "worker") return [{ capacityProvider: "FARGATE", base: minTasks, weight: 1 }];
  const spot = { capacityProvider: "FARGATE_SPOT", base: 0, weight: 3 };
  return minTasks === 1 ? [spot] : [{ capacityProvider: "FARGATE", base: 1, weight: 1 }, spot];
}
