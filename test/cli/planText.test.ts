import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { costLines, summary, treeLines, violationLines } from "../../cli/planText";
import type { Plan } from "../../cli/planner";
import type { Cost } from "../../cost/estimate";

type Resource = Plan["resources"][number];

const resource = (urn: string, type: string, parent: string | null, custom = true): Resource => ({
  urn,
  type,
  name: urn,
  parent,
  custom,
  id: null,
  inputs: {},
  options: {},
});
const bare = (lines: string[]): string[] => lines.map(stripVTControlCharacters);

const BUCKET = "aws:s3/bucket:Bucket";
const COST: Cost = {
  currency: "USD",
  lines: [
    { category: "Network", item: "CDN", monthly: 1234.5, why: "GB" },
    { category: "Security", item: "Keys", monthly: null, why: "nobody has read it" },
  ],
  total: 1234.5,
};

describe("plan for people", () => {
  it("folds by the nearest component, through resources that are parents, and leaves nothing out", () => {
    const resources = [
      resource("outer", "vod:index:Outer", null, false),
      resource("inner", "vod:index:Inner", "outer", false),
      resource("a", BUCKET, "outer"),
      resource("b", "aws:s3/bucketPolicy:BucketPolicy", "a"),
      resource("c", BUCKET, "inner"),
      resource("d", BUCKET, "inner"),
      resource("e", "aws:kms/key:Key", null),
    ];
    assert.deepEqual(bare(treeLines({ resources })), [
      '  Outer "outer" 2 resources\n    s3 Bucket, s3 BucketPolicy',
      '  Inner "inner" 2 resources\n    s3 Bucket ×2',
      "  outside any component 1 resource\n    kms Key",
    ]);
  });

  it("names the resource of a violation by its own type and name", () => {
    const urn = `urn:pulumi:dev::vod::vod:index:VodKeys$aws:kms/key:Key::vod-keys-data`;
    const [mandatory, advisory] = bare(
      violationLines([
        { policy: "rotates", level: "mandatory", urn, message: "does not rotate → switch it on" },
        { policy: "rotates", level: "advisory", urn, message: "is unknown → nothing now" },
      ]),
    );
    assert.equal(mandatory, '✗ rotates (mandatory) kms Key "vod-keys-data"\n    does not rotate → switch it on');
    assert.match(advisory ?? "", /^! rotates \(advisory\)/);
    assert.deepEqual(bare(violationLines([])), ["✓ no policy is violated"]);
  });

  it("shows a price that is not known as such, and keeps it out of the sum", () => {
    assert.deepEqual(bare(costLines(COST)), [
      "  Network  $1,234.50",
      "    CDN   $1,234.50  GB",
      "  Security      $0.00",
      "    Keys  not known  nobody has read it",
      "  $1,234.50 a month, and 1 item whose price is not known",
    ]);
  });

  it("sets the expectation beside each category that has one", () => {
    const lines = bare(costLines(COST, true));
    assert.equal(lines[0], "  Network  $1,234.50  expected: $100–200, it is dearer");
    assert.equal(lines[2], "  Security      $0.00");
    assert.equal(lines.at(-1), "  The architecture document, for 10,000 users: expected: $650–1,400");
  });

  it("sums up in one line", () => {
    const plan: Plan = {
      stack: "dev",
      resources: [resource("k", "aws:kms/key:Key", null)],
      violations: [],
      cost: COST,
    };
    assert.equal(summary(plan), "dev: 1 resource, no policy violated, $1,234.50 a month idle (not known: Keys)");
  });
});
