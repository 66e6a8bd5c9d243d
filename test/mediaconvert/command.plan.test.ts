import assert from "node:assert/strict";
import fc from "fast-check";
import { ffmpegArguments, outputFolders, outputRate } from "../../local/mediaconvert/command.plan";
import { JobFailure } from "../../local/mediaconvert/errors";
import { captureFilter, scaleFilters } from "../../local/mediaconvert/filters.plan";
import { planJob } from "../../local/mediaconvert/job.plan";
import type { PicturePlan, Rate } from "../../local/mediaconvert/job.types";
import type { SourceFacts } from "../../local/mediaconvert/source.plan";
import { encodedJob, h264Of, SOURCE, VIDEO_FACTS as VIDEO } from "./settings";

const FACTS: SourceFacts = { duration: 20, video: VIDEO, audio: [{ index: 1, channels: 6, language: "und" }] };
const picture = (more: Partial<PicturePlan>): PicturePlan => ({
  scaling: "STRETCH_TO_OUTPUT",
  deinterlace: "never",
  toSdr: false,
  ...more,
});

/** The value that follows an option. */
const valueOf = (args: string[], option: string): string | undefined => args[args.indexOf(option) + 1];

describe("the ffmpeg run", () => {
  const args = ffmpegArguments(planJob(encodedJob()), FACTS);

  it("opens one file by a fixed name, with the allow-lists before it", () => {
    const input = args.indexOf("-i");
    assert.equal(args[input + 1], "file:source");
    assert.equal(args.filter((each) => each === "-i").length, 1);
    assert.ok(args.indexOf("-protocol_whitelist") < input && args.indexOf("-format_whitelist") < input);
    assert.equal(valueOf(args, "-protocol_whitelist"), "file");
    const formats = valueOf(args, "-format_whitelist")?.split(",") ?? [];
    assert.ok(formats.includes("mov") && formats.includes("mpegts"));
    for (const format of ["hls", "dash", "concat", "image2", "png_pipe", "lavfi", "sdp", "rtsp"]) {
      assert.ok(!formats.includes(format), format);
    }
  });

  it("decodes once, splits into rungs and captures, and keeps a constant rate", () => {
    assert.equal(
      valueOf(args, "-filter_complex"),
      "[0:0]sidedata=mode=delete:type=DISPLAYMATRIX,fps=25/1:start_time=0,split=4[s0][s1][s2][s3];" +
        "[s0]scale=1280:720:flags=bicubic:out_range=tv,setsar=1,format=yuv420p[o0];" +
        "[s1]scale=854:480:flags=bicubic:out_range=tv,setsar=1,format=yuv420p[o1];" +
        "[s2]scale=640:360:flags=bicubic:out_range=tv,setsar=1,format=yuv420p[o2];" +
        "[s3]select='eq(n\\,0)+gt(floor((t+0.000001)*1/1)\\,floor((prev_t+0.000001)*1/1))'," +
        "scale=960:540:flags=bicubic:out_range=tv,setsar=1,format=yuv420p[o3]",
    );
  });

  it("bounds each second by the VBV: fill and buffer together stay below 1.1 × the maximum", () => {
    for (const [index, maximum] of [4_000_000, 1_600_000, 900_000].entries()) {
      const [fill, buffer] = ["-maxrate", "-bufsize"].map((name) => Number(valueOf(args, `${name}:v:${index}`)));
      assert.ok(fill && buffer && fill + buffer <= 1.1 * maximum && fill + buffer > maximum, `rung ${index}`);
      assert.equal(valueOf(args, `-g:v:${index}`), "50");
      assert.equal(valueOf(args, `-keyint_min:v:${index}`), "50");
      assert.equal(valueOf(args, `-sc_threshold:v:${index}`), "0");
    }
    assert.deepEqual(
      [0, 1].map((index) => valueOf(args, `-crf:v:${index}`)),
      ["21", "23"],
    );
  });

  it("writes into folders of its own, never under a name of the source's", () => {
    const plan = planJob(encodedJob(SOURCE, { key: "../../etc/$(id) -f.mp4" }));
    const odd = ffmpegArguments(plan, FACTS);
    assert.deepEqual(odd, args);
    assert.deepEqual(outputFolders(plan), ["group0", "captures1"]);
  });

  it("obeys an own buffer, seconds as GOP, exact segments, deinterlacing and tone mapping", () => {
    const request = encodedJob({ ...SOURCE, video: { ...SOURCE.video, interlaced: true, hdr: true, frameRate: null } });
    const cmaf = request.Settings?.OutputGroups?.[0]?.OutputGroupSettings?.CmafGroupSettings;
    if (cmaf) cmaf.SegmentLengthControl = "EXACT";
    h264Of(request).HrdBufferSize = 500_000;
    const video = { ...VIDEO, hdr: true, rate: { numerator: 30_000, denominator: 1001 } };
    const made = ffmpegArguments(planJob(request), { ...FACTS, video });
    assert.equal(valueOf(made, "-bufsize:v:0"), "500000");
    assert.equal(valueOf(made, "-g:v:0"), "60");
    assert.equal(valueOf(made, "-force_key_frames:v:0"), "expr:gte(t,n_forced*6)");
    const graph = valueOf(made, "-filter_complex") ?? "";
    assert.match(graph, /bwdif=mode=send_frame:deint=interlaced,scale=out_transfer=arib-std-b67:/);
    assert.match(graph, /intent=perceptual,format=yuv420p,fps=30000\/1001:start_time=0,split/);
  });

  it("takes the source's rate where it follows it, and 30 where that is a clock", () => {
    const plan = planJob(encodedJob({ ...SOURCE, video: { ...SOURCE.video, frameRate: null } }));
    const rateOf = (numerator: number): Rate =>
      outputRate(plan, { ...FACTS, video: { ...VIDEO, rate: { numerator, denominator: 1 } } });
    assert.deepEqual(
      [rateOf(50), rateOf(300)],
      [
        { numerator: 50, denominator: 1 },
        { numerator: 300, denominator: 1 },
      ],
    );
    assert.deepEqual(rateOf(1_000_000), { numerator: 30, denominator: 1 });
  });

  const failures: [string, SourceFacts, number][] = [
    ["a source without a picture", { ...FACTS, video: null }, 1020],
    ["a source without the wanted sound", { ...FACTS, audio: [] }, 1021],
  ];
  for (const [what, facts, code] of failures) {
    it(`ends ${what} with ${code}`, () => {
      assert.throws(
        () => ffmpegArguments(planJob(encodedJob()), facts),
        (error) => error instanceof JobFailure && error.code === code,
      );
    });
  }
});

describe("scaling", () => {
  const wide = { ...VIDEO, width: 1920, height: 800 };
  // prettier-ignore
  const cases: [string, PicturePlan, typeof VIDEO | typeof wide, 0 | 90, string[]][] = [
    ["stretches", picture({ width: 1280, height: 720 }), wide, 0, ["scale=1280:720", "setsar=1", "format=yuv420p"]],
    ["pads", picture({ width: 1280, height: 720, scaling: "DEFAULT" }), wide, 0, ["scale=1280:534", "setsar=1", "format=yuv420p", "pad=1280:720:(ow-iw)/2:(oh-ih)/2"]],
    ["fits", picture({ width: 1280, height: 720, scaling: "FIT" }), wide, 0, ["scale=1280:534", "setsar=1", "format=yuv420p"]],
    ["does not enlarge", picture({ width: 1920, height: 1080, scaling: "FIT_NO_UPSCALE" }), VIDEO, 0, ["scale=1280:720", "setsar=1", "format=yuv420p"]],
    ["fits what is turned", picture({ width: 720, height: 1280, scaling: "FIT" }), VIDEO, 90, ["scale=720:1280", "setsar=1", "format=yuv420p"]],
    ["derives the missing side", picture({ height: 360 }), VIDEO, 0, ["scale=640:360", "setsar=1", "format=yuv420p"]],
    ["keeps the source's size", picture({}), wide, 0, ["scale=1920:800", "setsar=1", "format=yuv420p"]],
  ];
  for (const [what, plan, source, rotate, expected] of cases) {
    it(what, () => {
      const made = scaleFilters(plan, source, rotate).map((filter) =>
        filter.replace(":flags=bicubic:out_range=tv", ""),
      );
      assert.deepEqual(made, expected);
    });
  }

  it("makes square pixels of anamorphic ones", () => {
    const dv = { ...VIDEO, width: 720, height: 576, pixelAspect: 64 / 45 };
    assert.match(scaleFilters(picture({}), dv, 0)[0] ?? "", /^scale=1024:576:/);
  });

  it("never makes an odd or empty size, nor one larger than was asked for", () => {
    const size = fc.integer({ min: 16, max: 4096 }).map((half) => half * 2);
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 16, max: 8192 }),
        fc.integer({ min: 16, max: 8192 }),
        (w, h, sw, sh) => {
          const filters = scaleFilters(
            picture({ width: w, height: h, scaling: "FIT" }),
            { ...VIDEO, width: sw, height: sh },
            0,
          );
          const [, width, height] = /^scale=(\d+):(\d+):/.exec(filters[0] ?? "")?.map(Number) ?? [];
          assert.ok(width && height && width % 2 === 0 && height % 2 === 0 && width <= w && height <= h);
        },
      ),
    );
  });
});

describe("the captures' filter", () => {
  /** The filter's arithmetic, on frame times as ffmpeg sees them: whole numbers of a time base. */
  function taken(frames: number, rate: number, interval: number): number[] {
    const [, step] = /\*(1\/\d+)\)/.exec(captureFilter({ numerator: 1, denominator: interval })) ?? [];
    assert.equal(step, `1/${interval}`);
    const mark = (time: number): number => Math.floor((time + 0.000001) / interval);
    const times = Array.from({ length: frames }, (_, frame) => frame / rate);
    return times.filter((time, index) => index === 0 || mark(time) > mark(times[index - 1] ?? 0));
  }

  it("keeps the first frame and then one for each interval, within a frame of its time", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(24_000 / 1001, 25, 30_000 / 1001, 60),
        fc.integer({ min: 1, max: 10 }),
        (rate, interval) => {
          const times = taken(Math.ceil(rate * 65), rate, interval);
          times.forEach((time, number) => assert.ok(Math.abs(time - number * interval) <= 1 / rate + 1e-6));
          assert.equal(times.length, Math.floor(64.9 / interval) + 1);
        },
      ),
    );
  });
});
