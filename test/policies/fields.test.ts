import { strict as assert } from "node:assert";
import { Fields, UNKNOWN, UnknownValue } from "../../policies/fields";

const fields = Fields.of(
  {
    text: "x",
    number: "42",
    yes: "true",
    no: false,
    empty: "",
    none: null,
    list: ["a", 1],
    single: "a",
    object: { inner: { deep: UNKNOWN } },
    document: '{"Statement":{"Effect":"Allow"}}',
    items: '[{"name":"api"}]',
    broken: "{",
    unknown: UNKNOWN,
    partly: ["a", UNKNOWN],
  },
  "thing",
);

describe("fields", () => {
  it("reads text, numbers and flags in the engine's spellings", () => {
    assert.equal(fields.text("text"), "x");
    assert.equal(fields.number("number"), 42);
    assert.equal(fields.number("text"), undefined);
    assert.equal(fields.number("empty"), undefined);
    assert.equal(fields.flag("yes"), true);
    assert.equal(fields.flag("no"), false);
    assert.equal(fields.flag("missing"), false);
    assert.equal(fields.text("object"), undefined);
  });

  it("takes a single value for a list of one, and an absent block for an empty one", () => {
    assert.deepEqual(fields.texts("list"), ["a", "1"]);
    assert.deepEqual(fields.texts("single"), ["a"]);
    assert.deepEqual(fields.many("missing"), []);
    assert.equal(fields.one("missing").one("more").text("x"), undefined);
  });

  it("opens documents, of objects and of text; what is no JSON is empty", () => {
    assert.equal(fields.json("document").one("Statement").text("Effect"), "Allow");
    assert.equal(fields.json("items").many("items")[0]?.text("name"), "api");
    assert.deepEqual(fields.json("broken").keys(), []);
  });

  it("knows that an unknown value is set, without reading it", () => {
    assert.equal(fields.has("unknown"), true);
    assert.equal(fields.has("no"), true);
    for (const key of ["empty", "none", "missing"]) assert.equal(fields.has(key), false, key);
  });

  it("throws on every reading of an unknown value, and names its path", () => {
    const readings: [() => unknown, string][] = [
      [() => fields.text("unknown"), "thing.unknown"],
      [() => fields.number("unknown"), "thing.unknown"],
      [() => fields.flag("unknown"), "thing.unknown"],
      [() => fields.one("unknown"), "thing.unknown"],
      [() => fields.many("unknown"), "thing.unknown"],
      [() => fields.json("unknown"), "thing.unknown"],
      [() => fields.texts("partly"), "thing.partly[1]"],
      [() => fields.many("partly"), "thing.partly[1]"],
      [() => fields.one("object").one("inner").text("deep"), "thing.object.inner.deep"],
    ];
    for (const [read, path] of readings) {
      assert.throws(read, (error: unknown) => error instanceof UnknownValue && error.path === path, path);
    }
  });
});
