/** Running tasks, and the images that they run. */
import type { ResourceRecord } from "../../model/record";
import { HOURS_PER_MONTH } from "../usage";
import { line, sum, usd, type Pricing } from "./pricing";

/** Part of a task's price that is paid on Spot: it varies, down to three tenths (AWS Fargate pricing, recalled); a plan counts on half. */
const SPOT_PRICE = 0.5;
/** Releases that a repository keeps, and GB of each that the one before does not have: node's base image is shared. */
const KEPT_IMAGES = 30;
const GB_PER_IMAGE = 0.05;

interface Share {
  capacityProvider: string;
  base?: number;
  weight?: number;
}

/** Tasks of a service on Spot: ECS fills the bases, then shares the rest out by weight. */
export function spotTasks(tasks: number, shares: readonly Share[]): number {
  const base = shares.reduce((total, each) => total + (each.base ?? 0), 0);
  const weight = shares.reduce((total, each) => total + (each.weight ?? 0), 0);
  return shares
    .filter(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT")
    .reduce((total, each) => {
      const shared = weight === 0 ? 0 : (Math.max(0, tasks - base) * (each.weight ?? 0)) / weight;
      return total + Math.min(tasks, each.base ?? 0) + shared;
    }, 0);
}

/** USD a month of one task of a definition. */
const taskPrice = ({ inputs }: ResourceRecord): number =>
  sum(
    ["fargateArmCpuHour", (Number(inputs.cpu) / 1024) * HOURS_PER_MONTH],
    ["fargateArmGbHour", (Number(inputs.memory) / 1024) * HOURS_PER_MONTH],
  );

export const SERVICES: Readonly<Record<string, Pricing>> = {
  "aws:ecs/service:Service": (services, _usage, _count, of) =>
    services.map(({ name, inputs }) => {
      const definition = of("aws:ecs/taskDefinition:TaskDefinition").find(
        ({ outputs }) => outputs.arn === inputs.taskDefinition,
      );
      if (definition === undefined)
        return line("Compute", `Fargate, ${name}`, null, "its task definition is elsewhere");
      const tasks = Number(inputs.desiredCount ?? 1);
      const spot = spotTasks(tasks, (inputs.capacityProviderStrategies ?? []) as Share[]);
      const each = taskPrice(definition);
      const size = `${Number(definition.inputs.cpu) / 1024} vCPU, ${Number(definition.inputs.memory) / 1024} GB`;
      const why = `${tasks} × ${usd(each)} (${size}, ARM)${spot > 0 ? ", Spot at half of it" : ""}; twice while it deploys`;
      return line("Compute", `Fargate, ${name}`, each * (tasks - spot * SPOT_PRICE), why);
    }),
  "aws:ecs/taskDefinition:TaskDefinition": () => [],
  "aws:ecs/cluster:Cluster": () => [
    line("Monitoring", "Container Insights", null, "the price of its observations is not in the sheet"),
  ],
  "aws:ecr/repository:Repository": (repositories) => [
    line(
      "Compute",
      `ECR, repositories: ${repositories.length}`,
      sum(["ecrStorage", repositories.length * KEPT_IMAGES * GB_PER_IMAGE]),
      `${KEPT_IMAGES} images of ${GB_PER_IMAGE} GB each at most; basic scans are free`,
    ),
  ],
};
