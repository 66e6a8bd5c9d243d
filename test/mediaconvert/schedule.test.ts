import assert from "node:assert/strict";
import * as fc from "fast-check";
import { nextJob } from "../../local/mediaconvert/schedule.plan";
import type { WireJob, WireQueue } from "../../local/mediaconvert/store";

const queue = (arn: string, more: Partial<WireQueue> = {}): WireQueue => ({
  ...{ arn, name: arn, createdAt: 0, lastUpdated: 0, pricingPlan: "ON_DEMAND", type: "CUSTOM" },
  status: "ACTIVE",
  concurrentJobs: 20,
  ...more,
});
const job = (id: string, priority = 0, arn = "a"): WireJob =>
  ({ id, queue: arn, status: "SUBMITTED", priority }) as WireJob;

/** Ids in the order of their starts, one job at a time. */
function order(jobs: WireJob[], queues: WireQueue[]): string[] {
  const left = [...jobs];
  const started: string[] = [];
  let served: string[] = [];
  for (;;) {
    const next = nextJob({ jobs: left, queues, running: new Set<string>(), served });
    if (!next) return started;
    started.push(next.id);
    served = [...served.filter((arn) => arn !== next.queue), next.queue];
    left.splice(left.indexOf(next), 1);
  }
}

describe("which job starts next", () => {
  it("the one of the highest priority, and of equal ones the older", () =>
    assert.deepEqual(order([job("1"), job("2", -50), job("3", 50), job("4", 5), job("5", 5), job("6")], [queue("a")]), [
      "3",
      "4",
      "5",
      "1",
      "6",
      "2",
    ]));

  it("of several queues in turn, so that none waits behind another's bulk", () => {
    const bulk = Array.from({ length: 4 }, (_, index) => job(`bulk${index}`, 50, "a"));
    const started = order([...bulk, job("urgent", 0, "b"), job("urgent2", 0, "b")], [queue("a"), queue("b")]);
    assert.deepEqual(started, ["bulk0", "urgent", "bulk1", "urgent2", "bulk2", "bulk3"]);
  });

  it("none of a paused queue, and none of a queue that has all it may run", () => {
    const jobs = [job("1"), job("2", 0, "b")];
    assert.deepEqual(order(jobs, [queue("a", { status: "PAUSED" }), queue("b")]), ["2"]);
    const running = new Set(["1"]);
    const queues = [queue("a", { concurrentJobs: 1 })];
    assert.equal(nextJob({ jobs: [job("1"), job("3")], queues, running, served: [] }), undefined);
  });

  it("never more of a queue than it may run, and always one while some queue may", () => {
    const world = fc.record({
      jobs: fc.array(fc.record({ arn: fc.constantFrom("a", "b", "c"), priority: fc.integer({ min: -50, max: 50 }) })),
      limits: fc.tuple(...["a", "b", "c"].map(() => fc.integer({ min: 1, max: 3 }))),
    });
    fc.assert(
      fc.property(world, ({ jobs: made, limits }) => {
        const jobs = made.map(({ arn, priority }, index) => job(String(index), priority, arn));
        const queues = ["a", "b", "c"].map((arn, index) => queue(arn, { concurrentJobs: limits[index] ?? 1 }));
        const running = new Set<string>();
        for (let next = nextJob({ jobs, queues, running, served: [] }); next;) {
          assert.ok(!running.has(next.id));
          running.add(next.id);
          next = nextJob({ jobs, queues, running, served: [] });
        }
        for (const { arn, concurrentJobs } of queues) {
          const own = jobs.filter((each) => each.queue === arn);
          assert.equal(own.filter(({ id }) => running.has(id)).length, Math.min(own.length, concurrentJobs));
        }
      }),
    );
  });
});
