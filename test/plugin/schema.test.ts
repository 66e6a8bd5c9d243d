/** The schema that other languages see: true to the source, and whole. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as components from "../../components";
import { generated } from "../../tools/generateSchema";
import { DEFAULT_MARK, type PackageSchema, type PropertySchema } from "../../tools/componentSchema";

const ROOT = resolve(__dirname, "../..");
const schema = JSON.parse(readFileSync(join(ROOT, "plugin/schema.json"), "utf8")) as PackageSchema;

/** Every input and every field of a type, with whether it must be given. */
const inputs = (): { path: string; property: PropertySchema; required: boolean }[] =>
  [
    ...Object.entries(schema.resources).map(([token, component]) => ({
      token,
      properties: component.inputProperties,
      required: component.requiredInputs,
    })),
    ...Object.entries(schema.types)
      .filter(([, { properties }]) => properties !== undefined)
      .map(([token, { properties = {}, required = [] }]) => ({ token, properties, required })),
  ].flatMap(({ token, properties, required }) =>
    Object.entries(properties).map(([name, property]) => ({
      path: `${token.split(":")[2]}.${name}`,
      property,
      required: required.includes(name),
    })),
  );

describe("the components' schema", () => {
  it("and its document are what the source says", async () => {
    for (const [file, text] of Object.entries(await generated())) {
      const same = readFileSync(join(ROOT, file), "utf8") === text;
      assert.ok(same, `${file} is not what the components' source says → run: npm run generate:schema`);
    }
  });

  it("holds every component under the type by which it registers itself", () => {
    const names = Object.keys(components).filter((name) => name.startsWith("Vod"));
    assert.deepEqual(Object.keys(schema.resources).sort(), names.map((name) => `vod:index:${name}`).sort());
  });

  it("gives every value a type", () => {
    const vague = (property: PropertySchema): boolean => {
      const { $ref, items, additionalProperties } = property;
      if ($ref !== undefined) return schema.types[$ref.replace("#/types/", "")] === undefined;
      if (items) return vague(items);
      return property.type === "object" && (additionalProperties === undefined || vague(additionalProperties));
    };
    const outputs = Object.entries(schema.resources).flatMap(([token, { properties }]) =>
      Object.entries(properties).map(([name, property]) => ({ path: `${token}.${name}`, property })),
    );
    assert.deepEqual(
      [...inputs(), ...outputs].filter(({ property }) => vague(property)).map(({ path }) => path),
      [],
    );
  });

  it("says what happens without each input that may be left out", () => {
    const silent = inputs().filter(
      ({ property, required }) => !required && !property.description?.includes(DEFAULT_MARK),
    );
    assert.deepEqual(
      silent.map(({ path }) => path),
      [],
    );
  });
});
