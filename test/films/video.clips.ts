/** Every kind of picture that people upload, and what must become of it. Numbers are written down, not worked out. */
import { AAC, type Clip, H264, input, type Picture, pictureGraph, plainRun, soundGraph } from "./support/clips";
import { type Expected, STEREO } from "./support/expected";
import { hlg, pq } from "./support/hdr";

const FULL = ["1920x1080", "1280x720", "854x480", "640x360"];
const UPRIGHT = ["1080x1920", "720x1280", "480x854", "360x640"];

interface Coding {
  /** Filters before the conversion from RGB. */
  before?: string[];
  /** Filters after it. */
  after?: string[];
  /** Default yuv420p. */
  format?: string;
  range?: "tv" | "pc";
  codec?: string[];
}

/** RGB to BT.709, tagged so, then the encoder; H.264 unless said otherwise. */
function coded({ before = [], after = [], format = "yuv420p", range = "tv", codec = H264 }: Coding): string[] {
  const tags = `setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=${range}`;
  const convert = [`scale=out_color_matrix=bt709:out_range=${range}`, `format=${format}`, tags];
  return ["-vf", [...before, ...convert, ...after].join(","), ...codec];
}

interface Kind extends Partial<Omit<Picture, "width" | "height">>, Coding {
  /** As people see it. */
  shown: [width: number, height: number];
  audio?: string[];
  /** Clockwise degrees that players shall turn it: it is coded turned the other way. */
  turned?: 90 | 180 | 270;
  sizes: string[];
  expect?: Partial<Expected>;
}

/** Turns the other way, so that the player's turn makes it upright. */
const TURN = { 90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock" } as const;

function clip(name: string, kind: Kind): Clip {
  const { shown, rate = "25", seconds = 2, flash = 1, moving, turned, sizes, audio = AAC, expect } = kind;
  const [width, height] = shown;
  const picture = { width, height, rate, seconds, flash, ...(moving ? { moving } : {}) };
  const before = [...(turned ? [TURN[turned]] : []), ...(kind.before ?? [])];
  const run = plainRun(picture, { video: coded({ ...kind, before }), audio });
  const part = `part${/\.\w+$/.exec(name)?.[0]}`;
  // ffmpeg counts against the clock.
  const remux = ["-display_rotation", String(-(turned ?? 0)), "-i", part, "-c", "copy"];
  return {
    name,
    runs: turned ? [[...run, part], remux] : [run],
    expected: { sizes, rate, seconds, flash, sounds: STEREO, colour: "bt709", ...expect },
  };
}

const X265 = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1"];
const VP9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "4M"];
const OPUS = ["-c:a", "libopus"];
const MPEG2 = ["-c:v", "mpeg2video", "-q:v", "4"];
const PRORES = ["-c:v", "prores_ks", "-profile:v", "proxy"];
const sized = (width: number, height: number, aspect: string): string[] => [
  `scale=${width}:${height}`,
  `setsar=${aspect}`,
];
/** Formats that cannot say what their colours are. */
const UNTAGGED = { expect: { colour: undefined } } as const;

export const codecs: Clip[] = [
  clip("h264.mp4", { shown: [640, 360], sizes: ["640x360"] }),
  clip("hevc.mp4", { shown: [640, 360], sizes: ["640x360"], codec: X265 }),
  clip("mpeg2.ts", { shown: [640, 360], sizes: ["640x360"], codec: MPEG2, audio: ["-c:a", "mp2"] }),
  clip("mpeg4.avi", {
    ...UNTAGGED,
    ...{ shown: [640, 360], sizes: ["640x360"] },
    ...{ codec: ["-c:v", "mpeg4", "-q:v", "3"], audio: ["-c:a", "libmp3lame"] },
  }),
  clip("vp9.webm", { shown: [640, 360], sizes: ["640x360"], codec: VP9, audio: OPUS }),
  clip("prores.mov", { shown: [640, 360], sizes: ["640x360"], codec: PRORES, format: "yuv422p10le" }),
];

export const sizes: Clip[] = [
  clip("2160p.mp4", { shown: [3840, 2160], sizes: FULL, seconds: 1, flash: 0.4 }),
  clip("1080p.mkv", { shown: [1920, 1080], sizes: FULL }),
  clip("720p.mov", { shown: [1280, 720], sizes: FULL.slice(1) }),
  clip("360p.mp4", { shown: [640, 360], sizes: ["640x360"] }),
  clip("240p.mp4", { shown: [426, 240], sizes: ["426x240"] }),
  clip("odd 853x479.webm", { shown: [853, 479], sizes: ["852x478", "640x360"], codec: VP9, audio: OPUS }),
  clip("odd 641x361.mp4", { shown: [641, 361], sizes: ["640x360"], format: "yuv444p" }),
  clip("four to three.mp4", { shown: [1440, 1080], sizes: ["1440x1080", "960x720", "640x480", "480x360"] }),
  clip("wide 1920x800.mp4", { shown: [1920, 800], sizes: ["1920x800", "1280x534", "854x356", "640x266"] }),
  clip("portrait.mp4", { shown: [1080, 1920], sizes: UPRIGHT }),
];

export const shapes: Clip[] = [
  clip("phone turned 90.mp4", { shown: [1080, 1920], turned: 90, sizes: UPRIGHT }),
  clip("turned 180.mov", { shown: [1280, 720], turned: 180, sizes: FULL.slice(1) }),
  clip("turned 270.mp4", { shown: [720, 1280], turned: 270, sizes: UPRIGHT.slice(1) }),
  clip("turned 90.mkv", { shown: [360, 640], turned: 90, sizes: ["360x640"] }),
  clip("anamorphic pal.mp4", { shown: [1047, 576], before: sized(720, 576, "16/11"), sizes: ["854x470", "640x352"] }),
  clip("anamorphic pal.ts", {
    ...{ shown: [1024, 576], before: sized(720, 576, "64/45"), sizes: ["854x480", "640x360"] },
    ...{ codec: MPEG2, audio: ["-c:a", "mp2"] },
  }),
  clip("anamorphic ntsc.mkv", { shown: [640, 480], before: sized(720, 480, "8/9"), sizes: ["640x480", "480x360"] }),
  clip("anamorphic hdv.mov", { shown: [1920, 1080], before: sized(1440, 1080, "4/3"), sizes: FULL }),
  clip("anamorphic vp9.webm", {
    ...{ shown: [854, 480], before: sized(640, 480, "4/3"), sizes: ["852x480", "640x360"] },
    ...{ codec: VP9, audio: OPUS },
  }),
  // Turned and squeezed: the pixel's shape turns too.
  clip("anamorphic turned 90.mp4", {
    ...{ shown: [720, 1280], turned: 90, before: sized(960, 720, "4/3"), sizes: UPRIGHT.slice(1) },
  }),
];

interface Fields {
  first: "top" | "bottom";
  codec: string[];
  format?: string;
  audio?: string[];
  expect?: Partial<Expected>;
}

/** 50 pictures a second become 25 with two fields each. */
function fields(name: string, shown: [number, number], ladder: string[], kind: Fields, before: string[] = []): Clip {
  const weave = `interlace=scan=${kind.first === "top" ? "tff" : "bff"}:lowpass=off`;
  const made = clip(name, {
    ...{ shown, rate: "50", moving: true, before, after: [weave], codec: kind.codec, sizes: ladder },
    ...(kind.format ? { format: kind.format } : {}),
    ...(kind.audio ? { audio: kind.audio } : {}),
  });
  return { ...made, expected: { ...made.expected, rate: "25", wasInterlaced: true, ...kind.expect } };
}

const INTERLACED = ["-flags", "+ilme+ildct"];
export const interlaced: Clip[] = [
  fields(
    "interlaced top.mp4",
    [1024, 576],
    ["854x480", "640x360"],
    { first: "top", codec: [...H264, ...INTERLACED, "-x264opts", "tff=1"] },
    sized(720, 576, "64/45"),
  ),
  fields("interlaced bottom.ts", [640, 480], ["640x480", "480x360"], {
    ...{ first: "bottom", codec: [...H264, ...INTERLACED, "-x264opts", "bff=1"], audio: ["-c:a", "mp2"] },
  }),
  fields("interlaced mpeg2.ts", [640, 480], ["640x480", "480x360"], {
    ...{ first: "top", codec: [...MPEG2, ...INTERLACED], audio: ["-c:a", "mp2"] },
  }),
  fields("interlaced 1080.mov", [1920, 1080], FULL, {
    ...{ first: "top", codec: [...PRORES, ...INTERLACED], format: "yuv422p10le" },
  }),
];

export const depths: Clip[] = [
  clip("10 bit.mp4", { shown: [640, 360], sizes: ["640x360"], format: "yuv420p10le" }),
  clip("10 bit hevc.mkv", { shown: [640, 360], sizes: ["640x360"], format: "yuv420p10le", codec: X265.slice(0, -2) }),
  clip("422.mov", { shown: [640, 360], sizes: ["640x360"], format: "yuv422p" }),
  clip("422 10 bit.mov", { shown: [640, 360], sizes: ["640x360"], format: "yuv422p10le" }),
  clip("444.mp4", { shown: [640, 360], sizes: ["640x360"], format: "yuv444p" }),
  clip("444 10 bit prores.mov", {
    ...{ shown: [640, 360], sizes: ["640x360"], format: "yuv444p10le" },
    codec: ["-c:v", "prores_ks", "-profile:v", "4444"],
  }),
  clip("full range.mp4", { shown: [640, 360], sizes: ["640x360"], range: "pc", format: "yuvj420p" }),
  clip("full range hevc.mp4", { shown: [640, 360], sizes: ["640x360"], range: "pc", codec: X265 }),
];

/** As HDR cameras and masters have it; x265 writes what the display was, when `display` is given. */
function hdr(
  name: string,
  transfer: "smpte2084" | "arib-std-b67",
  display: string,
  more: Pick<Kind, "codec" | "expect">,
): Clip {
  const [width, height] = [640, 360];
  const picture = { width, height, rate: "25", seconds: 2, flash: 1, colour: transfer === "smpte2084" ? pq : hlg };
  const tags = `setparams=color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc:range=tv`;
  const convert = `scale=out_color_matrix=bt2020nc:out_range=tv,format=yuv420p10le,${tags}`;
  const params = ["log-level=none", ...(display ? [display] : [])].join(":");
  const codec = more.codec ?? ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", params];
  return {
    name,
    runs: [plainRun(picture, { video: ["-vf", convert, ...codec] })],
    expected: {
      ...{ sizes: ["640x360"], rate: "25", seconds: 2, flash: 1, sounds: STEREO, colour: "bt709" },
      ...more.expect,
    },
  };
}

const MASTERED = [
  "hdr10=1:repeat-headers=1:max-cll=1000,400",
  "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)",
].join(":");
/**
 * Light that SDR shows as 240 must leave room for highlights: BT.2408's reference white is brought to two thirds and more,
 * where its codes alone, taken for SDR, would show 141 (PQ) and 183 (HLG). Shadows stay within 15 of SDR's 80.
 */
const MAPPED: Partial<Expected> = { grey: [60, 90], white: [160, 235] };

export const highRange: Clip[] = [
  hdr("hdr pq.mp4", "smpte2084", MASTERED, { expect: MAPPED }),
  hdr("hdr pq of an unknown display.mkv", "smpte2084", "", { expect: MAPPED }),
  hdr("hdr hlg.mov", "arib-std-b67", "", { expect: MAPPED }),
  hdr("hdr hlg h264.mp4", "arib-std-b67", "", { codec: H264, expect: MAPPED }),
];

/** More than two segments, in two rungs. */
const long = (name: string, rate: string): Clip =>
  clip(name, { shown: [854, 480], rate, seconds: 14, flash: 7, sizes: ["854x480", "640x360"] });

/** 30 pictures in the first second, then 15 in each. */
const UNEVEN = "select='lt(t,1)+not(mod(n,2))'";
/** As phones do it: here and there one is missing. */
const DROPPED = "select='mod(n,17)'";

export const rates: Clip[] = [
  ...Object.entries({
    "23.976": "24000/1001",
    "24": "24",
    "25": "25",
    "29.97": "30000/1001",
    "30": "30",
    "50": "50",
    "59.94": "60000/1001",
    "60": "60",
  }).map(([name, rate]) => long(`rate ${name}.mp4`, rate)),
  clip("rate 120.mp4", { shown: [640, 360], rate: "120", sizes: ["640x360"], expect: { rate: "60" } }),
  clip("rate 12.mkv", { shown: [640, 360], rate: "12", sizes: ["640x360"] }),
  clip("variable.mkv", {
    ...{ shown: [640, 360], rate: "30", seconds: 5, before: [UNEVEN], sizes: ["640x360"] },
    ...{ codec: [...H264, "-fps_mode", "vfr"], expect: { rate: "30" } },
  }),
  clip("variable.mp4", {
    ...{ shown: [854, 480], rate: "30", seconds: 8, before: [DROPPED], sizes: ["854x480", "640x360"] },
    ...{ codec: [...H264, "-fps_mode", "vfr"], expect: { rate: "30000/1001" } },
  }),
];

const silent = (picture: Picture, codec = H264): string[] => [
  ...[...input(pictureGraph(picture)), ...coded({ codec })],
];

export const lengths: Clip[] = [
  clip("half a second.mp4", { shown: [640, 360], seconds: 0.5, flash: 0.2, sizes: ["640x360"] }),
  clip("three seconds.webm", {
    ...{ shown: [640, 360], seconds: 3, sizes: ["640x360"], codec: VP9, audio: OPUS },
  }),
  {
    name: "no sound.mp4",
    runs: [silent({ width: 640, height: 360, rate: "25", seconds: 3, flash: 1 })],
    expected: { sizes: ["640x360"], rate: "25", seconds: 3, flash: 1, sounds: [], colour: "bt709" },
  },
];

/** An hour of a small picture. */
const HOUR = { width: 192, height: 108, rate: "5", seconds: 3600, flash: 1800 };
export const hour: Clip = {
  name: "an hour.mp4",
  runs: [
    [
      ...input(pictureGraph(HOUR)),
      ...input(soundGraph({ seconds: HOUR.seconds, flash: HOUR.flash, layout: "mono" })),
      ...coded({}),
      ...AAC,
      "-shortest",
    ],
  ],
  expected: {
    ...{ sizes: ["192x108"], rate: "5", seconds: HOUR.seconds, flash: HOUR.flash, colour: "bt709" },
    sounds: [{ channels: 1 }],
  },
};
