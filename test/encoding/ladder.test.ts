import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { displaySize, ladder } from "../../encoding/ladder";
import { ratio } from "../../encoding/ratio";
import { anySource, video } from "./sources";

const sizes = (width: number, height: number): string[] =>
  ladder({ width, height }, 25).map((rung) => `${rung.name} ${rung.width}x${rung.height}`);

describe("ladder: sizes", () => {
  const table: [string, number, number, string[]][] = [
    ["1080p", 1920, 1080, ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]],
    ["4K", 3840, 2160, ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360"]],
    ["720p, the sample", 1280, 720, ["720p 1280x720", "480p 854x480", "360p 640x360"]],
    ["cinema scope keeps its lines", 1920, 800, ["1080p 1920x800", "720p 1280x534", "480p 854x356", "360p 640x266"]],
    ["upright", 1080, 1920, ["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640"]],
    ["4:3", 1440, 1080, ["1080p 1440x1080", "720p 960x720", "480p 640x480", "360p 480x360"]],
    ["square", 1080, 1080, ["1080p 1080x1080", "720p 720x720", "480p 480x480", "360p 360x360"]],
    [
      "within 2 % of a box, by its width",
      1882,
      700,
      ["1080p 1882x700", "720p 1280x476", "480p 854x318", "360p 640x238"],
    ],
    ["just not within 2 %", 1881, 1057, ["720p 1280x720", "480p 854x480", "360p 640x360"]],
    ["between two boxes", 1600, 900, ["720p 1280x720", "480p 854x480", "360p 640x360"]],
    ["odd sizes, ties down", 853, 481, ["480p 852x480", "360p 638x360"]],
    ["a tie goes down: 567 is 566", 630, 400, ["360p 566x360"]],
    ["below every box: its own size", 320, 240, ["source 320x240"]],
    ["below every box, odd", 321, 241, ["source 320x240"]],
    ["the least", 32, 32, ["source 32x32"]],
    ["very wide: rungs below 32 lines are left out", 4000, 100, ["1080p 1920x48", "720p 1280x32"]],
    ["too narrow for any rung", 8000, 40, []],
  ];
  for (const [name, width, height, expected] of table)
    it(`${name}: ${width}×${height}`, () => assert.deepEqual(sizes(width, height), expected));
});

describe("ladder: what people see", () => {
  it("makes pixels square before it measures", () =>
    assert.deepEqual(displaySize(video({ width: 720, height: 576, pixelAspect: ratio(64, 45) })), {
      width: 1024,
      height: 576,
    }));
  it("turns a phone's film upright", () =>
    assert.deepEqual(displaySize(video({ width: 1920, height: 1080, rotation: 90 })), { width: 1080, height: 1920 }));
  it("leaves a film that stands on its head lying", () =>
    assert.deepEqual(displaySize(video({ rotation: 180 })), { width: 1920, height: 1080 }));
  it("squares first, then turns", () =>
    assert.deepEqual(displaySize(video({ width: 1440, height: 1080, pixelAspect: ratio(4, 3), rotation: 270 })), {
      width: 1080,
      height: 1920,
    }));
});

describe("ladder: bitrates", () => {
  it("are the boxes' own for a full picture", () =>
    assert.deepEqual(
      ladder({ width: 1920, height: 1080 }, 25).map(({ maxBitrate, quality }) => [maxBitrate, quality]),
      [
        [6_000_000, 9],
        [4_000_000, 8],
        [1_600_000, 7],
        [900_000, 7],
      ],
    ));
  it("follow the share of the box that is filled", () =>
    assert.equal(ladder({ width: 1920, height: 800 }, 25)[0]?.maxBitrate, 4_470_000));
  it("are half as much again above 30 pictures a second, not at 29.97", () => {
    assert.equal(ladder({ width: 1280, height: 720 }, 50)[0]?.maxBitrate, 6_000_000);
    assert.equal(ladder({ width: 1280, height: 720 }, 30)[0]?.maxBitrate, 4_000_000);
  });
});

describe("ladder: for every source", () => {
  const check = (
    property: (rungs: ReturnType<typeof ladder>, picture: { width: number; height: number }) => void,
  ): void =>
    fc.assert(
      fc.property(anySource, (source) => {
        const picture = displaySize(source.video);
        property(ladder(picture, 30), picture);
      }),
      { numRuns: 2000 },
    );

  it("nothing is enlarged, sizes are even, no side is below 32", () =>
    check((rungs, picture) => {
      for (const { width, height } of rungs) {
        assert.ok(width <= picture.width && height <= picture.height, `${width}x${height}`);
        assert.equal((width % 2) + (height % 2), 0);
        assert.ok(Math.min(width, height) >= 32);
      }
    }));
  it("the shape is kept within the rounding", () =>
    check((rungs, picture) => {
      for (const { width, height } of rungs) {
        const wide = Math.abs((height * picture.width) / picture.height - width);
        const tall = Math.abs((width * picture.height) / picture.width - height);
        // A side is at most 2 off (an odd source's own, cut to even), the other follows in proportion.
        assert.ok(wide <= 2 + (2 * picture.width) / picture.height && tall <= 2 + (2 * picture.height) / picture.width);
      }
    }));
  it("an upright picture stays upright, a lying one lying", () =>
    check((rungs, picture) => {
      for (const { width, height } of rungs)
        assert.ok(picture.width >= picture.height ? width >= height : height >= width, `${width}x${height}`);
    }));
  it("bitrates and sizes fall from rung to rung, names differ", () =>
    check((rungs) => {
      rungs.slice(1).forEach((rung, index) => {
        const above = rungs[index];
        assert.ok(above && rung.maxBitrate < above.maxBitrate && rung.width * rung.height < above.width * above.height);
      });
      assert.equal(new Set(rungs.map(({ name }) => name)).size, rungs.length);
    }));
  it("a box that is reached in either dimension has a rung, unless that is too narrow", () =>
    check((rungs, picture) => {
      const [longer, shorter] = [Math.max(picture.width, picture.height), Math.min(picture.width, picture.height)];
      if (longer / shorter > 12) return;
      assert.equal(
        rungs.some(({ name }) => name === "1080p"),
        longer >= 0.98 * 1920 || shorter >= 0.98 * 1080,
      );
    }));
});
