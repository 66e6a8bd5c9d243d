import { strict as assert } from "node:assert";
import fc from "fast-check";
import { formatDay, formatRate, heightBadge, huesOf, nameOf, ownPath, windowTitle } from "../../web/src/pure/titleText";

describe("titles as text", () => {
  it("names what has no visible name", () => {
    for (const empty of ["", "  \n", "\u200B\u200D", "\u202E", "\u3164", "\u0000", undefined, null, 7, {}]) {
      assert.equal(nameOf(empty), "Untitled", JSON.stringify(empty));
    }
  });

  it("leaves every other title as it is", () => {
    for (const title of ["Big Buck Bunny", "<b>&amp;</b>", "مرحبا", "👨‍👩‍👧", "e\u0301", "0"])
      assert.equal(nameOf(title), title);
  });

  it("makes one short line without direction marks for the window", () => {
    assert.equal(windowTitle("a\n\u202Eb"), "a b");
    const long = windowTitle("😀".repeat(200));
    assert.equal([...long].length, 80);
    assert.ok(long.endsWith("😀…"));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (title) => {
        const shown = windowTitle(title);
        assert.ok(shown.length > 0 && [...shown].length <= 80);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it("shows facts only when they are known", () => {
    assert.deepEqual([720, 719.6, 0, Number.NaN, undefined, "720"].map(heightBadge), ["720p", "720p", "", "", "", ""]);
    assert.deepEqual([2_140_000, 640_000, 0, undefined].map(formatRate), ["2.1 Mbit/s", "640 kbit/s", "", ""]);
    assert.equal(formatDay("2026-11-20T12:00:00Z", "en-GB"), "20 Nov 2026");
    for (const odd of ["", "garbage", undefined, 5]) assert.equal(formatDay(odd), "");
  });

  it("takes paths of our own origin only", () => {
    assert.equal(ownPath("/posters/a/b.jpg"), "/posters/a/b.jpg");
    for (const other of [
      "//evil.example/a.jpg",
      "/\\evil.example",
      "https://evil.example/",
      "javascript:alert(1)",
      "a.jpg",
      "",
      null,
      "/a b",
    ]) {
      assert.equal(ownPath(other), null, String(other));
    }
  });

  it("gives one title always the same colours, within the wheel", () => {
    assert.deepEqual(huesOf("a"), huesOf("a"));
    assert.notDeepEqual(huesOf("a"), huesOf("b"));
    fc.assert(fc.property(fc.string(), (id) => assert.ok(huesOf(id).every((hue) => hue >= 0 && hue < 360))));
  });
});
