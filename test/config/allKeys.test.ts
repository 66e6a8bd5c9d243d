import { strict as assert } from "node:assert";
import type { ConfigKey } from "../../config/keys/key";
import { SCHEMA } from "../../config/schema";
import { LEAST, problemsIn } from "../support/configuration";

const KEYS = Object.keys(SCHEMA);
/** No key takes it: it is no number, no word, no host, no ARN. */
const NONSENSE = "\u2603 nonsense;";

/** Whatever keys there are: each new one is held to the same. */
describe("every configuration key", () => {
  it("is wrong by nonsense, and all are named at once, in the schema's order, each with its value and what it takes", () => {
    const problems = problemsIn({ ...LEAST, ...Object.fromEntries(KEYS.map((name) => [`vod:${name}`, NONSENSE])) });
    const own = problems.filter(({ value }) => value === NONSENSE);
    assert.deepEqual(
      own.map(({ key, remedy }) => [key, remedy]),
      Object.entries<ConfigKey<unknown>>(SCHEMA).map(([name, { allowed }]) => [`vod:${name}`, allowed]),
    );
  });

  for (const name of KEYS) {
    it(`${name}: one wrong value is one problem, which says what to do`, () => {
      const problems = problemsIn({ ...LEAST, [`vod:${name}`]: NONSENSE }).filter(({ key }) => key === `vod:${name}`);
      assert.deepEqual(
        problems.map(({ value }) => value),
        [NONSENSE],
      );
      assert.ok((problems[0]?.remedy.length ?? 0) > 5, problems[0]?.remedy);
    });
  }

  it("is not taken with a letter changed: the right names are told", () => {
    const problems = problemsIn({ ...LEAST, ...Object.fromEntries(KEYS.map((name) => [`vod:${name}x`, "1"])) });
    const unknown = problems.filter(({ remedy }) => remedy.startsWith("no such key; there are "));
    assert.deepEqual(unknown.map(({ key }) => key).sort(), KEYS.map((name) => `vod:${name}x`).sort());
    for (const name of KEYS) assert.ok(unknown[0]?.remedy.includes(name), name);
  });
});
