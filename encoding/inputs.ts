/**
 * What can be made into a film, as Probe names it: AWS Elemental MediaConvert User Guide, "Supported containers and codecs
 * reference tables" (2026). Containers and codecs are judged each by itself: the tables lag behind the service in their
 * pairs, and a pair that it does not take fails with its own error, at no cost.
 */
import type { Reason } from "../contracts/ledger";

/** For people; the first is the best choice. */
const CONTAINERS = "MP4, MOV, M4V, 3GP, MKV, WebM, AVI, MPEG-TS, M2TS, MPG, MXF, WMV, FLV";
const VIDEO_NAMES =
  "H.264, HEVC, AV1, VP8, VP9, MPEG-1, MPEG-2, MPEG-4, ProRes, DNxHD, DV, JPEG 2000, Motion JPEG, H.263, VC-1, uncompressed";
const AUDIO_NAMES = "AAC, AC-3, E-AC-3, MP2, MP3, Opus, Vorbis, FLAC, PCM, WMA, AMR";

/** Probe leaves the format blank for containers that it does not name, Flash among them, which the service takes. */
const FILM_FORMATS = new Set([
  ...["mp4", "quicktime", "three_gp", "three_g2", "matroska", "webm"],
  ...["avi", "mpegts", "mpegps", "mxf", "asf"],
]);
/** A song with a cover picture may show a video track, but it is not a film. */
const SOUND_FORMATS = new Set(["aac", "ac3", "eac3", "flac", "mp3", "wave"]);
const VIDEO_CODECS = new Set([
  ...["AV1", "AVC", "DV", "H263", "HEVC", "JPEG2000", "MJPEG", "MP4V", "MPEG1", "MPEG2", "PRORES", "QTRLE"],
  ...["UNCOMPRESSED", "VC1", "VC3", "VFW", "VP8", "VP9"],
]);
const AUDIO_CODECS = new Set([
  ...["AAC", "AC3", "AMR", "EAC3", "FLAC", "MP2", "MP3", "OPUS", "PCM", "VORBIS", "WMA", "WMA2", "WMAPRO"],
]);

/** @param format Probe's; null when it names none. @returns why no film can be made of a file of this kind. */
export function refuseFormat(format: string | null, hasVideo: boolean): Reason | undefined {
  if (format !== null && SOUND_FORMATS.has(format)) return NO_VIDEO;
  if (!hasVideo) return NO_VIDEO;
  if (format === null || FILM_FORMATS.has(format)) return undefined;
  const text = `films in a container of the kind "${format}" are not taken → ${CONTAINERS}`;
  return { code: "container-unsupported", text };
}
const NO_VIDEO: Reason = { code: "no-video", text: "the file has sound but no film" };

/** @param why the service's own words. */
export const unreadable = (why: string): Reason => ({
  code: "unreadable",
  text: `the file could not be read: ${why} → a complete film in one of ${CONTAINERS}`,
});

export function refuseVideo(codec: string): Reason | undefined {
  if (VIDEO_CODECS.has(codec)) return undefined;
  const said = codec === "UNKNOWN" ? "of an unknown codec" : `coded as ${codec}, which is not taken`;
  return { code: "video-codec-unsupported", text: `the picture is ${said} → ${VIDEO_NAMES}` };
}

export const isSoundTaken = (codec: string): boolean => AUDIO_CODECS.has(codec);

export const soundUnsupported = (codecs: string[]): Reason => {
  const named = [...new Set(codecs)].map((codec) => (codec === "UNKNOWN" ? "an unknown one" : codec)).join(", ");
  const text = `the sound is in no codec that is taken, but in ${named} → ${AUDIO_NAMES}; or the film without sound`;
  return { code: "audio-codec-unsupported", text };
};

/** A ledger item holds 400 KB (DynamoDB Developer Guide, "Quotas"), and each track of sound is noted in it with some 80 bytes. */
const MOST_TRACKS = 1000;
/**
 * Seconds. MediaConvert publishes no limit for the length of an input, but its timecodes (HH:MM:SS:FF) count hours in two
 * digits: beyond them a length is damage, or a lie.
 */
const LONGEST = 100 * 3600;

export function refuseExtent(tracks: number, duration: number): Reason | undefined {
  if (tracks > MOST_TRACKS)
    return { code: "too-many-tracks", text: `the file has ${tracks} tracks; a film may have ${MOST_TRACKS}` };
  if (duration < LONGEST) return undefined;
  const hours = Math.floor(duration / 3600);
  return { code: "too-long", text: `the film says it is ${hours} hours long; it may be ${LONGEST / 3600}` };
}
