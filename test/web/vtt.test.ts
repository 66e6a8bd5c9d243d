import { strict as assert } from "node:assert";
import fc from "fast-check";
import { parseTiles, tileAt, type Tile } from "../../web/src/pure/vtt";

const BASE = "/media/v/a/thumbnails.vtt";
const cue = (time: string, payload: string): string => `WEBVTT\n\n${time}\n${payload}\n`;
const GOOD = "00:00.000 --> 00:05.000";

describe("thumbnail tiles", () => {
  it("reads times and geometry, and resolves the sheet beside the file", () => {
    const text = `WEBVTT\n\nNOTE made by us\nsecond line --> is text\n\n1\n${GOOD}\nsprite-0.jpg#xywh=0,0,160,90\n\n00:05.000 --> 01:00:00.500\nsprite-1.jpg#xywh=160,90,160,90\n`;
    assert.deepEqual(parseTiles(text, BASE), [
      { start: 0, end: 5, url: "/media/v/a/sprite-0.jpg", x: 0, y: 0, width: 160, height: 90 },
      { start: 5, end: 3600.5, url: "/media/v/a/sprite-1.jpg", x: 160, y: 90, width: 160, height: 90 },
    ]);
  });

  it("takes a byte order mark, every line ending and hours of more than two digits", () => {
    const text = "\uFEFFWEBVTT - title\r\n\r\n100:00:00.000 --> 100:00:01.000\rsprite-0.jpeg#xywh=pixel:1,2,3,4\r\n";
    assert.deepEqual(parseTiles(text, BASE), [
      { start: 360_000, end: 360_001, url: "/media/v/a/sprite-0.jpeg", x: 1, y: 2, width: 3, height: 4 },
    ]);
  });

  it("gives no tiles for a file without cues", () => {
    assert.deepEqual(parseTiles("WEBVTT", BASE), []);
  });

  const refused: [string, string, RegExp][] = [
    ["no header", "", /line 1: WEBVTT expected/],
    ["another header", "WEBVTTX\n", /line 1/],
    ["a page instead", "<!doctype html>", /line 1/],
    ["a time without milliseconds", cue("00:00 --> 00:05", "sprite-0.jpg#xywh=0,0,1,1"), /line 3: timing/],
    ["minutes above 59", cue("00:60.000 --> 00:61.000", "sprite-0.jpg#xywh=0,0,1,1"), /line 3: timing/],
    ["an end before its start", cue("00:05.000 --> 00:05.000", "sprite-0.jpg#xywh=0,0,1,1"), /line 3: .*ends before/],
    ["another host", cue(GOOD, "https://evil.example/a.jpg#xywh=0,0,1,1"), /line 4/],
    ["a host without scheme", cue(GOOD, "//evil.example/a.jpg#xywh=0,0,1,1"), /line 4/],
    ["a folder above", cue(GOOD, "../b/a.jpg#xywh=0,0,1,1"), /line 4/],
    ["a script", cue(GOOD, "javascript:alert(1)//a.jpg#xywh=0,0,1,1"), /line 4/],
    ["no picture", cue(GOOD, "sprite-0.svg#xywh=0,0,1,1"), /line 4/],
    ["no geometry", cue(GOOD, "sprite-0.jpg"), /line 4/],
    ["a negative place", cue(GOOD, "sprite-0.jpg#xywh=-1,0,1,1"), /line 4/],
    ["percents", cue(GOOD, "sprite-0.jpg#xywh=percent:0,0,1,1"), /line 4/],
    ["an empty tile", cue(GOOD, "sprite-0.jpg#xywh=0,0,0,1"), /0 × 1 pixels/],
    ["a giant tile", cue(GOOD, "sprite-0.jpg#xywh=0,0,5000,1"), /5000 × 1 pixels/],
    [
      "overlap",
      `${cue(GOOD, "a.jpg#xywh=0,0,1,1")}\n00:04.000 --> 00:06.000\na.jpg#xywh=0,0,1,1\n`,
      /line 6: .*overlaps/,
    ],
    ["a file too large", `WEBVTT${"\n".repeat(2_000_001)}`, /larger than/],
  ];
  for (const [what, text, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => parseTiles(text, BASE), message));
  }

  it("reads in bounded steps whatever it is given, and never names a sheet outside the folder", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "WEBVTT",
        "NOTE",
        "",
        GOOD,
        "00:05.000 --> 00:09.000",
        "a.jpg#xywh=0,0,9,9",
        "-->",
        "../a.jpg#xywh=0,0,9,9",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom("\n", "\r\n", "\r"), (lines, end) => {
        let tiles: Tile[] = [];
        try {
          tiles = parseTiles(["WEBVTT", ...lines].join(end), BASE);
        } catch (error) {
          assert.match((error as Error).message, /^line \d+: /);
        }
        for (const tile of tiles) assert.match(tile.url, /^\/media\/v\/a\/[A-Za-z0-9][A-Za-z0-9._-]*\.jpe?g$/);
      }),
    );
  });

  it("finds the tile of a time, and the nearest one outside of all", () => {
    const tiles = [0, 5, 10].map((start) => ({ start, end: start + 5, url: "", x: start, y: 0, width: 1, height: 1 }));
    const at = (time: number): number | undefined => tileAt(tiles, time)?.x;
    assert.deepEqual([-1, 0, 4.99, 5, 9.99, 10, 1000].map(at), [0, 0, 0, 5, 5, 10, 10]);
    assert.equal(tileAt([], 3), null);
    const later = [{ ...(tiles[1] as Tile) }];
    assert.equal(tileAt(later, 0)?.x, 5);
  });
});
