import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  boundedName,
  keyAlias,
  logDeliveryName,
  logGroupName,
  logGroupPrefix,
  searchDomainName,
  taskFamily,
} from "../../lib/names";

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,60}[a-z0-9]$/);
const anyText = fc.string({ minLength: 1, maxLength: 80 });

describe("names", () => {
  it("leaves a name that fits as it is", () => {
    assert.equal(boundedName(["vod", "dev", "media"], 60), "vod-dev-media");
    assert.equal(boundedName(["a".repeat(60)], 60), "a".repeat(60));
  });

  it("shortens a long name and marks it with a digest of the whole", () => {
    const stack = "feature-rewrite-of-the-catalogue-2027-03-b";
    assert.equal(boundedName(["vod", stack, "access-logs"], 32), "vod-feature-rewrite-of-6fa7f414");
  });

  it("marks a name whose characters it had to change", () => {
    assert.match(boundedName(["vod", "dev_1"], 60), /^vod-dev-1-[0-9a-f]{8}$/);
    assert.notEqual(boundedName(["vod", "dev_1"], 60), boundedName(["vod", "dev.1"], 60));
    assert.notEqual(boundedName(["vod", "dev_1"], 60), boundedName(["vod", "dev-1"], 60));
  });

  it("refuses what can be no name", () => {
    assert.throws(() => boundedName(["--", "_"], 60), /hold no letter or digit → give at least one word/);
    assert.throws(() => boundedName(["vod"], 15), /limit 15 is too small → at least 16/);
  });

  it("never exceeds the limit nor uses another character, whatever the stack is called", () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 16, max: 255 }),
        (parts, limit) => {
          fc.pre(parts.some((part) => /[A-Za-z0-9]/.test(part)));
          assert.match(
            boundedName(parts, limit),
            new RegExp(`^[A-Za-z0-9]([A-Za-z0-9-]{0,${limit - 2}}[A-Za-z0-9])?$`),
          );
        },
      ),
    );
  });

  it("gives two stacks two names, and one stack always the same", () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 16, max: 64 }), (one, other, limit) => {
        fc.pre(one !== other);
        assert.notEqual(boundedName(["vod", one, "edge"], limit), boundedName(["vod", other, "edge"], limit));
        assert.equal(boundedName(["vod", one], limit), boundedName(["vod", one], limit));
      }),
    );
  });

  it("gives every stack a search domain's name in that service's alphabet and length", () => {
    assert.equal(searchDomainName("dev"), "vod-dev");
    assert.notEqual(searchDomainName("Dev"), searchDomainName("dev"));
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,42}$/), (stack) => {
        fc.pre(/[A-Za-z0-9]/.test(stack));
        assert.match(searchDomainName(stack), /^[a-z][a-z0-9-]{2,27}$/);
      }),
    );
  });

  it("says what each service calls things", () => {
    assert.equal(keyAlias("dev", "media"), "alias/vod-dev-media");
    assert.equal(logGroupPrefix("dev"), "/vod/dev");
    assert.equal(logGroupName("dev", "ingest"), "/vod/dev/ingest");
    assert.equal(logDeliveryName("dev", "edge"), "vod-dev-edge");
    assert.equal(taskFamily("dev", "api"), "vod-dev-api");
  });

  it("keeps to each service's limit, with the longest stack name that Pulumi takes", () => {
    const stack = "s".repeat(100);
    assert.equal(logDeliveryName(stack, "access-logs").length, 60);
    assert.ok(keyAlias(stack, "media-replica").length <= 256);
    assert.ok(logGroupName(stack, "storyboard").length <= 512);
    assert.ok(taskFamily(stack, "worker").length <= 255);
  });
});
