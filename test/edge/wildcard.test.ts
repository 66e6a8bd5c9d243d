import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesPath, matchesWildcard } from "../../local/edge/wildcard.js";

/** An independent reading of the same two wildcards. */
const oracle = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\/-]/g, "\\$&")
      .replaceAll("*", "[\\s\\S]*")
      .replaceAll("?", "[\\s\\S]")}$`,
  ).test(text);

const few = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?", "."), maxLength: 12 });
const plain = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 16 });

describe("wildcards", () => {
  it("agree with a regular expression on every pattern and text", () => {
    fc.assert(
      fc.property(few, plain, (pattern, text) => {
        assert.equal(matchesWildcard(pattern, text), oracle(pattern, text));
      }),
      { numRuns: 5_000 },
    );
  });

  it("let `*` stand for any part of a text, slashes and question marks included", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, middle, after) => {
        fc.pre(!/[*?]/.test(before + after));
        assert.equal(matchesWildcard(`${before}*${after}`, before + middle + after), true);
      }),
    );
  });

  it("let `?` stand for exactly one character", () => {
    assert.equal(matchesWildcard("a?c", "abc"), true);
    assert.equal(matchesWildcard("a?c", "ac"), false);
    assert.equal(matchesWildcard("a?c", "abbc"), false);
    assert.equal(matchesWildcard("?", ""), false);
  });

  it("take linear steps on a pattern made to be slow", () => {
    assert.equal(matchesWildcard("*a".repeat(500) + "b", "a".repeat(5_000)), false);
  });

  it("treat other characters literally and case as it is", () => {
    assert.equal(matchesWildcard("a.c", "abc"), false);
    assert.equal(matchesWildcard("[a]", "a"), false);
    assert.equal(matchesWildcard("A*", "abc"), false);
  });
});

describe("path patterns", () => {
  const cases: [pattern: string, path: string, fits: boolean][] = [
    ["/media/*.m3u8", "/media/1/2/stream.m3u8", true],
    ["/media/*.m3u8", "/media/1/2/stream.m3u8x", false],
    ["media/*", "/media/x", true],
    ["/media/*", "/media", false],
    ["/media/*", "/MEDIA/x", false],
    ["/media/*", "/posters/../media/x", false],
    ["*", "/", true],
    ["*", "/anything/at/all", true],
    ["*.jpg", "/a/b.jpg", true],
    ["images/", "/images/a", false],
  ];
  for (const [pattern, path, fits] of cases)
    it(`${pattern} ${fits ? "fits" : "does not fit"} ${path}`, () => assert.equal(matchesPath(pattern, path), fits));
});
