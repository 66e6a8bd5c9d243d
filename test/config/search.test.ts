import { strict as assert } from "node:assert";
import { parseConfig } from "../../config/load";
import { searchDomain } from "../../config/search";
import { stackSettings } from "../support/recorder";
import { problemsOfKeys, withKeys } from "../support/configuration";

describe("configuration of the search domain", () => {
  it("is the architecture document's by default, and in prod", () => {
    const document = {
      instanceType: "t3.small.search",
      nodes: 3,
      storageGb: 100,
      maxStorageGb: 1000,
      maxNodes: 9,
      snapshotDays: 30,
      createServiceLinkedRole: false,
    };
    assert.deepEqual(searchDomain(withKeys({})), document);
    assert.deepEqual(searchDomain(parseConfig("prod", stackSettings("prod"))), document);
  });

  it("is absent in dev and smaller in staging", () => {
    assert.equal(searchDomain(parseConfig("dev", stackSettings("dev"))), undefined);
    const staging = searchDomain(parseConfig("staging", stackSettings("staging")));
    assert.deepEqual([staging?.nodes, staging?.storageGb, staging?.maxStorageGb], [3, 30, 300]);
  });

  it("refuses what a key does not take, and says what it takes", () => {
    const wrong: [string, string[]][] = [
      ["searchNodes", ["1", "4", "-3", "three", ""]],
      ["searchInstance", ["t2.small.search", "t3.small", "", "toString"]],
      ["searchStorage", ["29", "1001", "100.5", "lots"]],
      ["searchMaxStorage", ["29", "1001", "1e3"]],
      ["searchMaxNodes", ["0", "10", "x"]],
      ["searchSnapshotDays", ["0", "366", "30d"]],
      ["searchServiceRole", ["yes", "1"]],
    ];
    for (const [key, values] of wrong)
      for (const value of values) {
        const found = problemsOfKeys({ [key]: value });
        assert.ok(found[0]?.startsWith(`vod:${key} · ${value} → `), `${key}=${value}: ${found.join("; ")}`);
      }
  });

  it("refuses sizes that do not fit each other, all at once", () => {
    const one = (set: Record<string, string>, says: string) => assert.deepEqual(problemsOfKeys(set), [says]);
    one({ zones: "a,b" }, "vod:searchNodes · 3 → 0, or 3 zones in vod:zones: a node stands in each");
    one({ searchStorage: "301" }, "vod:searchStorage · 301 → 30 to 300 GB on 3 nodes of t3.small.search");
    one(
      { searchStorage: "50", searchNodes: "6" },
      "vod:searchStorage · 50 → 60 to 600 GB on 6 nodes of t3.small.search",
    );
    one({ searchMaxStorage: "99" }, "vod:searchMaxStorage · 99 → at least vod:searchStorage, 100");
    one({ searchMaxNodes: "12" }, "vod:searchMaxNodes · 12 → from vod:searchNodes, 3, to 10 of t3.small.search");
    one(
      { searchNodes: "6", searchMaxNodes: "3" },
      "vod:searchMaxNodes · 3 → from vod:searchNodes, 6, to 10 of t3.small.search",
    );
    assert.deepEqual(
      problemsOfKeys({ searchNodes: "12", searchMaxNodes: "12", searchStorage: "120", searchMaxStorage: "110" }),
      [
        "vod:searchNodes · 12 → at most 10 nodes of t3.small.search",
        "vod:searchMaxStorage · 110 → at least vod:searchStorage, 120",
        "vod:searchMaxNodes · 12 → from vod:searchNodes, 12, to 10 of t3.small.search",
      ],
    );
  });

  it("takes the largest that a class can carry, and asks nothing of a stack without a domain", () => {
    assert.deepEqual(problemsOfKeys({ searchStorage: "300" }), []);
    assert.deepEqual(
      problemsOfKeys({ searchInstance: "m7g.large.search", searchStorage: "1000", searchMaxNodes: "18" }),
      [],
    );
    assert.deepEqual(
      problemsOfKeys({ searchNodes: "0", zones: "a,b", searchStorage: "900", searchMaxNodes: "18" }),
      [],
    );
  });
});
