import { strict as assert } from "node:assert";
import fc from "fast-check";
import { loadPosition, savePosition, worthResuming, type Storage } from "../../web/src/pure/resume";

function memory(value: string | null = null): Storage & { value: string | null } {
  return {
    value,
    getItem() {
      return this.value;
    },
    setItem(_key, next) {
      this.value = next;
    },
  };
}

describe("resume position", () => {
  it("counts from 2 % (2–30 s) to the last 5 % (1–120 s)", () => {
    const film = (time: number): boolean => worthResuming({ time, duration: 7200 });
    assert.deepEqual([29.9, 30, 7080, 7080.1].map(film), [false, true, true, false]);
    const clip = (time: number): boolean => worthResuming({ time, duration: 10 });
    assert.deepEqual([1.9, 2, 9, 9.1].map(clip), [false, true, true, false]);
    for (const duration of [0, -1, Number.NaN, Infinity]) assert.equal(worthResuming({ time: 5, duration }), false);
  });

  it("keeps one position for each title and forgets a finished one", () => {
    const storage = memory();
    savePosition(storage, "a", { time: 50, duration: 100 }, 1);
    savePosition(storage, "b", { time: 60, duration: 100 }, 2);
    savePosition(storage, "a", { time: 70, duration: 100 }, 3);
    assert.deepEqual(loadPosition(storage, "a"), { time: 70, duration: 100 });
    assert.deepEqual(loadPosition(storage, "b"), { time: 60, duration: 100 });
    savePosition(storage, "a", { time: 99, duration: 100 }, 4);
    assert.equal(loadPosition(storage, "a"), null);
    assert.equal(loadPosition(storage, "constructor"), null);
  });

  it("keeps the 200 newest", () => {
    const storage = memory();
    for (let at = 0; at < 205; at += 1) savePosition(storage, `v${at}`, { time: 50, duration: 100 }, at);
    assert.equal(loadPosition(storage, "v4"), null);
    assert.deepEqual(loadPosition(storage, "v5"), { time: 50, duration: 100 });
    assert.equal(Object.keys(JSON.parse(storage.value ?? "") as object).length, 200);
  });

  it("works with no storage, a full one, and one that holds anything", () => {
    assert.equal(loadPosition(null, "a"), null);
    savePosition(null, "a", { time: 50, duration: 100 }, 1);
    const full: Storage = {
      getItem: () => {
        throw new Error("forbidden");
      },
      setItem: () => {
        throw new Error("full");
      },
    };
    savePosition(full, "a", { time: 50, duration: 100 }, 1);
    assert.equal(loadPosition(full, "a"), null);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const storage = memory(text);
        loadPosition(storage, "a");
        savePosition(storage, "a", { time: 50, duration: 100 }, 1);
        assert.deepEqual(loadPosition(storage, "a"), { time: 50, duration: 100 });
      }),
    );
  });
});
