/** Sizes of tasks on Fargate, and how a task's memory is shared out among its containers. */

/** CPU units (1,024 are one vCPU) and MB. */
export interface TaskSize {
  cpu: number;
  memory: number;
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** CPU units → MB (Amazon ECS API Reference, RegisterTaskDefinition, `cpu`). */
export const FARGATE_PAIRS: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: range(1024, 4096, 1024),
  1024: range(2048, 8192, 1024),
  2048: range(4096, 16_384, 1024),
  4096: range(8192, 30_720, 1024),
};

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
