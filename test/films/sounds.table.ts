/** Sound as people upload it: late, early, long, short, many, wide, none; each clip says what must be heard. */
import { film, PICTURE, PLAIN, SOUND, VIDEO } from "./containers.table";
import { AAC, type Clip, input, pictureGraph, soundGraph } from "./support/clips";
import type { Expected } from "./support/expected";

/** Hertz that are heard in one ear of one rendition, and some that are not. */
export interface Heard {
  left: number[];
  right: number[];
  not?: number[];
}
export interface SoundCase {
  clip: Clip;
  /** One for each audio rendition, in their order. */
  heard?: Heard[];
  /** Text of the warning that the title keeps. */
  warning?: string;
}

const { h264, h264WithB } = VIDEO;
const FLASH = PICTURE.flash;
const both = (...tones: number[]): Heard => ({ left: tones, right: tones });

/** A film of several inputs of ffmpeg, each with its own options before it. */
function mixed(name: string, inputs: string[][], output: string[], expected: Partial<Expected> = {}): Clip {
  return { name, runs: [[...inputs.flat(), ...output]], expected: { ...PLAIN, ...expected } };
}
const picture = (more: Partial<typeof PICTURE> = {}): string[] => input(pictureGraph({ ...PICTURE, ...more }));
const tone = (more: Partial<Parameters<typeof soundGraph>[0]> = {}): string[] =>
  input(soundGraph({ seconds: PICTURE.seconds, flash: FLASH, ...more }));
const ALL = ["-map", "0", "-map", "1"];
const TEXT = (format: string, text: string): string[] => [
  ...["-f", format, "-i", `data:text/plain;base64,${Buffer.from(text).toString("base64")}`],
];

/** The tone of each channel alone: the bass one is as low as its filter lets through. */
const CHANNEL_TONES = [400, 600, 800, 60, 1000, 1200, 1400, 1600];
function channels(count: number, layout: string): string[] {
  const each = CHANNEL_TONES.slice(0, count).map((hertz) => `0.4*sin(2*PI*${hertz}*t)`);
  return input(`aevalsrc='${each.join("|")}':c=${layout}:s=48000:d=${PICTURE.seconds}`);
}
const SIX: Heard = { left: [400, 800, 60, 1000], right: [600, 800, 60, 1200] };
const EIGHT: Heard = { left: [...SIX.left, 1400], right: [...SIX.right, 1600] };
const wide = (name: string, count: number, layout: string, audio: string[], heard: Heard): SoundCase => ({
  clip: mixed(name, [picture({ flash: 9 }), channels(count, layout)], [...h264, ...audio], { flash: undefined }),
  heard: [heard],
});

// prettier-ignore
const CODED: SoundCase[] = [
  ...(["s16le", "s16be", "s24le", "s24be"] as const).map((codec) => ({ clip: film(`pcm ${codec}.mov`, h264, SOUND[codec]) })),
  ...[8000, 22_050, 44_100, 48_000, 96_000].map((rate) => ({
    clip: mixed(`${rate} hertz.mov`, [picture(), tone({ rate })], [...h264, "-c:a", rate === 22_050 ? "aac" : "pcm_s16le"]),
    heard: [both(1000)],
  })),
  { clip: mixed("mono.mp4", [picture(), tone({ layout: "mono" })], [...h264, ...AAC], { sounds: [{ channels: 1 }] }) },
  { clip: mixed("8 kHz mono.mkv", [picture(), tone({ layout: "mono", rate: 8000 })], [...h264, "-c:a", "libmp3lame"], { sounds: [{ channels: 1 }] }) },
  wide("surround.mkv", 6, "5.1", SOUND.ac3, SIX),
  wide("surround.mp4", 6, "5.1", ["-c:a", "aac", "-b:a", "384k"], SIX),
  wide("surround pcm.mov", 6, "5.1", SOUND.s16le, SIX),
  wide("surround opus.webm.mkv", 6, "5.1", ["-c:a", "libopus", "-b:a", "384k"], SIX),
  wide("cinema.mkv", 8, "7.1", SOUND.flac, EIGHT),
  wide("centre.mkv", 3, "3.0", SOUND.flac, { left: [400, 800], right: [600, 800], not: [1000] }),
];

const NONE: Partial<Expected> = { sounds: [] };
/** The last two seconds are black, with sound. */
const GOES_ON: Partial<Expected> = { seconds: 6, marked: false };
/** A transport stream says no length: it is guessed from its last time stamps. */
const GUESSED: Partial<Expected> = { seconds: 5.9, marked: false, sounds: [{ channels: 2, seconds: 6 }] };
const late = (name: string, output: string[]): SoundCase => ({
  clip: mixed(
    name,
    [picture(), ["-itsoffset", "1.5", ...tone({ seconds: 2.5, flash: FLASH - 1.5 })]],
    [...h264WithB, ...output],
  ),
});
const lateAndTagged = (name: string, seconds: number, output: string[] = AAC): SoundCase => ({
  clip: mixed(name, [["-itsoffset", "1.5", ...picture({ flash: 0.5 })], tone({ seconds })], [...h264WithB, ...output], {
    seconds: 5.5,
    // The first second and a half is black.
    marked: false,
  }),
});
// prettier-ignore
const TIMED: SoundCase[] = [
  { clip: mixed("silent film.mp4", [picture()], h264WithB, NONE) },
  { clip: mixed("silent film.webm", [picture()], VIDEO.vp9, NONE) },
  { clip: mixed("sound first.mp4", [picture(), tone()], [...h264, ...AAC, "-map", "1", "-map", "0"]) },
  { clip: mixed("sound first.mkv", [picture(), tone()], [...h264, ...SOUND.ac3, "-map", "1", "-map", "0"]) },
  { clip: mixed("sound first.ts", [picture(), tone()], [...h264, ...SOUND.mp2, "-map", "1", "-map", "0"]) },
  late("late sound.mp4", AAC),
  late("late sound.mkv", SOUND.opus),
  late("late sound.ts", SOUND.ac3),
  late("late sound.mov", SOUND.s16le),
  { clip: mixed("sound ends early.mp4", [picture(), tone({ seconds: 2.5 })], [...h264, ...AAC]) },
  { clip: mixed("sound ends early.mkv", [picture(), tone({ seconds: 2.5 })], [...h264, ...SOUND.ac3]) },
  { clip: mixed("sound goes on.mp4", [picture(), tone({ seconds: 6 })], [...h264, ...AAC], GOES_ON) },
  { clip: mixed("sound goes on.mkv", [picture(), tone({ seconds: 6 })], [...h264, ...SOUND.mp3], GOES_ON) },
  { clip: mixed("sound goes on.ts", [picture(), tone({ seconds: 6 })], [...h264, ...SOUND.mp2], GUESSED) },
  lateAndTagged("late picture.mp4", 5.5),
  lateAndTagged("late picture.mkv", 5.5, SOUND.ac3),
  lateAndTagged("late picture.ts", 5.5, SOUND.mp2),
  { clip: film("ten hours in.ts", h264WithB, SOUND.aac, ["-output_ts_offset", "36000"]) },
  { clip: film("the clock wraps.ts", h264WithB, SOUND.aac, ["-output_ts_offset", "95441.5"]) },
  { clip: film("ten hours in.mkv", h264WithB, SOUND.aac, ["-output_ts_offset", "36000"]) },
  {
    // Cut without encoding: an edit list hides what comes before the cut.
    clip: {
      name: "edit list.mp4",
      runs: [
        [...picture({ seconds: 6, flash: FLASH + 1.3 }), ...tone({ seconds: 6, flash: FLASH + 1.3 }), ...h264WithB, ...AAC, "part.mp4"],
        ["-ss", "1.3", "-t", "4", "-i", "part.mp4", "-c", "copy"],
      ],
      // Copied packets come in decoding order: some pictures beyond the fourth second are among them.
      expected: { ...PLAIN, seconds: 4.18 },
    },
  },
];

const language = (stream: number, code: string, title?: string): string[] => [
  ...[`-metadata:s:a:${stream}`, `language=${code}`],
  ...(title ? [`-metadata:s:a:${stream}`, `title=${title}`] : []),
];
const LANGUAGES = ["eng", "spa", "und", "eng", "deu"];
const LISTED: Expected["sounds"] = [
  { channels: 2, language: "en", name: "English" },
  { channels: 2, language: "es", name: "Spanish" },
  { channels: 2, name: "Audio" },
  { channels: 2, language: "en", name: "English 2" },
  { channels: 2, language: "de", name: "German" },
];
const TONES = [500, 700, 900, 1100, 1300];
function languages(name: string, audio: string[], sounds = LISTED): SoundCase {
  const inputs = [picture(), ...TONES.map((hertz) => tone({ tone: hertz }))];
  const maps = inputs.flatMap((_, index) => ["-map", String(index)]);
  const tags = LANGUAGES.flatMap((code, index) => language(index, code, index === 3 ? "Commentary" : undefined));
  return {
    clip: mixed(name, inputs, [...maps, ...h264, ...audio, ...tags], { sounds }),
    heard: TONES.map((hertz) => ({ ...both(hertz), not: TONES.filter((other) => other !== hertz) })),
  };
}
function crowd(name: string, count: number, kept: number, warning: string): SoundCase {
  const inputs = [picture(), tone()];
  const maps = ["-map", "0", ...Array.from({ length: count }, () => ["-map", "1"]).flat()];
  const sounds = Array.from({ length: kept }, (_, index) => ({
    channels: 2,
    name: index === 0 ? "Audio" : `Audio ${index + 1}`,
  }));
  return { clip: mixed(name, inputs, [...maps, ...h264, "-c:a", "aac", "-b:a", "32k"], { sounds }), warning };
}
// prettier-ignore
const MANY: SoundCase[] = [
  languages("languages.mp4", AAC),
  languages("languages.mkv", SOUND.ac3),
  languages("languages.ts", SOUND.mp2),
  crowd("forty sounds.mp4", 40, 12, "the file has 40 sound tracks; the first 12 are kept"),
  {
    clip: mixed("cinema and broadcast.mkv", [picture(), tone(), tone({ tone: 700 })], [
      ...["-map", "0", "-map", "1", "-map", "2", ...h264, "-c:a:0", "dca", "-strict", "-2", "-c:a:1", "ac3"],
      ...[...language(0, "eng"), ...language(1, "spa")],
    ], { sounds: [{ channels: 2, language: "es", name: "Spanish" }] }),
    heard: [{ ...both(700), not: [1000] }],
    warning: "1 sound track is left out: the codec is not taken",
  },
];

const CHAPTERS =
  ";FFMETADATA1\ntitle=Film\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1\nSTART=2\nEND=4\ntitle=Two\n";
const SUBTITLES = "1\n00:00:00,500 --> 00:00:01,500\nHola\n\n2\n00:00:02,000 --> 00:00:03,000\nAdiós\n";
const COVER = input("color=c=red:s=300x300:r=1:d=1");
/** The film first by itself: ffmpeg ends all streams with a picture that is limited to one. */
function covered(name: string, order: string[], more: string[] = []): SoundCase {
  const { runs, expected } = film(name, h264, AAC);
  const cover = ["-c", "copy", `-c:v:${order[0] === "1" ? 0 : 1}`, "mjpeg", "-pix_fmt", "yuvj420p"];
  const attached = [`-disposition:v:${order[0] === "1" ? 0 : 1}`, "attached_pic"];
  const maps = order.flatMap((index) => ["-map", index]);
  const last = ["-i", "part.mp4", ...COVER, ...maps, ...cover, ...attached, ...more];
  return { clip: { name, runs: [[...(runs[0] ?? []), "part.mp4"], last], expected } };
}
// prettier-ignore
const BESIDE: SoundCase[] = [
  { clip: film("time code.mov", h264, AAC, ["-timecode", "01:00:00:00"]) },
  { clip: film("time code.mxf", VIDEO.mpeg2, SOUND.s16le, ["-timecode", "10:00:00:00"]) },
  { clip: mixed("subtitles.mp4", [picture(), tone(), TEXT("srt", SUBTITLES)], [...ALL, "-map", "2", ...h264, ...AAC, "-c:s", "mov_text", "-metadata:s:s:0", "language=spa"]) },
  { clip: mixed("subtitles.mkv", [picture(), tone(), TEXT("srt", SUBTITLES)], [...ALL, "-map", "2", ...h264, ...AAC, "-c:s", "ass"]) },
  { clip: mixed("chapters.mp4", [picture(), tone(), TEXT("ffmetadata", CHAPTERS)], [...ALL, ...h264, ...AAC, "-map_metadata", "2", "-map_chapters", "2"]) },
  { clip: mixed("chapters.mkv", [picture(), tone(), TEXT("ffmetadata", CHAPTERS)], [...ALL, ...h264, ...AAC, "-map_metadata", "2", "-map_chapters", "2"]) },
  covered("cover.mp4", ["0", "1"]),
  covered("cover first.mp4", ["1", "0"]),
  covered("cover.mkv", ["0", "1"]),
  covered("cover.m4v", ["0", "1"], ["-f", "ipod"]),
];

export const SOUNDS: SoundCase[] = [...CODED, ...TIMED, ...MANY, ...BESIDE];
/** Played to their ends in a browser. */
export const PLAYED = ["languages.mp4", "sound goes on.mp4", "sound ends early.mkv", "silent film.webm"];
