/** Legal and illegal lifecycle chains, by generation. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { faultsOf, type Step } from "../../policies/lifecycle";

/** The order of the classes as the S3 User Guide draws it: objects only ever go down. */
const ORDER = ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"];
/** The one step down that S3 refuses: out of ONEZONE_IA into GLACIER_IR. */
const REFUSED = "ONEZONE_IA>GLACIER_IR";
const STAY: Record<string, number> = { STANDARD_IA: 30, ONEZONE_IA: 30, GLACIER_IR: 90, GLACIER: 90 };

/** Chains that S3 takes: classes in order, each long enough. */
const legalChain = fc
  .tuple(
    fc.subarray(ORDER, { minLength: 1 }),
    fc.integer({ min: 0, max: 100 }),
    fc.array(fc.nat(200), { minLength: 6, maxLength: 6 }),
  )
  .filter(([classes]) => !classes.join(">").includes(REFUSED))
  .map(([classes, start, extra]): Step[] => {
    let day = start + 30;
    return classes.map((storageClass, index) => {
      const before = classes[index - 1];
      if (before !== undefined) day += Math.max(STAY[before] ?? 0, 1) + (extra[index] ?? 0);
      return { days: day, storageClass };
    });
  });

describe("lifecycle chains", () => {
  it("accepts every legal chain, in any order of writing", () => {
    fc.assert(
      fc.property(legalChain, fc.boolean(), (chain, reversed) => {
        assert.deepEqual(faultsOf(reversed ? [...chain].reverse() : chain, (chain.at(-1)?.days ?? 0) + 1), []);
      }),
    );
  });

  it("finds two classes in the wrong order", () => {
    fc.assert(
      fc.property(
        legalChain.filter((chain) => chain.length > 1),
        fc.nat(),
        (chain, seed) => {
          const index = seed % (chain.length - 1);
          const swapped = chain.map((step, at) => {
            const other = at === index ? chain[index + 1] : at === index + 1 ? chain[index] : step;
            return { days: step.days, storageClass: other?.storageClass ?? "" };
          });
          assert.ok(faultsOf(swapped).some((fault) => fault.includes("not a legal transition")));
        },
      ),
    );
  });

  it("finds a step that comes a day too early", () => {
    fc.assert(
      fc.property(legalChain, (chain) => {
        chain.slice(1).forEach((step, index) => {
          const before = chain[index];
          if (before === undefined) return;
          const early = {
            days: before.days + Math.max(STAY[before.storageClass] ?? 0, 1) - 1,
            storageClass: step.storageClass,
          };
          assert.ok(
            faultsOf([...chain.slice(0, index + 1), early]).length > 0,
            `${before.storageClass} → ${step.storageClass}`,
          );
        });
      }),
    );
  });

  it("finds an end before the last step", () => {
    fc.assert(
      fc.property(legalChain, (chain) => {
        assert.ok(faultsOf(chain, chain.at(-1)?.days).some((fault) => fault.startsWith("objects end before")));
      }),
    );
  });

  it("accepts a rule without transitions, whatever its end", () => {
    assert.deepEqual(faultsOf([], 1), []);
    assert.deepEqual(faultsOf([]), []);
  });
});
