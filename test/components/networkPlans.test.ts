import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { MOST_PEERS, planAcl } from "../../components/network/acls.plan";
import { planFlows } from "../../components/network/flows.plan";
import { planSubnets, TIERS, tierBlock } from "../../components/network/subnets.plan";
import { contains, overlap } from "../../lib/cidr";

const table = (cidr: string, zones: string[]): string[] =>
  planSubnets(cidr, zones).map(({ tier, zone, cidr: network }) => `${tier}-${zone} ${network}`);

const spec = (peers: string[], internalBalancer = false) => ({ vpcCidr: "10.0.0.0/16", peers, internalBalancer });

describe("the network's plans", () => {
  it("cut 10.0.0.0/16 as written here", () => {
    assert.deepEqual(table("10.0.0.0/16", ["a", "b", "c", "d"]), [
      "public-a 10.0.64.0/24",
      "public-b 10.0.65.0/24",
      "public-c 10.0.66.0/24",
      "public-d 10.0.67.0/24",
      "app-a 10.0.0.0/20",
      "app-b 10.0.16.0/20",
      "app-c 10.0.32.0/20",
      "app-d 10.0.48.0/20",
      "data-a 10.0.68.0/24",
      "data-b 10.0.69.0/24",
      "data-c 10.0.70.0/24",
      "data-d 10.0.71.0/24",
    ]);
    assert.deepEqual(
      TIERS.map((tier) => tierBlock("10.0.0.0/16", tier)),
      ["10.0.64.0/22", "10.0.0.0/18", "10.0.68.0/22"],
    );
  });

  it("move nothing when a zone is added, and keep every subnet apart and in its tier's block", () => {
    const zones = fc.shuffledSubarray(["a", "b", "c", "d", "e", "f"], { minLength: 3, maxLength: 4 });
    const vpcs = fc.integer({ min: 16, max: 20 }).map((bits) => `172.16.0.0/${bits}`);
    fc.assert(
      fc.property(vpcs, zones, (cidr, all) => {
        const more = planSubnets(cidr, all);
        const before = table(cidr, all.slice(0, -1));
        assert.deepEqual(
          before.filter((line) => !table(cidr, all).includes(line)),
          [],
        );
        for (const one of more) {
          assert.ok(contains(cidr, one.cidr) && contains(tierBlock(cidr, one.tier), one.cidr));
          for (const other of more) assert.equal(overlap(one.cidr, other.cidr), one === other);
        }
      }),
    );
  });

  it("refuse too few, too many and repeated zones, and other sizes of VPC", () => {
    for (const zones of [["a"], ["a", "a"], ["a", "b", "c", "d", "e"]]) {
      assert.throws(() => planSubnets("10.0.0.0/16", zones), /→ 2 to 4 different ones/);
    }
    assert.throws(() => planSubnets("10.0.0.0/15", ["a", "b"]), /→ a network of \/16 to \/20/);
    assert.throws(() => planSubnets("10.0.0.0/21", ["a", "b"]), /→ a network of \/16 to \/20/);
  });

  it("draw the document's flows and name every other with a reason", () => {
    const show = ({ from, to, port }: ReturnType<typeof planFlows>[number]): string => `${from} → ${to}:${port}`;
    const flows = planFlows({ nat: true, internalBalancer: false });
    assert.deepEqual(flows.filter(({ extra }) => !extra).map(show), [
      "internet → alb:80",
      "internet → alb:443",
      "alb → services:8080",
      "services → database:5432",
      "services → search:443",
      "services → cache:6379",
      "services → transcoder:443",
      "functions → transcoder:443",
    ]);
    assert.deepEqual(flows.filter(({ extra }) => extra).map(show), [
      "functions → search:443",
      "services → endpoints:443",
      "functions → endpoints:443",
      "services → s3:443",
      "functions → s3:443",
      "services → dynamodb:443",
      "functions → dynamodb:443",
      "services → internet:443",
      "functions → internet:443",
    ]);
    assert.ok(flows.every(({ why }) => why.length > 5));
    assert.ok(planFlows({ nat: false, internalBalancer: false }).every(({ to }) => to !== "internet"));
  });

  it("open an internal balancer to CloudFront alone, and its subnets to it", () => {
    const flows = planFlows({ nat: true, internalBalancer: true });
    const toBalancer = flows.filter(({ to }) => to === "alb");
    assert.deepEqual(
      toBalancer.map(({ from, port }) => [from, port]),
      [["cloudfront", 80]],
    );
    const opened = (internal: boolean, side: "ingress" | "egress"): string[] =>
      planAcl("app", spec([], internal))[side].map(({ cidrBlock, fromPort }) => `${cidrBlock} ${fromPort}`);
    const added = (side: "ingress" | "egress"): string[] =>
      opened(true, side).filter((rule) => !opened(false, side).includes(rule));
    assert.deepEqual(added("ingress"), ["0.0.0.0/0 80", "10.0.0.0/18 8080"]);
    assert.deepEqual(added("egress"), ["10.0.0.0/18 80", "10.0.0.0/18 8080", "0.0.0.0/0 1024"]);
    for (const tier of ["public", "data"] as const) {
      assert.deepEqual(planAcl(tier, spec([], true)), planAcl(tier, spec([])));
    }
  });

  it("admit to the data tier the app tier's three ports, and let out the answers alone", () => {
    const allow = { action: "allow", protocol: "tcp", cidrBlock: "10.0.0.0/18" };
    assert.deepEqual(planAcl("data", spec(["10.9.0.0/16"])), {
      ingress: [
        { ruleNo: 100, ...allow, fromPort: 5432, toPort: 5432 },
        { ruleNo: 110, ...allow, fromPort: 443, toPort: 443 },
        { ruleNo: 120, ...allow, fromPort: 6379, toPort: 6379 },
      ],
      egress: [{ ruleNo: 100, ...allow, fromPort: 1024, toPort: 65535 }],
    });
  });

  it("deny peers the app tier before anything is allowed", () => {
    const peers = Array.from({ length: MOST_PEERS }, (_, index) => `10.${index + 1}.0.0/16`);
    const { ingress, egress } = planAcl("app", spec(peers));
    for (const rules of [ingress, egress]) {
      assert.deepEqual(
        rules.filter(({ action }) => action === "deny").map(({ cidrBlock }) => cidrBlock),
        peers,
      );
      assert.deepEqual(
        rules.map(({ ruleNo }) => ruleNo),
        rules.map(({ ruleNo }) => ruleNo).sort((a, b) => a - b),
      );
      assert.equal(new Set(rules.map(({ ruleNo }) => ruleNo)).size, rules.length);
    }
    assert.throws(() => planAcl("app", spec([...peers, "10.99.0.0/16"])), /10 peer networks → at most 9/);
  });
});
