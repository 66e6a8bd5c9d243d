/** Each setting that is obeyed, with two values, measured on what comes out. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CreateJobRequest,
  CreateJobCommand,
  type MediaConvertClient,
  type Output,
} from "@aws-sdk/client-mediaconvert";
import { decodeJpeg } from "../../handlers/storyboard/pictures";
import type { MediaConvert } from "../../local/mediaconvert/server";
import { assemble, busiestSecond, packets, ssim } from "./bitstream";
import { ended, media, Platform } from "./platform";
import { encodedJob, h264Of, SOURCE } from "./settings";

type Change = (job: CreateJobRequest) => void;
const some = <T>(value: T | undefined): T => {
  assert.ok(value);
  return value;
};
const outputs = (job: CreateJobRequest, group = 0): Output[] => some(job.Settings?.OutputGroups?.[group]?.Outputs);
const pictureOf = (job: CreateJobRequest, group = 0) => some(outputs(job, group)[0]?.VideoDescription);
const captureOf = (job: CreateJobRequest) => some(pictureOf(job, 1).CodecSettings?.FrameCaptureSettings);
const inputOf = (job: CreateJobRequest) => some(job.Settings?.Inputs?.[0]);
const cmafOf = (job: CreateJobRequest) => some(job.Settings?.OutputGroups?.[0]?.OutputGroupSettings?.CmafGroupSettings);
const soundOf = (job: CreateJobRequest) => some(outputs(job)[1]?.AudioDescriptions?.[0]);
const aacOf = (job: CreateJobRequest) => some(soundOf(job).CodecSettings?.AacSettings);

describe("settings that are honoured", function () {
  this.timeout(120_000);
  let platform: Platform;
  let server: MediaConvert & { client: MediaConvertClient };

  const film = async (name: string, args: string[]): Promise<void> => {
    const file = join(platform.directory, name);
    await media(platform.tools.ffmpeg, ["-v", "error", "-y", ...args, file]);
    await platform.put(name, readFileSync(file));
  };
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p"];

  /** A finished job of `film` with `change`; sound if the film has some. */
  let made = 0;
  async function run(key: string, change: Change, audio: typeof SOURCE.audio = []) {
    const assetId = `honours${made++}`;
    const place = { roleArn: platform.roleArn, mediaKeyArn: platform.keyArn };
    const video = { ...SOURCE.video, width: 320, height: 180 };
    const request = encodedJob({ ...SOURCE, duration: 8, video, audio }, { assetId, key, place });
    change(request);
    const { Job: job } = await server.client.send(new CreateJobCommand(request));
    const done = await ended(server.client, job?.Id);
    assert.equal(done.Status, "COMPLETE", done.ErrorMessage);
    const folder = `media/video/${assetId}/`;
    const read = async (name: string) => Buffer.from(await platform.read(folder + name)).toString("utf8");
    const picture = await assemble(platform, `${folder}stream_source.m3u8`);
    const captures = await platform.keys(`captures/video/${assetId}/`);
    return { folder, read, picture, packets: await packets(platform, picture.file), captures };
  }
  const bytes = (all: { size: number }[]): number => all.reduce((sum, { size }) => sum + size, 0);
  const keysOf = (all: { key: boolean; pts: number }[]): number[] => {
    const times = all.filter(({ key }) => key).map(({ pts }) => pts);
    return times.map((time) => Number((time - (times[0] ?? 0)).toFixed(3)));
  };
  const jpegOf = async (key: string | undefined) => some(decodeJpeg(await platform.read(key ?? "")));

  before(async () => {
    platform = await Platform.start();
    server = await platform.mediaConvert("honours");
    // Brightness is the time: black at the beginning, white after eight seconds. Low sound in English, high in Spanish.
    const ramp = "color=white:size=320x180:rate=25:duration=8,fade=in:start_time=0:duration=8";
    const tone = (hertz: number) => ["-f", "lavfi", "-i", `sine=frequency=${hertz}:duration=8:sample_rate=48000`];
    const maps = ["-map", "0:v", "-map", "1:a", "-map", "2:a"];
    const languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=spa"];
    await film("time.mp4", ["-f", "lavfi", "-i", ramp, ...tone(300), ...tone(1200), ...maps, ...languages, ...coded]);
    const noise = "testsrc2=size=320x180:rate=25:duration=8,noise=alls=40:allf=t";
    await film("busy.mp4", ["-f", "lavfi", "-i", noise, ...coded]);
    const corner = "color=blue:size=320x180:rate=25:duration=1,drawbox=x=0:y=0:w=80:h=45:color=red:t=fill";
    await film("corner.mp4", ["-f", "lavfi", "-i", corner, ...coded]);
    const fields = [
      "-vf",
      "scroll=horizontal=0.02,interlace=lowpass=off",
      "-c:v",
      "mpeg2video",
      "-flags",
      "+ildct+ilme",
      "-b:v",
      "4M",
    ];
    await film("fields.mkv", ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=50:duration=4", ...fields]);
  });
  after(async () => {
    await server.close();
    await platform.stop();
  });

  const sounds = [
    { track: 1, codec: "AAC", channels: 2, language: "eng" },
    { track: 2, codec: "AAC", channels: 2, language: "spa" },
  ];

  interface Values {
    size: [number, number];
    gop: number;
    segment: number;
    fragment: number;
    rate: [number, number];
    profile: "BASELINE" | "HIGH";
    track: number;
    hertz: number;
    code: string;
    sampleRate: number;
    channels: 1 | 2;
    capture: { interval: number; max: number; size: [number, number]; times: number[] };
    dash: boolean;
  }
  const variants: Values[] = [
    {
      ...{ size: [320, 180], gop: 25, segment: 2, fragment: 1, rate: [25, 1], profile: "HIGH" },
      ...{ track: 1, hertz: 300, code: "en", sampleRate: 48_000, channels: 2, dash: true },
      capture: { interval: 1, max: 5, size: [160, 90], times: [0, 1, 2, 3, 4] },
    },
    {
      ...{ size: [256, 144], gop: 50, segment: 4, fragment: 4, rate: [25, 2], profile: "BASELINE" },
      ...{ track: 2, hertz: 1200, code: "es", sampleRate: 44_100, channels: 1, dash: false },
      capture: { interval: 2, max: 100, size: [192, 108], times: [0, 2, 4, 6] },
    },
  ];
  for (const values of variants) {
    describe(`size, GOP, segments, rate, profile, sound and captures: ${values.size.join("×")}`, () => {
      let done: Awaited<ReturnType<typeof run>>;
      before(async () => {
        const change: Change = (job) => {
          Object.assign(pictureOf(job), { Width: values.size[0], Height: values.size[1] });
          Object.assign(h264Of(job), { GopSize: values.gop, CodecProfile: values.profile });
          Object.assign(h264Of(job), { FramerateNumerator: values.rate[0], FramerateDenominator: values.rate[1] });
          Object.assign(cmafOf(job), { SegmentLength: values.segment, FragmentLength: values.fragment });
          if (!values.dash) cmafOf(job).WriteDashManifest = "DISABLED";
          outputs(job).splice(2);
          Object.assign(some(inputOf(job).AudioSelectors?.["Audio Selector 1"]), { Tracks: [values.track] });
          Object.assign(soundOf(job), { LanguageCodeControl: "USE_CONFIGURED", CustomLanguageCode: values.code });
          const coding = values.channels === 1 ? "CODING_MODE_1_0" : "CODING_MODE_2_0";
          Object.assign(aacOf(job), { SampleRate: values.sampleRate, CodingMode: coding });
          Object.assign(pictureOf(job, 1), { Width: values.capture.size[0], Height: values.capture.size[1] });
          Object.assign(captureOf(job), {
            ...{ FramerateNumerator: 1, FramerateDenominator: values.capture.interval },
            MaxCaptures: values.capture.max,
          });
        };
        done = await run("time.mp4", change, sounds);
      });
      it("the picture has its size, rate and profile", async () => {
        const show = [
          "-v",
          "error",
          "-select_streams",
          "v:0",
          "-show_entries",
          "stream=width,height",
          "-of",
          "csv=p=0",
        ];
        const { stdout } = await media(platform.tools.ffprobe, [...show, done.picture.file]);
        assert.equal(stdout.trim(), values.size.join(","));
        const playlist = await done.read("stream.m3u8");
        assert.ok(playlist.includes(`RESOLUTION=${values.size.join("x")}`), playlist);
        assert.ok(playlist.includes(values.profile === "HIGH" ? 'CODECS="avc1.64' : 'CODECS="avc1.42'), playlist);
        assert.equal(done.packets.length, (8 * values.rate[0]) / values.rate[1]);
      });
      it("key frames, segments and fragments come when they should", async () => {
        const step = (values.gop * values.rate[1]) / values.rate[0];
        const expected = Array.from({ length: Math.ceil(8 / step) }, (_, index) => index * step);
        assert.deepEqual(keysOf(done.packets), expected);
        // Whole groups of pictures: the asked length, rounded up.
        const length = Math.ceil(values.segment / step) * step;
        const starts = Array.from({ length: Math.ceil(8 / length) }, (_, index) => index * length);
        assert.deepEqual(done.picture.starts, starts);
        const first = await platform.read(`${done.folder}stream_source_000000001.cmfv`);
        const fragments = Buffer.from(first).toString("latin1").split("moof").length - 1;
        assert.equal(fragments, Math.max(1, Math.round(length / Math.max(values.fragment, step))));
      });
      it("the sound is the chosen track, in its language, rate and channels", async () => {
        const { file } = await assemble(platform, `${done.folder}stream_audio1.m3u8`);
        const show = ["-v", "error", "-show_entries", "stream=sample_rate,channels", "-of", "csv=p=0", file];
        const { stdout } = await media(platform.tools.ffprobe, show);
        assert.equal(stdout.trim(), `${values.sampleRate},${values.channels}`);
        assert.ok(Math.abs((await pitch(file)) - values.hertz) < 0.02 * values.hertz);
        assert.match(await done.read("stream.m3u8"), new RegExp(`LANGUAGE="${values.code}"`));
      });
      it("the captures have their rate, number and size, and show their time", async () => {
        assert.equal(done.captures.length, values.capture.times.length);
        for (const [index, time] of values.capture.times.entries()) {
          const { width, height, data } = await jpegOf(done.captures[index]);
          assert.deepEqual([width, height], values.capture.size);
          const gray = data[(Math.floor(height / 2) * width + Math.floor(width / 2)) * 4] ?? -1;
          assert.ok(Math.abs(gray - (time / 8) * 255) < 8, `${gray} at ${time} s`);
        }
      });
      it(`the DASH manifest is ${values.dash ? "" : "not "}written`, async () => {
        const written = (await platform.keys(done.folder)).some((key) => key.endsWith(".mpd"));
        assert.equal(written, values.dash);
      });
    });
  }

  /** Hertz, by the zero crossings of two seconds. */
  async function pitch(file: string): Promise<number> {
    const raw = join(platform.directory, "pitch.raw");
    const how = ["-ss", "1", "-t", "2", "-ac", "1", "-ar", "48000", "-f", "s16le"];
    await media(platform.tools.ffmpeg, ["-v", "error", "-y", "-i", file, ...how, raw]);
    const data = readFileSync(raw);
    const samples = new Int16Array(data.buffer, data.byteOffset, data.length / 2);
    return (
      samples.filter((value, index) => value >= 0 && (samples[index - 1] ?? 0) < 0).length / (samples.length / 48_000)
    );
  }

  it("a selector by language takes that language's track", async () => {
    for (const [code, hertz] of [
      ["ENG", 300],
      ["SPA", 1200],
    ] as const) {
      const { folder } = await run(
        "time.mp4",
        (job) => {
          outputs(job).splice(2);
          const selector = some(inputOf(job).AudioSelectors?.["Audio Selector 1"]);
          delete selector.Tracks;
          Object.assign(selector, { SelectorType: "LANGUAGE_CODE", LanguageCode: code });
        },
        sounds,
      );
      const { file } = await assemble(platform, `${folder}stream_audio1.m3u8`);
      assert.ok(Math.abs((await pitch(file)) - hertz) < 0.02 * hertz, code);
    }
  });

  it("a higher QVBR level looks more like the source, and takes more bytes", async () => {
    const results = [];
    for (const level of [3, 6, 9]) {
      const { picture, packets: all } = await run("busy.mp4", (job) => {
        Object.assign(h264Of(job), { QvbrSettings: { QvbrQualityLevel: level }, MaxBitrate: 20_000_000 });
      });
      const likeness = await ssim(platform, picture.file, join(platform.directory, "busy.mp4"), "320:180");
      results.push({ size: bytes(all), likeness });
    }
    const [low, middle, high] = results;
    assert.ok(low && middle && high);
    assert.ok(low.size < 0.8 * middle.size && middle.size < 0.8 * high.size, JSON.stringify(results));
    assert.ok(low.likeness < middle.likeness && middle.likeness < high.likeness, JSON.stringify(results));
  });

  it("no second has more bits than 1.1 × MaxBitrate, whatever the level; the busiest has more than the half", async () => {
    for (const MaxBitrate of [400_000, 1_200_000]) {
      const { packets: all } = await run("busy.mp4", (job) => {
        Object.assign(h264Of(job), { QvbrSettings: { QvbrQualityLevel: 10 }, MaxBitrate });
      });
      const busiest = busiestSecond(all, "pts");
      assert.ok(busiest > 0.5 * MaxBitrate && busiest <= 1.1 * MaxBitrate, `${busiest} of ${MaxBitrate}`);
    }
  });

  it("EXACT cuts segments at their length, GOP_MULTIPLE at the next group of pictures", async () => {
    for (const [SegmentLengthControl, starts] of [
      ["EXACT", [0, 3, 6]],
      ["GOP_MULTIPLE", [0, 4]],
    ] as const) {
      const { picture } = await run("time.mp4", (job) =>
        Object.assign(cmafOf(job), { SegmentLength: 3, FragmentLength: 1, SegmentLengthControl }),
      );
      assert.deepEqual(picture.starts, starts, SegmentLengthControl);
    }
  });

  it("rotation turns rungs and captures clockwise", async () => {
    for (const [Rotate, corner] of [
      ["DEGREE_0", "top left"],
      ["DEGREES_90", "top right"],
      ["DEGREES_180", "bottom right"],
      ["DEGREES_270", "bottom left"],
    ] as const) {
      const { picture, captures } = await run("corner.mp4", (job) => {
        inputOf(job).VideoSelector = { Rotate };
        const size = Rotate === "DEGREES_90" || Rotate === "DEGREES_270" ? [180, 320] : [320, 180];
        for (const group of [0, 1]) Object.assign(pictureOf(job, group), { Width: size[0], Height: size[1] });
      });
      const frame = join(platform.directory, "frame.jpg");
      await media(platform.tools.ffmpeg, ["-v", "error", "-y", "-i", picture.file, "-frames:v", "1", frame]);
      for (const bytesOf of [readFileSync(frame), await platform.read(captures[0] ?? "")]) {
        assert.equal(redCorner(some(decodeJpeg(bytesOf))), corner, Rotate);
      }
    }
  });
  function redCorner({ width, height, data }: { width: number; height: number; data: Uint8Array }): string {
    const places = { "top left": [0, 0], "top right": [1, 0], "bottom left": [0, 1], "bottom right": [1, 1] } as const;
    const red = Object.entries(places).filter(([, [right, bottom]]) => {
      const at = ((bottom ? height - 10 : 10) * width + (right ? width - 10 : 10)) * 4;
      return (data[at] ?? 0) > 150 && (data[at + 2] ?? 255) < 100;
    });
    return red.map(([name]) => name).join(" and ");
  }

  it("deinterlacing leaves no combs, and without it they stay", async () => {
    const combed: number[] = [];
    for (const deinterlace of [false, true]) {
      const { picture } = await run("fields.mkv", (job) => {
        if (!deinterlace) return;
        const VideoPreprocessors = { Deinterlacer: { Mode: "DEINTERLACE", Control: "NORMAL" } } as const;
        for (const group of [0, 1]) Object.assign(pictureOf(job, group), { VideoPreprocessors });
      });
      const args = ["-hide_banner", "-i", picture.file, "-vf", "idet", "-f", "null", "-"];
      const { stderr } = await media(platform.tools.ffmpeg, args);
      // The filter reports once when it is made and once when it has seen all pictures.
      const [, top, bottom] = [...stderr.matchAll(/Single frame detection: TFF:\s*(\d+) BFF:\s*(\d+)/g)].at(-1) ?? [];
      combed.push(Number(top) + Number(bottom));
    }
    const [without = 0, with_ = Infinity] = combed;
    assert.ok(without > 60 && with_ < 10, `${without} and ${with_} of 100 pictures`);
  });

  it("captures of a higher quality are larger and truer", async () => {
    const sizes: number[] = [];
    for (const Quality of [20, 60, 100]) {
      const { captures } = await run("busy.mp4", (job) => Object.assign(captureOf(job), { Quality, MaxCaptures: 1 }));
      assert.equal(captures.length, 1);
      sizes.push((await platform.read(captures[0] ?? "")).length);
    }
    const [low = 0, middle = 0, high = 0] = sizes;
    assert.ok(low * 1.5 < middle && middle * 1.5 < high, String(sizes));
  });
});
