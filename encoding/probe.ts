/** The source as we need it, taken from MediaConvert's Probe reply, which leaves nearly every field optional. */
import type { ProbeResult, Track, VideoProperties } from "@aws-sdk/client-mediaconvert";
import type { Reason } from "../contracts/ledger";
import { isSoundTaken, refuseExtent, refuseFormat, refuseVideo, soundUnsupported, unreadable } from "./inputs";
import { type Ratio, ratio, readRatio, valueOf } from "./ratio";

export type Rotation = 0 | 90 | 180 | 270;

export interface VideoSource {
  codec: string;
  /** Pixels as coded: before rotation and pixel aspect. */
  width: number;
  height: number;
  /** Degrees clockwise that the player must turn the picture. */
  rotation: Rotation;
  /** Where the rotation is written: MediaConvert's `Rotate: AUTO` sees the container's only. */
  rotationIn: "container" | "codec" | null;
  pixelAspect: Ratio;
  /** Null when the probe does not know it. */
  frameRate: Ratio | null;
  /** Also when the probe does not say and the codec may have fields: the deinterlacer leaves frames alone that are marked as whole. */
  interlaced: boolean;
  /** PQ or HLG: is turned into BT.709, because one ladder must play everywhere. */
  hdr: boolean;
  /** Seconds of the picture alone; absent when the probe does not know it. */
  duration?: number;
}

export interface AudioSource {
  /** Counts audio tracks only, from 1: what an audio selector's `Tracks` takes. */
  track: number;
  codec: string;
  channels: number;
  /** ISO 639 code of three letters, lower case; null when unknown or undetermined. */
  language: string | null;
}

export interface SourceProbe {
  /** Probe's format name, such as mp4, quicktime, matroska; null when Probe does not name it. */
  format: string | null;
  /** Seconds, above 0. */
  duration: number;
  video: VideoSource;
  /** Those that can be read, in their order. */
  audio: AudioSource[];
  /** Tracks of sound beside them that the service cannot read. */
  soundsLeftOut?: number;
}

export type ProbeOutcome = { source: SourceProbe } | { reason: Reason };

/** MediaConvert User Guide, "Supported input": no side above 8,192. Below 32 no H.264 output is possible. */
const LARGEST_SIDE = 8192;
const SMALLEST_SIDE = 32;
/** Codecs with fields of which Probe tells no scan type: it reads the headers of H.264, HEVC and MPEG-2 (API reference, CodecMetadata). */
const FIELDED = new Set(["PRORES", "DV", "MP4V", "VC1", "VC3"]);
const HDR_TRANSFERS = new Set(["SMPTE_2084", "ARIB_B67"]);

const reject = (code: string, text: string): ProbeOutcome => ({ reason: { code, text } });

function rotationOf(video: VideoProperties): Pick<VideoSource, "rotation" | "rotationIn"> {
  const quarter = (degrees: number | undefined): Rotation => {
    const turn = ((Math.round((degrees ?? 0) / 90) % 4) + 4) % 4;
    return (turn * 90) as Rotation;
  };
  const container = quarter(video.Rotation);
  if (container !== 0) return { rotation: container, rotationIn: "container" };
  const codec = quarter(video.CodecMetadata?.Rotation);
  return codec === 0 ? { rotation: 0, rotationIn: null } : { rotation: codec, rotationIn: "codec" };
}

/** The container's word goes before the codec's, as players have it. Nonsense (beyond 1:8 and 8:1) counts as square. */
function pixelAspectOf(video: VideoProperties, width: number, height: number): Ratio {
  const sample = readRatio(video.SampleAspectRatio) ?? readRatio(video.CodecMetadata?.SampleAspectRatio);
  const display = readRatio(video.DisplayAspectRatio) ?? readRatio(video.CodecMetadata?.DisplayAspectRatio);
  const found = sample ?? (display ? ratio(display.numerator * height, display.denominator * width) : ratio(1));
  const value = valueOf(found);
  return value >= 1 / 8 && value <= 8 ? found : ratio(1);
}

const secondsOf = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;

function isInterlaced(codec: Track["Codec"], { CodecMetadata }: VideoProperties): boolean {
  const scan = CodecMetadata?.ScanType;
  return scan ? /interlaced/i.test(scan) : FIELDED.has(codec ?? "");
}

function readVideo(track: Track): VideoSource | null {
  const video = track.VideoProperties ?? {};
  const width = video.Width ?? video.CodecMetadata?.Width ?? 0;
  const height = video.Height ?? video.CodecMetadata?.Height ?? 0;
  if (!(width > 0 && height > 0)) return null;
  const duration = secondsOf(track.Duration);
  const transfers = [video.TransferCharacteristics, video.CodecMetadata?.TransferCharacteristics];
  return {
    codec: track.Codec ?? "UNKNOWN",
    width,
    height,
    ...rotationOf(video),
    pixelAspect: pixelAspectOf(video, width, height),
    frameRate: readRatio(video.FrameRate) ?? readRatio(video.CodecMetadata?.CodedFrameRate),
    interlaced: isInterlaced(track.Codec, video),
    hdr: transfers.some((transfer) => transfer !== undefined && HDR_TRANSFERS.has(transfer)),
    ...(duration === undefined ? {} : { duration }),
  };
}

function readAudio(tracks: Track[]): AudioSource[] {
  return tracks.map((track, index) => {
    const code = track.AudioProperties?.LanguageCode?.toLowerCase() ?? "";
    return {
      track: index + 1,
      codec: track.Codec ?? "UNKNOWN",
      channels: track.AudioProperties?.Channels ?? 2,
      language: /^[a-z]{3}$/.test(code) && code !== "und" ? code : null,
    };
  });
}

/** The source, or the reason why no film can be made of it. */
export function readProbe(result: ProbeResult | undefined): ProbeOutcome {
  const container = result?.Container;
  const tracks = container?.Tracks ?? [];
  if (tracks.length === 0) return { reason: unreadable("no video or audio could be found in it") };
  const format = container?.Format ?? null;
  const videos = tracks.filter((track) => track.TrackType === "video");
  const video = videos.map(readVideo).find((found) => found !== null);
  const refused = refuseFormat(format, videos.length > 0);
  if (refused) return { reason: refused };
  if (!video) return reject("unreadable", "the size of the picture could not be read");
  const [longer, shorter] = [Math.max(video.width, video.height), Math.min(video.width, video.height)];
  if (longer > LARGEST_SIDE)
    return reject(
      "picture-too-large",
      `the picture is ${video.width}×${video.height}; a side may have ${LARGEST_SIDE} pixels`,
    );
  if (shorter < SMALLEST_SIDE)
    return reject(
      "picture-too-small",
      `the picture is ${video.width}×${video.height}; a side needs ${SMALLEST_SIDE} pixels`,
    );
  const unknown = refuseVideo(video.codec);
  if (unknown) return { reason: unknown };
  const durations = [container?.Duration, ...tracks.map((track) => track.Duration)].map(secondsOf);
  const duration = durations.find((seconds) => seconds !== undefined);
  if (duration === undefined) return reject("no-duration", "the length of the film could not be read");
  const excessive = refuseExtent(tracks.length, duration);
  if (excessive) return { reason: excessive };
  return withSounds({ format, duration, video }, readAudio(tracks.filter((track) => track.TrackType === "audio")));
}

/** A film whose only sound is unreadable is not published as a silent one. */
function withSounds(film: Omit<SourceProbe, "audio">, sounds: AudioSource[]): ProbeOutcome {
  const audio = sounds.filter(({ codec }) => isSoundTaken(codec));
  const soundsLeftOut = sounds.length - audio.length;
  if (sounds.length > 0 && audio.length === 0) return { reason: soundUnsupported(sounds.map(({ codec }) => codec)) };
  return { source: { ...film, audio, ...(soundsLeftOut > 0 ? { soundsLeftOut } : {}) } };
}
