/** Sizes of tasks on Fargate, and how a task's memory is shared out among its containers. */
import { FARGATE_PAIRS } from "../../lib/fargate";

/** CPU units (1,024 are one vCPU) and MB. */
export interface TaskSize {
  cpu: number;
  memory: number;
}

/** Most of a task's memory that its service is promised: the rest is for the sidecars and the file cache. */
const SERVICE_SHARE = 0.7;

/**
 * MB that a task promises to its service, beside sidecars with a hard limit each.
 *
 * @param sidecars MB of each sidecar's limit.
 * @throws Error when Fargate does not know the pair, or the sidecars leave less than half of the task to the service.
 */
export function serviceMemory({ cpu, memory }: TaskSize, sidecars: number[]): number {
  const legal = FARGATE_PAIRS[cpu];
  if (legal === undefined)
    throw new Error(`task of ${cpu} CPU units → one of ${Object.keys(FARGATE_PAIRS).join(", ")}`);
  if (!legal.includes(memory))
    throw new Error(`task of ${cpu} CPU units and ${memory} MB → one of ${legal.join(", ")} MB`);
  const left = memory - sidecars.reduce((sum, limit) => sum + limit, 0);
  if (left < memory / 2)
    throw new Error(
      `sidecars take ${memory - left} MB of a task of ${memory} MB → a larger task, half is its service's`,
    );
  return Math.min(left, Math.floor(memory * SERVICE_SHARE));
}
