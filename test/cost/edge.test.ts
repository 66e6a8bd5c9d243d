import { strict as assert } from "node:assert";
import { estimate } from "../../cost/estimate";
import type { Load } from "../../cost/usage";
import type { ResourceRecord } from "../../model/record";
import { resource } from "../support/resource";

const named = (type: string, name: string, inputs: object = {}): ResourceRecord => resource(type, inputs, name);
const group = (name: string) => ({ statement: { managedRuleGroupStatement: { name } } });
const acl = (scope: string, ...rules: object[]): ResourceRecord =>
  named("aws:wafv2/webAcl:WebAcl", scope.toLowerCase(), { scope, rules });

const BOTS = group("AWSManagedRulesBotControlRuleSet");
const FLOODS = group("AWSManagedRulesAntiDDoSRuleSet");
const monthly = (resources: ResourceRecord[], load?: Load): Record<string, number | null> =>
  Object.fromEntries(estimate({ resources }, load).lines.map(({ item, monthly: usd }) => [item, usd]));

/** 20,000 hours: 24.2 million requests for media and 1.2 million others. */
const LOAD = { users: 10_000, hours: 2, titles: 0 };

describe("the cost of the edge", () => {
  it("is $5 an ACL and $1 a rule while nobody asks", () => {
    assert.deepEqual(monthly([acl("CLOUDFRONT", {}, {}, {}), acl("REGIONAL", {})]), { "WAF, 2 web ACLs": 14 });
    assert.deepEqual(monthly([acl("CLOUDFRONT", BOTS, FLOODS)]), {
      "WAF, 1 web ACL": 7,
      "WAF, Bot Control": 10,
      "WAF, rules against floods": 20,
    });
  });

  it("grows by the request: segments before CloudFront, calls of the api before the balancer", () => {
    assert.deepEqual(monthly([acl("CLOUDFRONT", {})], LOAD), { "WAF, 1 web ACL": 21.24 });
    assert.deepEqual(monthly([acl("REGIONAL", {})], LOAD), { "WAF, 1 web ACL": 6.72 });
    // 25.4 million at $0.15 a million.
    assert.equal(monthly([acl("CLOUDFRONT", FLOODS)], LOAD)["WAF, rules against floods"], 23.81);
  });

  it("pays for bots beyond ten million pages and calls, never for segments", () => {
    assert.equal(monthly([acl("CLOUDFRONT", BOTS)], LOAD)["WAF, Bot Control"], 10);
    const busy = { users: 100_000, hours: 2, titles: 0 };
    assert.equal(monthly([acl("CLOUDFRONT", BOTS)], busy)["WAF, Bot Control"], 12);
  });

  it("is $2.40 for closer metrics", () => {
    assert.deepEqual(monthly([named("aws:cloudfront/monitoringSubscription:MonitoringSubscription", "m")]), {
      "CloudFront, additional metrics": 2.4,
    });
  });
});
