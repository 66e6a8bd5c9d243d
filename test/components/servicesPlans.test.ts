import { strict as assert } from "node:assert";
import fc from "fast-check";
import { DeploymentStrategy } from "../../components";
import { FARGATE_PAIRS } from "../../lib/fargate";
import { planCapacity, planDeployment } from "../../components/services/deployment.plan";
import { backlogQueries, BACKLOG_STEPS, planPeak } from "../../components/services/scaling.plan";
import { SIDECAR_LIMITS } from "../../components/services/sidecars.plan";
import { TASK_SIZE } from "../../components/services/taskDefinition.plan";
import { serviceMemory, type TaskSize } from "../../components/services/taskSize.plan";

const LEGAL: TaskSize[] = Object.entries(FARGATE_PAIRS).flatMap(([cpu, sizes]) =>
  sizes.map((memory) => ({ cpu: Number(cpu), memory })),
);

describe("a task's memory", () => {
  it("goes to the service by seven tenths, beside the sidecars of the document's sizes", () => {
    const shares = Object.entries(TASK_SIZE).map(([name, size]) => [name, serviceMemory(size, SIDECAR_LIMITS)]);
    assert.throws(
      () => serviceMemory(TASK_SIZE.migrate, [...SIDECAR_LIMITS, 1]),
      /sidecars take 257 MB of a task of 512 MB/,
    );
    assert.deepEqual(shares, [
      ["api", 716],
      ["backoffice", 716],
      ["worker", 1433],
      ["migrate", 256],
    ]);
  });

  it("is never promised twice, and at least half of it is the service's", () => {
    const limits = fc.array(fc.integer({ min: 6, max: 4_096 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...LEGAL), limits, (size, sidecars) => {
        const taken = sidecars.reduce((sum, limit) => sum + limit, 0);
        if (size.memory - taken < size.memory / 2) {
          assert.throws(() => serviceMemory(size, sidecars), /→ a larger task/);
          return;
        }
        const share = serviceMemory(size, sidecars);
        assert.ok(share + taken <= size.memory && share >= size.memory / 2 && share <= size.memory * 0.7 + 1);
      }),
    );
  });

  it("needs a pair that Fargate knows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_192 }), fc.integer({ min: 1, max: 40_000 }), (cpu, memory) => {
        fc.pre(!LEGAL.some((size) => size.cpu === cpu && size.memory === memory));
        assert.throws(() => serviceMemory({ cpu, memory }, []), /^Error: task of \d+ CPU units.* → one of /);
      }),
    );
    assert.throws(() => serviceMemory({ cpu: 512, memory: 512 }, []), {
      message: "task of 512 CPU units and 512 MB → one of 1024, 2048, 3072, 4096 MB",
    });
  });
});

describe("a release", () => {
  it("rolls with the circuit breaker, shifts without it", () => {
    for (const service of ["api", "backoffice", "worker"] as const) {
      for (const strategy of Object.values(DeploymentStrategy)) {
        const { deploymentConfiguration, deploymentCircuitBreaker } = planDeployment(service, strategy);
        const rolls = deploymentConfiguration.strategy === "ROLLING";
        assert.equal(rolls, service === "worker" || strategy === DeploymentStrategy.Rolling, `${service} ${strategy}`);
        assert.deepEqual(deploymentCircuitBreaker, rolls ? { enable: true, rollback: true } : undefined);
        assert.equal(deploymentConfiguration.bakeTimeInMinutes, rolls ? undefined : "15");
      }
    }
    const canary = (service: "api" | "backoffice") =>
      planDeployment(service, DeploymentStrategy.Canary).deploymentConfiguration.strategy;
    assert.deepEqual([canary("api"), canary("backoffice")], ["CANARY", "BLUE_GREEN"]);
  });

  it("has room on Fargate for whatever must run", () => {
    for (const minTasks of [1, 2, 10]) {
      assert.deepEqual(planCapacity("api", minTasks), [{ capacityProvider: "FARGATE", base: minTasks, weight: 1 }]);
      // ECS allows one provider a base (CreateService).
      assert.ok(planCapacity("worker", minTasks).filter(({ base }) => base > 0).length <= 1);
    }
  });
});

describe("scaling", () => {
  it("takes no more tasks for the evening than there may be", () => {
    const peak = { from: 20, to: 0, timeZone: "Europe/Madrid" };
    const least = (minTasks: number, maxTasks: number) =>
      planPeak({ minTasks, maxTasks, peak }).map(({ schedule, minCapacity }) => [schedule, minCapacity]);
    assert.deepEqual(least(2, 3), [
      ["cron(0 20 * * ? *)", 3],
      ["cron(0 0 * * ? *)", 2],
    ]);
    assert.deepEqual(planPeak({ minTasks: 2, maxTasks: 3 }), []);
  });

  it("has steps without a gap, each larger than the one before", () => {
    const steps = BACKLOG_STEPS.stepAdjustments as {
      metricIntervalLowerBound: string;
      metricIntervalUpperBound?: string;
      scalingAdjustment: number;
    }[];
    steps.forEach(({ metricIntervalUpperBound, scalingAdjustment }, index) => {
      assert.equal(metricIntervalUpperBound, steps[index + 1]?.metricIntervalLowerBound);
      assert.ok(scalingAdjustment < (steps[index + 1]?.scalingAdjustment ?? Infinity));
    });
    assert.equal(steps[0]?.metricIntervalLowerBound, "0");
    const queries = backlogQueries({ cluster: "c", service: "s" }, "q");
    assert.deepEqual(
      queries.map(({ id, returnData }) => [id, returnData]),
      [
        ["waiting", false],
        ["tasks", false],
        ["perTask", true],
      ],
    );
  });
});
