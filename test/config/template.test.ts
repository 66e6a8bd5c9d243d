/** What `pulumi new` asks of somebody who starts from this repository. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../config/load";
import type { ConfigKey } from "../../config/keys/key";
import { SCHEMA } from "../../config/schema";

interface Template {
  description: string;
  quickstart: string;
  config: Record<string, { description: string; default: string; secret?: boolean }>;
}

const ROOT = join(__dirname, "../..");
const project = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as {
  name: string;
  description: string;
  template: Template;
};
const { template } = project;
const REGION = "aws:region";

/** What `pulumi new` writes into the stack's file. */
const answers = (given: Record<string, string> = {}): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(template.config).map(([key, { default: standard }]) => [key, standard])),
  ...given,
});

describe("the template", () => {
  it("says of the project what the project says", () => {
    assert.equal(template.description, project.description);
    assert.match(template.quickstart, new RegExp(`keeps the name ${project.name}\\.`));
  });

  it("names commands that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...template.quickstart.matchAll(/npm (?:run )?(\w+)/g)].map(([, name = ""]) => name);
    assert.deepEqual(named, ["ci", "plan", "start", "build"]);
    for (const name of named.slice(1)) assert.ok(name in scripts, name);
  });

  it("asks for the region and for keys of the schema, in its words and with its defaults", () => {
    const { [REGION]: region, ...own } = template.config;
    assert.equal(region?.default, "us-east-1");
    const schema = SCHEMA as Record<string, ConfigKey<unknown>>;
    const expected = Object.keys(own).map((key) => {
      const entry = schema[key.replace(/^vod:/, "")];
      return [key, { description: entry?.description, default: entry?.default }];
    });
    assert.deepEqual(own, Object.fromEntries(expected));
  });

  it("asks for every key that has no default", () => {
    const open = Object.entries<ConfigKey<unknown>>(SCHEMA).filter(([, entry]) => entry.default === undefined);
    assert.deepEqual(
      open.map(([name]) => `vod:${name}`).filter((key) => !(key in template.config)),
      [],
    );
  });

  it("leads to a stack that is valid when nothing is answered, and with a domain", () => {
    assert.equal(parseConfig("new", answers()).region, "us-east-1");
    const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-1111-2222-3333-444455556666";
    const set = answers({ "vod:domain": "video.example.com", "vod:certificateArn": certificate });
    assert.equal(parseConfig("new", set).domain, "video.example.com");
  });
});
