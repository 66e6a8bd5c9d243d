import { strict as assert } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as components from "../../components";
import type { ConfigKey } from "../../config/keys/key";
import { SCHEMA } from "../../config/schema";
import { runProgram } from "../../cli/program";
import { PACK } from "../../policies/pack";
import { stackSettings } from "../support/recorder";

const ROOT = join(__dirname, "../..");
const POLICIES = new Set(PACK.map(({ rule }) => rule.name));

/** Rows of the tables in a document's text: the cells of each, trimmed; heads and rules left out. */
const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => /^\| /.test(line) && !/^\| (-+|line of|control) /.test(line))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));

const ticked = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

/** Lines with a bullet or a number in each section of the architecture document. */
const LINES: Readonly<Record<string, number>> = {
  "1.1": 8,
  "1.2": 8,
  "1.3": 17,
  "2.1": 15,
  "2.2": 21,
  "2.3": 14,
  "3.1": 12,
  "3.2": 11,
  "3.3": 14,
  "4.1": 18,
  "4.2": 16,
  "5.1": 11,
  "5.2": 10,
  "6.1": 9,
  "6.2": 11,
  "6.3": 11,
};

describe("the documents", () => {
  let names: Set<string>;
  before(async () => {
    const { resources } = await runProgram({ stack: "prod" });
    names = new Set(resources.map(({ name }) => name));
  });

  /** A path, a component, a resource of prod, a policy or a configuration key. */
  const exists = (name: string): boolean =>
    POLICIES.has(name) ||
    names.has(name) ||
    name in components ||
    (name.startsWith("vod:") && name.slice(4) in SCHEMA) ||
    (/^[\w./-]+$/.test(name) && existsSync(join(ROOT, name)));

  it("would notice a name that is nowhere", () => {
    for (const name of ["vod-nothing", "VodNothing", "vod:nothing", "s3-nothing", "components/nothing.ts", "/etc"]) {
      assert.equal(exists(name), false, name);
    }
  });

  describe("docs/architecture.md", () => {
    const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
    const rows = rowsOf(text.slice(text.indexOf("## The document, line by line")));

    it("has every line of the document, once and in its order", () => {
      const expected = Object.entries(LINES).flatMap(([section, count]) =>
        Array.from({ length: count }, (_, index) => `§${section}-${index + 1}`),
      );
      const found = rows.flatMap(([line = ""]) => /^§\d\.\d-\d+/.exec(line) ?? []);
      assert.deepEqual(found, expected);
    });

    it("tells of each stack what its file sets, or the default", () => {
      const [head = [], , ...table] = text
        .slice(text.indexOf("| key | dev |"), text.indexOf("dev leaves out"))
        .split("\n")
        .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));
      const stacks = head.slice(1);
      assert.deepEqual(stacks, ["dev", "staging", "prod"]);
      const keys = table.filter(([name = ""]) => name.startsWith("`vod:"));
      assert.ok(keys.length > 20);
      const schema: Readonly<Record<string, ConfigKey<unknown>>> = SCHEMA;
      for (const [cell = "", ...told] of keys) {
        const key = cell.replaceAll("`", "");
        const set = stacks.map((stack) => stackSettings(stack)[key] ?? schema[key.slice(4)]?.default ?? "");
        assert.deepEqual(
          told,
          set.map((value) => value || "–"),
          key,
        );
      }
    });

    it("names only what exists", () => {
      const wrong = rows.flatMap(([line = "", answer = ""]) =>
        ticked(answer)
          .filter((name) => !exists(name))
          .map((name) => `${line.split(" ")[0]}: ${name}`),
      );
      assert.deepEqual(wrong, []);
    });

    it("answers every line, in three cells", () => {
      for (const row of rows) {
        assert.equal(row.length, 3, row.join(" | "));
        assert.ok(ticked(row[1] ?? "").length > 0, `nothing answers ${row[0]}`);
        assert.notEqual(row[2], "", row[0]);
      }
    });
  });

  describe("docs/security.md", () => {
    const rows = rowsOf(readFileSync(join(ROOT, "docs/security.md"), "utf8"));

    it("names only policies, resources, keys and files that exist", () => {
      const wrong = rows.flatMap(([control = "", resource = "", how = ""]) =>
        [...ticked(resource), ...ticked(how)]
          .filter((name) => name !== "protect" && !exists(name))
          .map((name) => `${control}: ${name}`),
      );
      assert.deepEqual(wrong, []);
    });

    it("says of every control of a type that is in the program how it is met, or why not", () => {
      const services = new Set(rows.flatMap(([control = ""]) => control.match(/[A-Za-z0-9]+(?=\.\d)/g) ?? []));
      const expected =
        "ACM Backup CloudFront CloudTrail Cognito Config DynamoDB EC2 ECR ECS ELB ES ElastiCache EventBridge GuardDuty IAM KMS Lambda Opensearch RDS Route53 S3 SNS SQS SecretsManager StepFunctions WAF";
      assert.deepEqual(
        expected.split(" ").filter((service) => !services.has(service)),
        [],
      );
      for (const row of rows) assert.ok(row.length === 3 && row.every((cell) => cell !== ""), row.join(" | "));
    });
  });
});
