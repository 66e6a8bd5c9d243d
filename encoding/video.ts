/** Video outputs of the job: the rungs, and the captures. */
import type {
  H264Settings,
  Output,
  VideoDescription,
  VideoPreprocessor,
  VideoSelector,
} from "@aws-sdk/client-mediaconvert";
import { AUDIO_GROUP } from "./audio";
import type { CapturePlan } from "./captures";
import type { Rung, Size } from "./ladder";
import type { SourceProbe, VideoSource } from "./probe";
import type { Ratio } from "./ratio";
import { gopOf } from "./timing";

/** JPEG quality of the captures, 1 to 100. */
const CAPTURE_QUALITY = 80;
/** Containers whose rotation `AUTO` reads (MediaConvert User Guide, "Rotating video"). */
const AUTO_ROTATED = new Set(["mp4", "quicktime"]);

/** Seconds by which sound may outlast the picture without a black one being added: the last frames of both codecs. */
const UNEVEN = 0.2;

/** Rotation that `AUTO` cannot see (Matroska's, or the codec's own) is given in degrees. */
function rotation({ format, video }: SourceProbe): VideoSelector {
  if (video.rotation === 0) return {};
  const auto = video.rotationIn === "container" && AUTO_ROTATED.has(format ?? "");
  return { Rotate: auto ? "AUTO" : `DEGREES_${video.rotation}` };
}

/** Sound that begins before the picture or outlasts it is heard over black: nothing of it is cut off. */
export function videoSelector(source: SourceProbe): VideoSelector {
  const { audio, duration, video } = source;
  const uneven = audio.length > 0 && video.duration !== undefined && duration - video.duration > UNEVEN;
  return { ...rotation(source), ...(uneven ? { PadVideo: "BLACK" } : {}) };
}

/** What a picture needs before it is scaled: fields made whole, HDR brought to BT.709. Nothing for most sources. */
export function preprocessors({
  interlaced,
  hdr,
}: Pick<VideoSource, "interlaced" | "hdr">): VideoPreprocessor | undefined {
  if (!interlaced && !hdr) return undefined;
  return {
    ...(interlaced ? { Deinterlacer: { Mode: "DEINTERLACE", Algorithm: "INTERPOLATE", Control: "NORMAL" } } : {}),
    // What the service recommends for HDR10; HLG is always mapped its other way (API reference, HdrToSdrToneMapper).
    ...(hdr ? { ColorCorrector: { ColorSpaceConversion: "FORCE_709", HdrToSdrToneMapper: "VIBRANT" } } : {}),
  };
}

/** The sizes are worked out by us for square pixels, so the encoder stretches to them: its own fitting would pad a line. */
function picture({ width, height }: Size, preprocessing: VideoPreprocessor | undefined): VideoDescription {
  return {
    Width: width,
    Height: height,
    ScalingBehavior: "STRETCH_TO_OUTPUT",
    ...(preprocessing ? { VideoPreprocessors: preprocessing } : {}),
  };
}

function h264(rung: Pick<Rung, "maxBitrate" | "quality">, frameRate: Ratio | null): H264Settings {
  const gop = gopOf(frameRate);
  return {
    CodecProfile: "HIGH",
    CodecLevel: "AUTO",
    RateControlMode: "QVBR",
    QvbrSettings: { QvbrQualityLevel: rung.quality },
    MaxBitrate: rung.maxBitrate,
    // Single pass keeps the job in the basic tier.
    QualityTuningLevel: "SINGLE_PASS_HQ",
    ...(frameRate
      ? {
          FramerateControl: "SPECIFIED",
          FramerateNumerator: frameRate.numerator,
          FramerateDenominator: frameRate.denominator,
          FramerateConversionAlgorithm: "DUPLICATE_DROP",
        }
      : { FramerateControl: "INITIALIZE_FROM_SOURCE" }),
    GopSize: gop.size,
    GopSizeUnits: gop.units,
    GopClosedCadence: 1,
    // A key frame at a cut would shift the groups of one rung against those of another.
    SceneChangeDetect: "DISABLED",
    InterlaceMode: "PROGRESSIVE",
    ParControl: "SPECIFIED",
    ParNumerator: 1,
    ParDenominator: 1,
  };
}

export interface RungOptions {
  frameRate: Ratio | null;
  hasAudio: boolean;
  preprocessing?: VideoPreprocessor;
}

export function rungOutput(rung: Rung, { frameRate, hasAudio, preprocessing }: RungOptions): Output {
  return {
    NameModifier: `_${rung.name}`,
    ContainerSettings: {
      Container: "CMFC",
      ...(hasAudio ? { CmfcSettings: { AudioRenditionSets: AUDIO_GROUP } } : {}),
    },
    VideoDescription: {
      ...picture(rung, preprocessing),
      CodecSettings: { Codec: "H_264", H264Settings: h264(rung, frameRate) },
    },
  };
}

export function captureOutput(captures: CapturePlan, preprocessing?: VideoPreprocessor): Output {
  return {
    ContainerSettings: { Container: "RAW" },
    VideoDescription: {
      ...picture(captures, preprocessing),
      CodecSettings: {
        Codec: "FRAME_CAPTURE",
        FrameCaptureSettings: {
          FramerateNumerator: 1,
          FramerateDenominator: captures.interval,
          Quality: CAPTURE_QUALITY,
        },
      },
    },
  };
}
