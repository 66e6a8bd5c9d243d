import { strict as assert } from "node:assert";
import { estimate } from "../../cost/estimate";
import type { ResourceRecord } from "../../model/record";
import { resource } from "../support/resource";

const domain = (instanceType: string, instanceCount: number, volumeSize: number): ResourceRecord =>
  resource("aws:opensearch/domain:Domain", {
    clusterConfig: { instanceType, instanceCount },
    ebsOptions: { volumeSize },
  });

describe("cost of the search domain", () => {
  it("is its nodes by the hour and its volumes by the month", () => {
    const { lines, total } = estimate({ resources: [domain("t3.small.search", 3, 34)] });
    assert.deepEqual(
      lines.map(({ category, item, monthly }) => [category, item, monthly]),
      [
        ["Storage", "OpenSearch volumes", 12.44],
        ["Storage", "OpenSearch, 3 × t3.small.search", 78.84],
      ],
    );
    assert.equal(total, 91.28);
  });
  it("is unknown for a class whose price nobody has read", () => {
    const { lines } = estimate({ resources: [domain("r7g.large.search", 3, 100)] });
    const nodes = lines.find(({ item }) => item === "OpenSearch, 3 × r7g.large.search");
    assert.deepEqual([nodes?.monthly, nodes?.why], [null, "the price of this class is not in the sheet"]);
  });
});
