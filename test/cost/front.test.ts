import { strict as assert } from "node:assert";
import { FRONT } from "../../cost/pricing/front";
import { IDLE, usageOf, type Load } from "../../cost/usage";
import { resource } from "../support/resource";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const POOL = "aws:cognito/userPool:UserPool";

/** USD by item, to the cent. */
function priced(type: string, inputs: Record<string, unknown>, load: Partial<Load> = {}): [string, number][] {
  const lines =
    FRONT[type]?.(
      [resource(type, inputs)],
      usageOf({ ...IDLE, ...load }),
      () => 0,
      () => [],
    ) ?? [];
  return lines.map(({ item, monthly }) => [item, Math.round((monthly ?? NaN) * 100) / 100]);
}

describe("price of the front", () => {
  it("is a balancer's hours, and an address in each zone when it faces the internet", () => {
    assert.deepEqual(priced(BALANCER, { internal: true, subnets: ["a", "b"] }), [["ALB, 1 load balancer", 16.43]]);
    assert.deepEqual(priced(BALANCER, { internal: false, subnets: ["a", "b", "c"] }), [
      ["ALB, 1 load balancer", 16.43],
      ["ALB, public addresses: 3", 10.95],
    ]);
  });

  it("grows with what the api answers: a capacity unit carries a gigabyte an hour", () => {
    // 10,000 viewers × 100 hours × 0.0004 GB are 400 units at $0.008.
    assert.deepEqual(priced(BALANCER, { internal: true, subnets: ["a"] }, { users: 10_000, hours: 100 }), [
      ["ALB, 1 load balancer", 19.63],
    ]);
  });

  it("takes nothing for 10,000 viewers, and $0.015 for each more", () => {
    const viewers = { userPoolTier: "ESSENTIALS", adminCreateUserConfig: { allowAdminCreateUserOnly: false } };
    assert.deepEqual(priced(POOL, viewers, { users: 10_000 }), [["Cognito, viewers", 0]]);
    assert.deepEqual(priced(POOL, viewers, { users: 11_000 }), [["Cognito, viewers", 15]]);
  });

  it("takes $0.02 for everybody whose sign-ins are guarded", () => {
    assert.deepEqual(priced(POOL, { userPoolTier: "PLUS" }, { users: 10_000 }), [["Cognito, viewers", 200]]);
    const staff = { userPoolTier: "PLUS", adminCreateUserConfig: { allowAdminCreateUserOnly: true } };
    assert.deepEqual(priced(POOL, staff, { users: 10_000 }), [["Cognito, staff", 0.2]]);
  });
});
