/** The outputs of a job, one by one: pictures, H.264, AAC, frame captures. */
import type { H264Settings, Input, Output, VideoDescription } from "@aws-sdk/client-mediaconvert";
import { badRequest } from "./errors";
import type { AudioPlan, CapturePlan, PicturePlan, Rate, VideoPlan } from "./job.types";
import { remixPlan } from "./remix.plan";

/** MediaConvert API reference, AacSettings, "bitrate". */
const AAC_BITRATES = [
  6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 288, 320, 384, 448, 512,
  576, 640, 768, 896, 1024,
].map((kilobits) => kilobits * 1000);
/** Sample rates of AAC-LC, Hz: MediaConvert User Guide, "AAC support". */
const AAC_RATES = [8000, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000];
const CHANNELS = { CODING_MODE_1_0: 1, CODING_MODE_2_0: 2, CODING_MODE_5_1: 6 } as const;
const PROFILES = { BASELINE: "baseline", MAIN: "main", HIGH: "high" } as const;

function picturePlan(video: VideoDescription, rate: Rate | undefined, path: string): PicturePlan {
  const { Width: width, Height: height } = video;
  for (const [name, size] of Object.entries({ width, height })) {
    if (size !== undefined && size % 2 !== 0) {
      throw badRequest(`${path}/${name}: should be even for 4:2:0 pictures, but is ${size}`);
    }
  }
  const deinterlacer = video.VideoPreprocessors?.Deinterlacer;
  const always = deinterlacer?.Control === "FORCE_ALL_FRAMES";
  return {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    scaling: (video.ScalingBehavior ?? "DEFAULT") as PicturePlan["scaling"],
    deinterlace: deinterlacer ? (always ? "always" : "flagged") : "never",
    toSdr: video.VideoPreprocessors?.ColorCorrector?.ColorSpaceConversion === "FORCE_709",
    ...(rate ? { rate } : {}),
  };
}

function specifiedRate(h264: H264Settings, path: string): Rate | undefined {
  if (h264.FramerateControl !== "SPECIFIED") return undefined;
  const { FramerateNumerator: numerator, FramerateDenominator: denominator } = h264;
  if (!numerator || !denominator) {
    throw badRequest(`${path}: framerateNumerator and framerateDenominator are required by framerateControl SPECIFIED`);
  }
  if (numerator / denominator > 120) {
    throw badRequest(`${path}/framerateNumerator: ${numerator}/${denominator} is above 120 pictures a second`);
  }
  return { numerator, denominator };
}

/** `fragment`: seconds; with GopSizeUnits AUTO a group of pictures is one fragment. */
function gopOf(h264: H264Settings, fragment: number, path: string): VideoPlan["gop"] {
  const unit = h264.GopSizeUnits ?? "AUTO";
  if (unit === "AUTO") {
    if (h264.GopSize !== undefined) throw badRequest(`${path}/gopSize: is not for gopSizeUnits AUTO`);
    return { unit: "seconds", size: fragment };
  }
  const size = h264.GopSize;
  if (size === undefined || size <= 0)
    throw badRequest(`${path}/gopSize: should be above 0 with gopSizeUnits ${unit}, but is ${size ?? "nothing"}`);
  if (unit === "SECONDS") return { unit: "seconds", size };
  if (!Number.isInteger(size)) throw badRequest(`${path}/gopSize: should be a whole number of frames, but is ${size}`);
  return { unit: "frames", size };
}

function requireQvbr(h264: H264Settings, path: string): { maxBitrate: number; quality: number } {
  if (h264.RateControlMode !== "QVBR") {
    throw badRequest(`${path}/rateControlMode: should be QVBR, but is ${h264.RateControlMode ?? "nothing"}`);
  }
  if (!h264.MaxBitrate) throw badRequest(`${path}/maxBitrate: is required by rateControlMode QVBR`);
  const { QvbrQualityLevel: level = 7, QvbrQualityLevelFineTune: fine = 0 } = h264.QvbrSettings ?? {};
  return { maxBitrate: h264.MaxBitrate, quality: level + fine };
}

const splitNames = (names: string | undefined): string[] =>
  (names ?? "").split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));

export function videoPlan(output: Output, fragment: number, path: string): VideoPlan {
  const video = output.VideoDescription ?? {};
  const codec = video.CodecSettings?.Codec;
  const at = `${path}/videoDescription/codecSettings`;
  if (codec !== "H_264") throw badRequest(`${at}/codec: ${codec ?? "nothing"} is not encoded here → H_264`);
  const h264 = video.CodecSettings?.H264Settings;
  if (!h264) throw badRequest(`${at}/h264Settings: is required by codec H_264`);
  const settings = `${at}/h264Settings`;
  const profile = PROFILES[(h264.CodecProfile ?? "HIGH") as keyof typeof PROFILES];
  if (!profile)
    throw badRequest(`${settings}/codecProfile: ${h264.CodecProfile} is not encoded here → BASELINE, MAIN, HIGH`);
  if (h264.ParControl === "SPECIFIED" && h264.ParNumerator !== h264.ParDenominator) {
    throw badRequest(
      `${settings}/parNumerator: ${h264.ParNumerator}:${h264.ParDenominator} is not made here → square pixels, 1:1`,
    );
  }
  if (output.Extension !== undefined) {
    throw badRequest(
      `${path}/extension: ${JSON.stringify(output.Extension)} is not obeyed in a CMAF group → leave it out`,
    );
  }
  const level = h264.CodecLevel ?? "AUTO";
  return {
    ...picturePlan(video, specifiedRate(h264, settings), `${path}/videoDescription`),
    modifier: output.NameModifier ?? "",
    ...requireQvbr(h264, settings),
    ...(h264.HrdBufferSize ? { bufferSize: h264.HrdBufferSize } : {}),
    gop: gopOf(h264, fragment, settings),
    profile,
    ...(level === "AUTO" ? {} : { level: level.replace("LEVEL_", "").replace("_", ".") }),
    tuning: h264.QualityTuningLevel ?? "SINGLE_PASS_HQ",
    ...(h264.NumberBFramesBetweenReferenceFrames === undefined
      ? {}
      : { bFrames: h264.NumberBFramesBetweenReferenceFrames }),
    ...(h264.NumberReferenceFrames ? { references: h264.NumberReferenceFrames } : {}),
    audioGroups: splitNames(output.ContainerSettings?.CmfcSettings?.AudioRenditionSets),
  };
}

/** A selector's first track; the last audio track wins over nothing being said, as the service's default is track 1. */
function audioSource(input: Input | undefined, name: string, path: string): AudioPlan["source"] {
  const selectors = input?.AudioSelectors ?? {};
  const selector = Object.hasOwn(selectors, name) ? selectors[name] : undefined;
  if (!selector) {
    const known = Object.keys(selectors).join(", ") || "none";
    throw badRequest(`${path}/audioSourceName: ${JSON.stringify(name)} is no audio selector of the input → ${known}`);
  }
  if (selector.SelectorType === "LANGUAGE_CODE") {
    const language = (selector.LanguageCode ?? selector.CustomLanguageCode ?? "").toLowerCase();
    if (!language) throw badRequest(`${path}/audioSourceName: selector ${name} needs a languageCode`);
    return { language };
  }
  return { track: selector.Tracks?.[0] ?? 1 };
}

const TRACK_TYPES = {
  ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT: "DEFAULT",
  ALTERNATE_AUDIO_AUTO_SELECT: "AUTO_SELECT",
  ALTERNATE_AUDIO_NOT_AUTO_SELECT: "NOT_AUTO_SELECT",
} as const;

export function audioPlan(output: Output, input: Input | undefined, path: string): AudioPlan {
  const audio = output.AudioDescriptions?.[0] ?? {};
  const at = `${path}/audioDescriptions/0`;
  const codec = audio.CodecSettings?.Codec;
  if (codec !== "AAC") throw badRequest(`${at}/codecSettings/codec: ${codec ?? "nothing"} is not encoded here → AAC`);
  const aac = audio.CodecSettings?.AacSettings;
  if (!aac) throw badRequest(`${at}/codecSettings/aacSettings: is required by codec AAC`);
  const settings = `${at}/codecSettings/aacSettings`;
  const { Bitrate: bitrate = 96_000, SampleRate: sampleRate = 48_000, CodingMode: mode = "CODING_MODE_2_0" } = aac;
  if (!AAC_BITRATES.includes(bitrate)) {
    throw badRequest(`${settings}/bitrate: should be one of ${AAC_BITRATES.join(", ")}, but is ${bitrate}`);
  }
  if (!AAC_RATES.includes(sampleRate)) {
    throw badRequest(`${settings}/sampleRate: should be one of ${AAC_RATES.join(", ")}, but is ${sampleRate}`);
  }
  const channels = CHANNELS[mode as keyof typeof CHANNELS];
  if (!channels)
    throw badRequest(`${settings}/codingMode: ${mode} is not encoded here → ${Object.keys(CHANNELS).join(", ")}`);
  const cmfc = output.ContainerSettings?.CmfcSettings;
  const trackType =
    TRACK_TYPES[(cmfc?.AudioTrackType ?? "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT") as keyof typeof TRACK_TYPES];
  if (!trackType) {
    throw badRequest(`${path}/containerSettings/cmfcSettings/audioTrackType: ${cmfc?.AudioTrackType} is not made here`);
  }
  const language = audio.CustomLanguageCode ?? audio.LanguageCode?.toLowerCase();
  const remix = remixPlan(audio.RemixSettings, channels, `${at}/remixSettings`);
  return {
    modifier: output.NameModifier ?? "",
    bitrate,
    sampleRate,
    channels,
    source: audioSource(input, audio.AudioSourceName ?? "Audio Selector 1", at),
    group: cmfc?.AudioGroupId ?? "program_audio_0",
    ...(language ? { language: { code: language, always: audio.LanguageCodeControl === "USE_CONFIGURED" } } : {}),
    ...(audio.StreamName ? { name: audio.StreamName } : {}),
    ...(remix ? { remix } : {}),
    matchPicture: cmfc?.AudioDuration === "MATCH_VIDEO_DURATION",
    trackType,
  };
}

/** Captures follow the source's frame rate. */
export const capturePicture = (output: Output, path: string): PicturePlan =>
  picturePlan(output.VideoDescription ?? {}, undefined, `${path}/videoDescription`);

export function captureSettings(output: Output, path: string): Pick<CapturePlan, "rate" | "max" | "quality"> {
  const capture = output.VideoDescription?.CodecSettings?.FrameCaptureSettings;
  const at = `${path}/videoDescription/codecSettings/frameCaptureSettings`;
  if (!capture) throw badRequest(`${at}: is required by codec FRAME_CAPTURE`);
  const { FramerateNumerator: numerator, FramerateDenominator: denominator } = capture;
  if (!numerator || !denominator) {
    throw badRequest(`${at}: framerateNumerator and framerateDenominator are required`);
  }
  if (output.Extension !== undefined && !/^\w+$/.test(output.Extension)) {
    throw badRequest(`${path}/extension: should be letters and digits, but is ${JSON.stringify(output.Extension)}`);
  }
  return { rate: { numerator, denominator }, max: capture.MaxCaptures ?? 10_000_000, quality: capture.Quality ?? 80 };
}
