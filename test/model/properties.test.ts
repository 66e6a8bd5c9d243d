import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MODELLED_TYPES } from "../../model/behaviours";
import { inputFaults } from "../../model/properties";
import { generate } from "../../tools/generateModel";
import { runProgram } from "../../cli/program";
import { stackNames } from "../../cli/stacks";

const URN = "urn:pulumi:test::vod::t::n";

describe("properties of the resource types", () => {
  it("are what the provider's type files say", () => {
    const file = join(__dirname, "../../model/properties.generated.json");
    assert.equal(readFileSync(file, "utf8"), generate(), "run: npm run generate");
  });

  it("cover every type that a stack registers, and no other", async () => {
    const used = new Set<string>();
    for (const stack of stackNames()) {
      const { resources } = await runProgram({ stack });
      for (const { type, custom } of resources) if (custom) used.add(type);
    }
    assert.deepEqual([...used].sort(), MODELLED_TYPES);
  });

  it("name what a type does not take", () => {
    const type = "aws:s3/bucketVersioning:BucketVersioning";
    const inputs = { bucket: "b", versioningConfiguration: {}, colour: "red" };
    const [fault, ...more] = inputFaults({ urn: URN, type, name: "n", inputs });
    assert.match(
      fault ?? "",
      /takes no input "colour" → one of bucket, expectedBucketOwner, mfa, region, versioningConfiguration$/,
    );
    assert.deepEqual(more, []);
  });

  it("name what is missing", () => {
    const type = "aws:s3/bucketVersioning:BucketVersioning";
    assert.deepEqual(inputFaults({ urn: URN, type, name: "n", inputs: { bucket: "b" } }), [
      `${URN}: ${type} needs the input "versioningConfiguration" → set it`,
    ]);
  });

  it("find the text of a missing value wherever it lies", () => {
    const inputs = { bucket: "b", policy: { Statement: [{ Resource: "arn:aws:s3:::undefined/*" }] } };
    const [fault] = inputFaults({ urn: URN, type: "aws:s3/bucketPolicy:BucketPolicy", name: "n", inputs });
    assert.match(fault ?? "", /the input policy\.Statement\.0\.Resource holds the text "undefined"/);
  });
});
