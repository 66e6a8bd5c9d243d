/** The reply of Probe and the event INPUT_INFORMATION, from what ffprobe says. Pure; names are the SDK's. */
import type {
  AspectRatio,
  CodecMetadata,
  FrameRate,
  ProbeResult,
  Track,
  VideoProperties,
} from "@aws-sdk/client-mediaconvert";
import {
  clockwise,
  fileSeconds,
  frameRate,
  isFilm,
  isSound,
  languageOf,
  readFraction,
  type ProbedFile,
  type ProbedStream,
  trackSeconds,
} from "./source.plan";

type Enum<Key extends keyof VideoProperties> = NonNullable<VideoProperties[Key]>;

// prettier-ignore
const CODECS: Record<string, Track["Codec"]> = {
  aac: "AAC", aac_latm: "AAC", s302m: "PCM", flv1: "H263", ac3: "AC3", amr_nb: "AMR", amr_wb: "AMR", eac3: "EAC3", flac: "FLAC", mp2: "MP2", mp3: "MP3", opus: "OPUS",
  vorbis: "VORBIS", wmav1: "WMA", wmav2: "WMA2", wmapro: "WMAPRO", av1: "AV1", h264: "AVC", dvvideo: "DV", h263: "H263",
  hevc: "HEVC", jpeg2000: "JPEG2000", mjpeg: "MJPEG", mpeg1video: "MPEG1", mpeg2video: "MPEG2", mpeg4: "MP4V",
  prores: "PRORES", qtrle: "QTRLE", theora: "THEORA", rawvideo: "UNCOMPRESSED", v210: "UNCOMPRESSED", vc1: "VC1",
  wmv3: "VC1", dnxhd: "VC3", vp8: "VP8", vp9: "VP9", webvtt: "WEBVTT", eia_608: "C608",
};
// prettier-ignore
const PRIMARIES: Record<string, Enum<"ColorPrimaries">> = {
  bt709: "ITU_709", bt470m: "ITU_470M", bt470bg: "ITU_470BG", smpte170m: "SMPTE_170M", smpte240m: "SMPTE_240M",
  film: "GENERIC_FILM", bt2020: "ITU_2020", smpte428: "SMPTE_428_1", smpte431: "SMPTE_431_2", smpte432: "SMPTE_EG_432_1",
};
// prettier-ignore
const TRANSFERS: Record<string, Enum<"TransferCharacteristics">> = {
  bt709: "ITU_709", bt470m: "ITU_470M", bt470bg: "ITU_470BG", smpte170m: "SMPTE_170M", smpte240m: "SMPTE_240M",
  linear: "LINEAR", "iec61966-2-1": "IEC_61966_2_1", "bt2020-10": "ITU_2020_10bit", "bt2020-12": "ITU_2020_12bit",
  smpte2084: "SMPTE_2084", smpte428: "SMPTE_428_1", "arib-std-b67": "ARIB_B67",
};
// prettier-ignore
const MATRICES: Record<string, Enum<"MatrixCoefficients">> = {
  gbr: "RGB", bt709: "ITU_709", fcc: "FCC", bt470bg: "ITU_470BG", smpte170m: "SMPTE_170M", smpte240m: "SMPTE_240M",
  ycgco: "YCgCo", bt2020nc: "ITU_2020_NCL", bt2020c: "ITU_2020_CL", ictcp: "ITU_2100ICtCp",
};

const FORMATS: Record<string, NonNullable<ProbeResult["Container"]>["Format"]> = {
  mxf: "mxf",
  wav: "wave",
  avi: "avi",
  mpegts: "mpegts",
  mpeg: "mpegps",
  mp3: "mp3",
  flac: "flac",
  asf: "asf",
  ogg: "ogg",
  aac: "aac",
  ac3: "ac3",
  eac3: "eac3",
};

/** ffprobe names families ("mov,mp4,m4a,3gp,3g2,mj2"); the brand and the tracks tell which member it is. */
export function containerFormat({ format, streams }: ProbedFile): NonNullable<ProbeResult["Container"]>["Format"] {
  const name = format.format_name ?? "";
  if (name.startsWith("mov,")) {
    const brand = (format.tags?.major_brand ?? "qt").trim().toLowerCase();
    if (brand === "qt") return "quicktime";
    if (brand.startsWith("3g2")) return "three_g2";
    return brand.startsWith("3g") ? "three_gp" : "mp4";
  }
  if (name.startsWith("matroska")) {
    const webm = new Set(["vp8", "vp9", "av1", "vorbis", "opus"]);
    const coded = streams.filter(({ codec_type: type }) => type === "video" || type === "audio");
    return coded.length > 0 && coded.every(({ codec_name: codec }) => webm.has(codec ?? "")) ? "webm" : "matroska";
  }
  return FORMATS[name];
}

const positive = (text: string | number | undefined): number | undefined =>
  Number(text) > 0 ? Number(text) : undefined;
const whole = (text: string | number | undefined): number | undefined => {
  const value = positive(text);
  return value === undefined ? undefined : Math.round(value);
};
const fraction = (found: { numerator: number; denominator: number } | null): (FrameRate & AspectRatio) | undefined =>
  found ? { Numerator: found.numerator, Denominator: found.denominator } : undefined;

/** Bits of one colour component: "yuv420p10le" → 10, "yuv420p" → 8. */
const bitDepth = (stream: ProbedStream): number =>
  whole(stream.bits_per_raw_sample) ?? Number(/p(9|10|12|14|16)(le|be)$/.exec(stream.pix_fmt ?? "")?.[1] ?? 8);

const subsampling = (stream: ProbedStream): string | undefined => {
  const digits = /yuvj?a?(4)(\d)(\d)/.exec(stream.pix_fmt ?? "");
  return digits ? digits.slice(1).join(":") : undefined;
};
/** ffprobe: tt, tb (top first), bb, bt (bottom first). */
const isInterlaced = ({ field_order: order }: ProbedStream): boolean => /^[tb][tb]$/.test(order ?? "");

/** H.264 counts levels in tenths, HEVC in thirtieths. */
function levelOf({ codec_name: codec, level }: ProbedStream): string | undefined {
  if (!level || level < 0) return undefined;
  if (codec === "h264") return (level / 10).toFixed(1);
  return codec === "hevc" ? (level / 30).toFixed(1) : String(level);
}

/** Codecs whose headers the service reads (API reference, VideoProperties, "codecMetadata"). */
const DESCRIBED = new Set(["h264", "hevc", "mpeg2video"]);

function codecMetadata(stream: ProbedStream, shared: CodecMetadata): CodecMetadata {
  const fields = isInterlaced(stream);
  return {
    ...shared,
    BitDepth: bitDepth(stream),
    ChromaSubsampling: subsampling(stream),
    CodedFrameRate: fraction(frameRate(stream)),
    Level: levelOf(stream),
    Profile: stream.profile,
    ScanType: fields ? "interlaced" : "progressive",
    ...(fields ? { FieldOrder: stream.field_order?.[1] === "t" ? "TopFieldFirst" : "BottomFieldFirst" } : {}),
  };
}

function videoProperties(stream: ProbedStream): VideoProperties {
  const colour = {
    ColorPrimaries: PRIMARIES[stream.color_primaries ?? ""] ?? "UNSPECIFIED",
    TransferCharacteristics: TRANSFERS[stream.color_transfer ?? ""] ?? "UNSPECIFIED",
    MatrixCoefficients: MATRICES[stream.color_space ?? ""] ?? "UNSPECIFIED",
  } as const;
  const size = { Width: stream.width, Height: stream.height };
  const rate = fraction(frameRate(stream));
  const aspects = {
    SampleAspectRatio: fraction(readFraction(stream.sample_aspect_ratio)),
    DisplayAspectRatio: fraction(readFraction(stream.display_aspect_ratio)),
  };
  const rotation = clockwise(stream);
  return {
    ...size,
    BitDepth: bitDepth(stream),
    BitRate: whole(stream.bit_rate),
    FrameRate: rate,
    ...aspects,
    ...colour,
    ...(rotation === 0 ? {} : { Rotation: rotation }),
    ...(DESCRIBED.has(stream.codec_name ?? "")
      ? { CodecMetadata: codecMetadata(stream, { ...size, ...aspects, ...colour }) }
      : {}),
  };
}

function track(stream: ProbedStream): Track {
  const type = isFilm(stream) ? "video" : isSound(stream) ? "audio" : "data";
  const pcm = stream.codec_name?.startsWith("pcm_");
  return {
    Index: stream.index + 1,
    TrackType: type,
    Codec: pcm ? "PCM" : (CODECS[stream.codec_name ?? ""] ?? "UNKNOWN"),
    Duration: trackSeconds(stream),
    ...(type === "video" ? { VideoProperties: videoProperties(stream) } : {}),
    ...(type === "audio"
      ? {
          AudioProperties: {
            BitRate: whole(stream.bit_rate),
            BitDepth: whole(stream.bits_per_raw_sample),
            Channels: stream.channels,
            ChannelLayout: stream.channel_layout?.replace(/\(.*\)$/, ""),
            LanguageCode: languageOf(stream.tags),
            SampleRate: whole(stream.sample_rate),
            FrameRate: undefined,
          },
        }
      : {}),
    ...(type === "data" ? { DataProperties: { LanguageCode: languageOf(stream.tags) } } : {}),
  };
}

export interface ObjectFacts {
  /** Bytes. */
  size: number;
  etag?: string;
  mimeType?: string;
  lastModified?: Date;
}

export function probeResult(file: ProbedFile, object: ObjectFacts): ProbeResult {
  const tracks = file.streams.map(track);
  const duration = fileSeconds(file);
  const indexes = (type: Track["TrackType"]): number[] =>
    tracks.flatMap(({ TrackType, Index }) => (TrackType === type && Index !== undefined ? [Index] : []));
  return {
    Container: {
      Format: containerFormat(file),
      Duration: duration,
      BitRate: duration === undefined ? undefined : Math.round((object.size * 8) / duration),
      Tracks: tracks,
    },
    Metadata: {
      ETag: object.etag,
      FileSize: object.size,
      LastModified: object.lastModified,
      MimeType: object.mimeType,
    },
    TrackMappings: [
      { VideoTrackIndexes: indexes("video"), AudioTrackIndexes: indexes("audio"), DataTrackIndexes: indexes("data") },
    ],
  };
}

/** `inputDetails` of the event INPUT_INFORMATION (User Guide, "Events with INPUT_INFORMATION status"). */
export function inputDetails(file: ProbedFile, uri: string): Record<string, unknown>[] {
  const films = file.streams.filter(isFilm);
  const sounds = file.streams.filter(({ codec_type: type }) => type === "audio");
  return [
    {
      id: 1,
      uri,
      audio: sounds.map((stream) => ({
        channels: stream.channels,
        codec: CODECS[stream.codec_name ?? ""] ?? "UNKNOWN",
        language: languageOf(stream.tags).toUpperCase(),
        sampleRate: whole(stream.sample_rate),
        streamId: stream.index + 1,
      })),
      video: films.map((stream) => {
        const rate = frameRate(stream);
        return {
          bitDepth: bitDepth(stream),
          codec: stream.codec_name === "h264" ? "H_264" : (CODECS[stream.codec_name ?? ""] ?? "UNKNOWN"),
          colorFormat: `YUV_${subsampling(stream)?.replaceAll(":", "") ?? "420"}`,
          fourCC: stream.codec_tag_string,
          frameRate: rate ? Number((rate.numerator / rate.denominator).toFixed(3)) : undefined,
          height: stream.height,
          interlaceMode: isInterlaced(stream) ? "INTERLACED" : "PROGRESSIVE",
          sar: stream.sample_aspect_ratio ?? "1:1",
          standard: "UNSPECIFIED",
          streamId: stream.index + 1,
          width: stream.width,
        };
      }),
    },
  ];
}
