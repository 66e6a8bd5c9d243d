import { strict as assert } from "node:assert";
import fc from "fast-check";
import { estimate } from "../../cost/estimate";
import { spotTasks } from "../../cost/pricing/services";
import type { ResourceRecord } from "../../model/record";
import { resource } from "../support/resource";

const named = (type: string, name: string, inputs: object, outputs: object = {}): ResourceRecord =>
  resource(type, inputs, name, outputs);
const TASK = named(
  "aws:ecs/taskDefinition:TaskDefinition",
  "api-task",
  { cpu: "512", memory: "1024" },
  { arn: "task" },
);
const service = (inputs: object): ResourceRecord =>
  named("aws:ecs/service:Service", "api", { taskDefinition: "task", desiredCount: 2, ...inputs });
const on = (capacityProvider: string, base: number, weight: number) => ({ capacityProvider, base, weight });

describe("the price of running tasks", () => {
  it("is that of their size, for the hours of a month", () => {
    const { lines } = estimate({ resources: [TASK, service({ capacityProviderStrategies: [on("FARGATE", 2, 1)] })] });
    // 2 × (0.5 × $0.03238 + $0.00356) × 730 hours.
    assert.deepEqual(
      lines.map(({ item, monthly }) => [item, monthly]),
      [["Fargate, api", 28.84]],
    );
    assert.equal(lines[0]?.why, "2 × $14.42 (0.5 vCPU, 1 GB, ARM); twice while it deploys");
  });

  it("counts half of it for what runs on Spot", () => {
    const { lines } = estimate({
      resources: [TASK, service({ capacityProviderStrategies: [on("FARGATE_SPOT", 0, 3)] })],
    });
    assert.equal(lines[0]?.monthly, 14.42);
  });

  it("is not made up when the task definition is unknown", () => {
    const [line] = estimate({ resources: [service({ taskDefinition: "other" })] }).lines;
    assert.deepEqual([line?.monthly, line?.why], [null, "its task definition is elsewhere"]);
  });

  it("prices repositories by the images that they keep", () => {
    const repository = (name: string) => named("aws:ecr/repository:Repository", name, {});
    const [line] = estimate({ resources: [repository("a"), repository("b")] }).lines;
    assert.deepEqual([line?.item, line?.monthly], ["ECR, repositories: 2", 0.3]);
  });
});

describe("tasks on Spot", () => {
  it("are those that the bases and the weights leave", () => {
    const worker = [on("FARGATE", 1, 1), on("FARGATE_SPOT", 0, 3)];
    assert.deepEqual(
      [1, 2, 5, 9].map((tasks) => spotTasks(tasks, worker)),
      [0, 0.75, 3, 6],
    );
    assert.equal(spotTasks(4, [on("FARGATE", 4, 1)]), 0);
    assert.equal(spotTasks(4, []), 0);
  });

  it("are never more than there are", () => {
    const share = fc.record({
      capacityProvider: fc.constantFrom("FARGATE", "FARGATE_SPOT"),
      weight: fc.nat(10),
    });
    fc.assert(
      fc.property(fc.nat(10), fc.array(share, { maxLength: 2 }), (tasks, shares) => {
        const spot = spotTasks(tasks, shares);
        assert.ok(spot >= 0 && spot <= tasks);
      }),
    );
  });
});
