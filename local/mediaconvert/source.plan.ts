/** What ffprobe says of a source, as the transcoder needs it. Pure. */
export interface ProbedStream {
  index: number;
  codec_type?: string;
  codec_name?: string;
  codec_tag_string?: string;
  profile?: string;
  level?: number;
  width?: number;
  height?: number;
  sample_aspect_ratio?: string;
  display_aspect_ratio?: string;
  pix_fmt?: string;
  bits_per_raw_sample?: string;
  field_order?: string;
  color_space?: string;
  color_transfer?: string;
  color_primaries?: string;
  r_frame_rate?: string;
  avg_frame_rate?: string;
  start_time?: string;
  duration?: string;
  /** Packets that were really read, where they were counted. */
  nb_read_packets?: string;
  /** Pictures that the index names. */
  nb_frames?: string;
  bit_rate?: string;
  sample_rate?: string;
  channels?: number;
  channel_layout?: string;
  id?: string;
  tags?: Record<string, string>;
  disposition?: Record<string, number>;
  side_data_list?: { side_data_type?: string; rotation?: number }[];
}
export interface ProbedFile {
  streams: ProbedStream[];
  format: {
    format_name?: string;
    start_time?: string;
    duration?: string;
    size?: string;
    bit_rate?: string;
    tags?: Record<string, string>;
  };
}

export interface SourceFacts {
  /** Seconds; 0 when the file does not say. */
  duration: number;
  /** Null: no picture. */
  video: {
    /** ffmpeg's stream index. */
    index: number;
    /** As coded, before rotation and pixel aspect. */
    width: number;
    height: number;
    /** Width of a pixel divided by its height. */
    pixelAspect: number;
    /** Clockwise degrees of the container's display matrix. */
    rotation: 0 | 90 | 180 | 270;
    rate: { numerator: number; denominator: number };
    hdr: boolean;
    /** Seconds of the picture alone; 0 when the track does not say. */
    duration: number;
    /** Seconds of sound alone, before the picture begins and after it ends; 0 when the tracks do not say. */
    lead: number;
    tail: number;
  } | null;
  /** `layout` as ffmpeg names it: 5.1(side). */
  audio: { index: number; channels: number; layout?: string; language: string }[];
}

const HDR_TRANSFERS = new Set(["smpte2084", "arib-std-b67"]);

/** "30000/1001" or "16:9" → its two numbers; null when it says nothing ("0/0", "0:1"). */
export function readFraction(text: string | undefined): { numerator: number; denominator: number } | null {
  const [, numerator, denominator] = /^(\d+)[/:](\d+)$/.exec(text ?? "") ?? [];
  if (!Number(numerator) || !Number(denominator)) return null;
  return { numerator: Number(numerator), denominator: Number(denominator) };
}

/** ffprobe's rotation is counter-clockwise; ours, and the service's, is clockwise. */
export function clockwise(stream: ProbedStream): 0 | 90 | 180 | 270 {
  const degrees = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  return ((((Math.round(-degrees / 90) % 4) + 4) % 4) * 90) as 0 | 90 | 180 | 270;
}

/** A picture that belongs to a sound file is not a film. */
export const isFilm = (stream: ProbedStream): boolean =>
  stream.codec_type === "video" && !stream.disposition?.attached_pic && !stream.disposition?.timed_thumbnails;

/**
 * The average rate is what a constant-rate output needs; the "real" rate of a container with variable rate is the clock
 * of its time stamps, not pictures a second.
 */
export function frameRate(stream: ProbedStream): { numerator: number; denominator: number } | null {
  const average = readFraction(stream.avg_frame_rate);
  const real = readFraction(stream.r_frame_rate);
  if (!average || !real) return average ?? real;
  const close = Math.abs(average.numerator / average.denominator / (real.numerator / real.denominator) - 1) < 0.01;
  // A few seconds of 29.97 average to odd fractions such as 2997/100.
  return close ? real : average;
}

/** A track of sound that can be decoded at all. */
export const isSound = ({ codec_type: type, channels }: ProbedStream): boolean =>
  type === "audio" && (channels ?? 0) > 0;

/** Milliseconds are enough, and keep the sums of floats short. */
const rounded = (seconds: number): number => Math.max(0, Math.round(seconds * 1000) / 1000);

/** Seconds from 0 to where a track ends, as Matroska's statistics have it: 01:02:03.004000000. */
function taggedEnd({ tags }: ProbedStream): number | undefined {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(tags?.DURATION ?? "") ?? [];
  return seconds === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

const startOf = ({ start_time: start }: { start_time?: string }): number => Number(start) || 0;

/** Seconds; undefined when neither the track nor its tags say. */
export function trackSeconds(stream: ProbedStream): number | undefined {
  const end = taggedEnd(stream);
  const seconds = Number(stream.duration) || (end === undefined ? 0 : end - startOf(stream));
  return seconds > 0 ? seconds : undefined;
}

/** Seconds; undefined when the container does not say. Matroska's counts from 0, wherever its clock begins. */
export function fileSeconds({ format }: ProbedFile): number | undefined {
  const said = Number(format.duration) || 0;
  const fromZero = format.format_name?.startsWith("matroska") && said > startOf(format) ? startOf(format) : 0;
  const seconds = said - Math.max(0, fromZero);
  return seconds > 0 ? Math.round(seconds * 1e6) / 1e6 : undefined;
}

function soundAlone(film: ProbedStream, file: ProbedFile): { lead: number; tail: number } {
  const lead = startOf(film) - startOf(file.format);
  const seconds = trackSeconds(film);
  const tail = seconds === undefined ? 0 : (fileSeconds(file) ?? 0) - lead - seconds;
  return { lead: rounded(lead), tail: rounded(tail) };
}

export function readSource(file: ProbedFile): SourceFacts {
  const { streams } = file;
  const film = streams.find((stream) => isFilm(stream) && (stream.width ?? 0) > 0 && (stream.height ?? 0) > 0);
  const pixel = film && readFraction(film.sample_aspect_ratio);
  const durations = [fileSeconds(file), ...streams.map(trackSeconds)];
  return {
    duration: durations.find((seconds) => seconds !== undefined) ?? 0,
    video: film
      ? {
          index: film.index,
          width: film.width ?? 0,
          height: film.height ?? 0,
          pixelAspect: pixel ? pixel.numerator / pixel.denominator : 1,
          rotation: clockwise(film),
          rate: frameRate(film) ?? { numerator: 25, denominator: 1 },
          hdr: HDR_TRANSFERS.has(film.color_transfer ?? ""),
          duration: trackSeconds(film) ?? 0,
          ...soundAlone(film, file),
        }
      : null,
    audio: streams.filter(isSound).map(({ index, channels, channel_layout: layout, tags }) => ({
      index,
      channels: channels ?? 2,
      ...(layout ? { layout } : {}),
      language: languageOf(tags),
    })),
  };
}

/** ISO 639-2 code of three letters; "und" when the track does not say. */
export const languageOf = (tags: ProbedStream["tags"]): string => {
  const code = (tags?.language ?? tags?.LANGUAGE ?? "").toLowerCase();
  return /^[a-z]{3}$/.test(code) ? code : "und";
};
