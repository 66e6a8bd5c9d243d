import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { EXEMPTIONS } from "../../policies/exemptions";
import { enginePolicies } from "../../policies/engine";
import { PACK } from "../../policies/pack";
import * as tokens from "../../policies/tokens";

const load = createRequire(__filename);

describe("policy pack", () => {
  it("names each policy once, in kebab case", () => {
    const names = enginePolicies.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it("tells of each policy what, how bad, where to read on and what to do", () => {
    for (const policy of enginePolicies) {
      assert.ok((policy.displayName ?? "").length > 5, `${policy.name}: displayName`);
      assert.ok(policy.description.length > 20, `${policy.name}: description`);
      assert.ok(["low", "medium", "high", "critical"].includes(policy.severity ?? ""), `${policy.name}: severity`);
      assert.ok(["advisory", "mandatory"].includes(policy.enforcementLevel ?? ""), `${policy.name}: level`);
      assert.ok((policy.tags ?? []).length > 0, `${policy.name}: tags`);
      assert.match(policy.url ?? "", /^https:\/\/(docs\.aws\.amazon\.com|www\.pulumi\.com)\//, `${policy.name}: url`);
      assert.ok((policy.remediationSteps ?? "").length > 10, `${policy.name}: remediationSteps`);
    }
  });

  it("warns only where a stack may well do without", () => {
    const advisory = PACK.filter(({ level }) => level === "advisory").map(({ rule }) => rule.name);
    assert.deepEqual(advisory.sort(), [
      "aurora-t-class-nonprod",
      "bg-rule-default-deny",
      "cache-prefer-graviton",
      "cf-own-domain",
      "db-insights-on",
      "dynamodb-pitr",
      "kms-alias",
      "no-xray-daemon-image",
    ]);
  });

  it("writes every type token as the provider does", () => {
    const spelled = Object.values(tokens).flatMap((concepts) => Object.values(concepts).flat());
    assert.ok(spelled.length > 60);
    for (const token of spelled) {
      const [, path = "", name = ""] = /^aws:(\w+\/\w+):(\w+)$/.exec(token) ?? [];
      const module = load(`@pulumi/aws/${path}`) as Record<string, { __pulumiType?: string }>;
      assert.equal(module[name]?.__pulumiType, token);
    }
  });

  it("argues each exemption and knows its rule", () => {
    for (const { rule, reason } of EXEMPTIONS) {
      assert.ok(reason.length > 20, rule);
      assert.ok(
        PACK.some((entry) => entry.rule.name === rule),
        rule,
      );
    }
  });
});
