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
  duration?: string;
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
  format: { format_name?: string; duration?: string; size?: string; bit_rate?: string; tags?: Record<string, string> };
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
  } | null;
  audio: { index: number; channels: number; language: string }[];
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

export function readSource({ streams, format }: ProbedFile): SourceFacts {
  const film = streams.find((stream) => isFilm(stream) && (stream.width ?? 0) > 0 && (stream.height ?? 0) > 0);
  const pixel = film && readFraction(film.sample_aspect_ratio);
  const durations = [format.duration, ...streams.map(({ duration }) => duration)].map(Number);
  return {
    duration: durations.find((seconds) => seconds > 0) ?? 0,
    video: film
      ? {
          index: film.index,
          width: film.width ?? 0,
          height: film.height ?? 0,
          pixelAspect: pixel ? pixel.numerator / pixel.denominator : 1,
          rotation: clockwise(film),
          rate: frameRate(film) ?? { numerator: 25, denominator: 1 },
          hdr: HDR_TRANSFERS.has(film.color_transfer ?? ""),
          duration: Number(film.duration) || 0,
        }
      : null,
    audio: streams
      .filter(({ codec_type: type, channels }) => type === "audio" && (channels ?? 0) > 0)
      .map(({ index, channels, tags }) => ({ index, channels: channels ?? 2, language: languageOf(tags) })),
  };
}

/** ISO 639-2 code of three letters; "und" when the track does not say. */
export const languageOf = (tags: ProbedStream["tags"]): string => {
  const code = (tags?.language ?? tags?.LANGUAGE ?? "").toLowerCase();
  return /^[a-z]{3}$/.test(code) ? code : "und";
};
