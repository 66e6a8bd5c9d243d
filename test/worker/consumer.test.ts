/** The loop on a queue in memory: what it does when its neighbours fail. */
import assert from "node:assert/strict";
import { pino } from "pino";
import { Consumer, type Queue, type QueueMessage } from "../../services/worker/src/consumer.js";
import type { VideoChanged } from "../../contracts/events.js";
import { event, TITLE } from "./support/events.js";

const message = (id: string, body: string): QueueMessage => ({ id, receipt: `r-${id}`, body, receives: 1 });

interface Seen {
  removed: string[];
  returned: string[];
  /** Left, to come again soon. */
  left: string[];
  log: Record<string, unknown>[];
  /** How often it said that it goes on. */
  beats: number;
}

/** Serves the batches one after the other, then stops the consumer. */
async function run(
  batches: (QueueMessage[] | Error)[],
  apply: (change: VideoChanged, consumer: Consumer) => Promise<"applied">,
): Promise<Seen> {
  const seen: Seen = { removed: [], returned: [], left: [], log: [], beats: 0 };
  const queue: Queue = {
    receive: async () => {
      const batch = batches.shift();
      if (batch === undefined) consumer.stop();
      if (batch instanceof Error) throw batch;
      return batch ?? [];
    },
    remove: async (messages) => {
      seen.removed.push(...messages.map(({ id }) => id));
      return 0;
    },
    extend: async (messages, visibility) => {
      (visibility === 0 ? seen.returned : seen.left).push(...messages.map(({ id }) => id));
    },
  };
  const log = pino(
    { base: null },
    { write: (line: string) => void seen.log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const consumer: Consumer = new Consumer({
    queue,
    log,
    stack: "dev",
    apply: (change) => apply(change, consumer),
    alive: () => (seen.beats += 1),
    pause: 1,
    maxPause: 2,
  });
  await consumer.run();
  return seen;
}

describe("the worker's loop", () => {
  it("applies and removes what is valid, leaves what is not and says why", async () => {
    const applied: string[] = [];
    const seen = await run([[message("1", event({})), message("2", "{"), message("3", event({}))]], async (change) => {
      applied.push(change.videoId);
      return "applied";
    });
    assert.deepEqual(applied, [TITLE, TITLE]);
    assert.deepEqual(seen.removed, ["1", "3"]);
    assert.deepEqual([seen.returned, seen.left], [[], ["2"]]);
    const line = seen.log.find(({ messageId }) => messageId === "2");
    assert.equal(line?.invalid, "the body is not JSON");
  });

  it("waits with the message in hand while the database is away", async () => {
    let failures = 0;
    const seen = await run([[message("1", event({}))]], async () => {
      if (failures++ < 5) throw new Error("connect ECONNREFUSED");
      return "applied";
    });
    assert.equal(failures, 6);
    assert.deepEqual(seen.removed, ["1"]);
  });

  it("leaves what the database refuses for good, and goes on", async () => {
    const seen = await run([[message("1", event({})), message("2", event({ title: "Other" }))]], async (change) => {
      if (change.title !== "Other") throw Object.assign(new Error("check"), { code: "23514" });
      return "applied";
    });
    assert.deepEqual(seen.removed, ["2"]);
  });

  it("finishes the message in hand when it is stopped, and gives the rest back", async () => {
    const seen = await run(
      [[message("1", event({})), message("2", event({})), message("3", event({}))]],
      async (_, consumer) => {
        consumer.stop();
        return "applied";
      },
    );
    assert.deepEqual(seen.removed, ["1"]);
    assert.deepEqual(seen.returned, ["2", "3"]);
  });

  it("gives back what it could not apply when it is stopped while the database is away", async () => {
    const seen = await run([[message("1", event({}))]], async (_, consumer) => {
      consumer.stop();
      throw new Error("connect ECONNREFUSED");
    });
    assert.deepEqual([seen.removed, seen.returned], [[], ["1"]]);
  });

  it("goes on after the queue did not answer", async () => {
    const seen = await run([new Error("ETIMEDOUT"), [message("1", event({}))]], async () => "applied");
    assert.deepEqual(seen.removed, ["1"]);
    assert.ok(seen.log.some(({ msg }) => msg === "the queue does not answer"));
    // Three looks into the queue and one try of the message.
    assert.equal(seen.beats, 4);
  });

  it("logs neither titles nor bodies", async () => {
    const seen = await run(
      [[message("1", event({ title: "Secret name" })), message("2", "Secret name")]],
      async () => "applied",
    );
    assert.equal(JSON.stringify(seen.log).includes("Secret name"), false);
  });
});
