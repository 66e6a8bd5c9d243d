import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { contains, isCidr, overlap, prefixLength, subnet } from "../../lib/cidr";

describe("lib/cidr", () => {
  it("cuts a network into numbered ones", () => {
    assert.equal(subnet("10.0.0.0/16", 20, 0), "10.0.0.0/20");
    assert.equal(subnet("10.0.0.0/16", 20, 15), "10.0.240.0/20");
    assert.equal(subnet("0.0.0.0/0", 1, 1), "128.0.0.0/1");
    assert.equal(subnet("255.255.255.255/32", 32, 0), "255.255.255.255/32");
  });

  it("refuses what does not lie inside", () => {
    const message = /10\.0\.0\.0\/16 has no network number/;
    assert.throws(() => subnet("10.0.0.0/16", 20, 16), message);
    assert.throws(() => subnet("10.0.0.0/16", 20, -1), message);
    assert.throws(() => subnet("10.0.0.0/16", 15, 0), message);
    assert.throws(() => subnet("10.0.0.0/16", 33, 0), message);
  });

  it("refuses what is no network, and names the network of an address", () => {
    for (const text of ["", "10.0.0.0", "10.0.0/8", "10.0.0.256/32", "10.0.0.0/33", "::/0", "10.0.0.0/16 "]) {
      assert.throws(() => prefixLength(text), new RegExp("is no IPv4 network"), text);
      assert.equal(isCidr(text), false, text);
    }
    assert.throws(() => prefixLength("10.0.3.7/16"), /inside a network → 10\.0\.0\.0\/16/);
    assert.equal(isCidr("10.0.0.0/16"), true);
  });

  it("tells what lies in what", () => {
    assert.equal(contains("0.0.0.0/0", "255.0.0.0/8"), true);
    assert.equal(contains("10.0.0.0/16", "10.0.255.0/24"), true);
    assert.equal(contains("10.0.255.0/24", "10.0.0.0/16"), false);
    assert.equal(contains("10.0.0.0/16", "10.1.0.0/24"), false);
    assert.equal(overlap("10.0.255.0/24", "10.0.0.0/16"), true);
    assert.equal(overlap("10.0.0.0/24", "10.0.1.0/24"), false);
  });

  it("cuts into networks that lie inside and apart", () => {
    const cuts = fc
      .record({ bits: fc.integer({ min: 8, max: 24 }), more: fc.integer({ min: 1, max: 6 }) })
      .chain(({ bits, more }) => {
        const index = fc.nat(2 ** more - 1);
        return fc.record({ bits: fc.constant(bits), more: fc.constant(more), one: index, other: index });
      });
    fc.assert(
      fc.property(cuts, ({ bits, more, one, other }) => {
        const outer = subnet("0.0.0.0/0", bits, 1);
        const [a, b] = [one, other].map((index) => subnet(outer, bits + more, index)) as [string, string];
        assert.ok(contains(outer, a) && isCidr(a));
        assert.equal(overlap(a, b), one === other);
      }),
    );
  });
});
