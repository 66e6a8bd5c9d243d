import { strict as assert } from "node:assert";
import { backOff, handleBatch, type QueueRecord, spreadBackOff } from "../../handlers/batch";
import { Malformed } from "../../handlers/errors";

const record = (messageId: string, body: string, received = 1): QueueRecord => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body,
  attributes: { ApproximateReceiveCount: String(received) },
});

function ports(delay: (handle: string, seconds: number) => Promise<void> = async () => undefined) {
  const delayed: [string, number][] = [];
  const counted: string[] = [];
  const quiet = (): void => undefined;
  return {
    delayed,
    counted,
    delay: async (handle: string, seconds: number): Promise<void> => {
      delayed.push([handle, seconds]);
      await delay(handle, seconds);
    },
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: { count: (name: string): unknown => counted.push(name) },
  };
}

describe("batch: back-off", () => {
  it("doubles from 5 s to 5 min", () =>
    assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8, 50].map(backOff), [5, 10, 20, 40, 80, 160, 300, 300, 300]));

  it("is spread by message and try, so that many do not come back at once", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    for (const [received, least] of [
      [1, 3],
      [5, 30],
      [9, 90],
    ] as const) {
      const seconds = ids.map((id) => spreadBackOff(received, id));
      assert.ok(Math.min(...seconds) >= Math.floor(backOff(received) / 2));
      assert.ok(Math.max(...seconds) <= backOff(received));
      assert.ok(new Set(seconds).size >= least);
    }
    assert.equal(spreadBackOff(4, "a"), spreadBackOff(4, "a"));
  });
});

describe("batch: one bad record among many", () => {
  it("names the bad one alone, and hides it for its back-off", async () => {
    const handled: unknown[] = [];
    const world = ports();
    const response = await handleBatch(
      [record("a", '{"n":1}'), record("b", '{"n":2}', 3), record("c", '{"n":3}')],
      async ({ body }) => {
        if ((body as { n: number }).n === 2) throw new Error("service away");
        handled.push(body);
      },
      world,
    );
    assert.deepEqual(response, { batchItemFailures: [{ itemIdentifier: "b" }] });
    assert.deepEqual(handled, [{ n: 1 }, { n: 3 }]);
    assert.deepEqual(world.delayed, [["handle-b", spreadBackOff(3, "b")]]);
    assert.deepEqual(world.counted, ["FailedMessage"]);
  });
  it("does not wait long for what cannot be read", async () => {
    const world = ports();
    const never = async (): Promise<void> => assert.fail("was handled");
    const response = await handleBatch([record("a", "no JSON", 9)], never, world);
    assert.deepEqual(
      [response.batchItemFailures.length, world.delayed, world.counted],
      [1, [["handle-a", 1]], ["MalformedMessage"]],
    );
    const shaped = ports();
    await handleBatch([record("a", "{}", 9)], () => Promise.reject(new Malformed("no event")), shaped);
    assert.deepEqual(shaped.delayed, [["handle-a", 1]]);
  });
  it("does not hide what will not be delivered again: it shall be dead now", async () => {
    const world = ports();
    const away = (): Promise<void> => Promise.reject(new Error("service away"));
    await handleBatch([record("a", "{}", 9), record("b", "{}", 10), record("c", "no JSON", 10)], away, world);
    assert.deepEqual(Object.fromEntries(world.delayed), {
      "handle-a": spreadBackOff(9, "a"),
      "handle-b": 0,
      "handle-c": 0,
    });
  });
  it("fails the record even when its back-off cannot be set", async () => {
    const world = ports(() => Promise.reject(new Error("denied")));
    const response = await handleBatch([record("a", "{}")], () => Promise.reject(new Error("x")), world);
    assert.deepEqual(response, { batchItemFailures: [{ itemIdentifier: "a" }] });
  });
  it("says when a delivery is the last", async () => {
    const last: boolean[] = [];
    const handle = async (delivery: { last: boolean }): Promise<void> => void last.push(delivery.last);
    await handleBatch([record("a", "{}", 9), record("b", "{}", 10), record("c", "{}", 11)], handle, ports());
    assert.deepEqual(last, [false, true, true]);
  });
});
