/**
 * What the local MediaConvert can do of what the service can. A setting that would change the outputs and that is not
 * obeyed here is refused when the job is made: a job never silently comes out otherwise than it was asked for.
 */
import { badRequest } from "./errors";

/** `any`: obeyed, or without effect on what is decoded. A list: only these values. */
type Support = "any" | readonly (string | number)[];

const AUDIO_SELECTOR = "Inputs.*.AudioSelectors.*";
const CMAF = "OutputGroups.*.OutputGroupSettings.CmafGroupSettings";
const FILES = "OutputGroups.*.OutputGroupSettings.FileGroupSettings";
const VIDEO = "OutputGroups.*.Outputs.*.VideoDescription";
const H264 = `${VIDEO}.CodecSettings.H264Settings`;
const AUDIO = "OutputGroups.*.Outputs.*.AudioDescriptions.*";
const AAC = `${AUDIO}.CodecSettings.AacSettings`;
const CMFC = "OutputGroups.*.Outputs.*.ContainerSettings.CmfcSettings";

const under = (path: string, support: Record<string, Support>): Record<string, Support> =>
  Object.fromEntries(Object.entries(support).map(([name, allowed]) => [`${path}.${name}`, allowed]));
const anyOf = (...names: string[]): Record<string, Support> => Object.fromEntries(names.map((name) => [name, "any"]));

const destination = (path: string): Record<string, Support> =>
  under(`${path}.DestinationSettings.S3Settings`, {
    "Encryption.EncryptionType": "any",
    "Encryption.KmsKeyArn": "any",
    "Encryption.KmsEncryptionContext": "any",
    "AccessControl.CannedAcl": "any",
    StorageClass: "any",
  });

const SUPPORT: Record<string, Support> = {
  "TimecodeConfig.Source": "any",
  FollowSource: [1],
  AdAvailOffset: [0],
  ...under("Inputs.*", {
    ...anyOf("FileInput", "TimecodeSource", "PsiControl"),
    FilterEnable: ["AUTO", "DISABLE"],
    FilterStrength: [0],
    DeblockFilter: ["DISABLED"],
    DenoiseFilter: ["DISABLED"],
    InputScanType: ["AUTO"],
    "VideoSelector.ColorSpace": ["FOLLOW"],
    "VideoSelector.ColorSpaceUsage": "any",
    "VideoSelector.AlphaBehavior": ["DISCARD"],
    "VideoSelector.SampleRange": ["FOLLOW"],
    "VideoSelector.Rotate": "any",
    "VideoSelector.PadVideo": ["DISABLED", "BLACK"],
    "VideoSelector.EmbeddedTimecodeOverride": ["NONE"],
  }),
  ...under(AUDIO_SELECTOR, {
    ...anyOf("DefaultSelection", "Tracks.*", "LanguageCode", "CustomLanguageCode"),
    Offset: [0],
    ProgramSelection: "any",
    SelectorType: ["TRACK", "LANGUAGE_CODE"],
    AudioDurationCorrection: ["DISABLED", "AUTO"],
  }),
  ...under("OutputGroups.*", { ...anyOf("Name", "CustomName"), "OutputGroupSettings.Type": "any" }),
  ...under(CMAF, {
    ...anyOf("Destination", "WriteHlsManifest", "WriteDashManifest", "SegmentLength", "FragmentLength"),
    ...anyOf("MinBufferTime", "ClientCache", "DashManifestStyle", "ManifestDurationFormat"),
    ...anyOf("MpdManifestBandwidthType", "StreamInfResolution", "TargetDurationCompatibilityMode"),
    ...anyOf("WriteSegmentTimelineInRepresentation", "CodecSpecification", "PtsOffsetHandlingForBFrames"),
    ...anyOf("VideoCompositionOffsets"),
    MinFinalSegmentLength: [0],
    SegmentLengthControl: ["EXACT", "GOP_MULTIPLE"],
    SegmentControl: ["SEGMENTED_FILES"],
    ManifestCompression: ["NONE"],
    MpdProfile: ["MAIN_PROFILE"],
    ImageBasedTrickPlay: ["NONE"],
  }),
  ...destination(CMAF),
  ...under(FILES, { Destination: "any" }),
  ...destination(FILES),
  ...under("OutputGroups.*.Outputs.*", {
    ...anyOf("NameModifier", "Extension"),
    "ContainerSettings.Container": "any",
  }),
  ...under(CMFC, {
    ...anyOf("AudioGroupId", "AudioRenditionSets", "AudioTrackType", "AudioDuration", "ManifestMetadataSignaling"),
    IFrameOnlyManifest: ["EXCLUDE"],
    DescriptiveVideoServiceFlag: ["DONT_FLAG"],
    Scte35Esam: ["NONE"],
    Scte35Source: ["NONE"],
    TimedMetadata: ["NONE"],
    KlvMetadata: ["NONE"],
  }),
  ...under(VIDEO, {
    ...anyOf("Width", "Height", "AntiAlias", "Sharpness", "RespondToAfd", "AfdSignaling", "ColorMetadata"),
    ...anyOf("DropFrameTimecode", "TimecodeTrack"),
    TimecodeInsertion: ["DISABLED"],
    ScalingBehavior: ["DEFAULT", "STRETCH_TO_OUTPUT", "FIT", "FIT_NO_UPSCALE"],
    "CodecSettings.Codec": "any",
    "VideoPreprocessors.Deinterlacer.Algorithm": "any",
    "VideoPreprocessors.Deinterlacer.Control": "any",
    "VideoPreprocessors.Deinterlacer.Mode": ["DEINTERLACE", "ADAPTIVE"],
    "VideoPreprocessors.ColorCorrector.ColorSpaceConversion": ["NONE", "FORCE_709"],
    "VideoPreprocessors.ColorCorrector.HdrToSdrToneMapper": "any",
    "VideoPreprocessors.ColorCorrector.SampleRangeConversion": "any",
  }),
  ...under(`${VIDEO}.CodecSettings.FrameCaptureSettings`, {
    ...anyOf("FramerateNumerator", "FramerateDenominator", "MaxCaptures", "Quality"),
  }),
  ...under(H264, {
    ...anyOf("MaxBitrate", "HrdBufferSize", "HrdBufferInitialFillPercentage", "HrdBufferFinalFillPercentage"),
    ...anyOf("QvbrSettings.QvbrQualityLevel", "QvbrSettings.QvbrQualityLevelFineTune", "QualityTuningLevel"),
    ...anyOf("GopSize", "GopSizeUnits", "GopClosedCadence", "GopBReference", "NumberBFramesBetweenReferenceFrames"),
    ...anyOf(
      "NumberReferenceFrames",
      "MinIInterval",
      "DynamicSubGop",
      "SceneChangeDetect",
      "CodecProfile",
      "CodecLevel",
    ),
    ...anyOf("EntropyEncoding", "AdaptiveQuantization", "SpatialAdaptiveQuantization", "TemporalAdaptiveQuantization"),
    ...anyOf("FlickerAdaptiveQuantization", "Softness", "Slices", "RepeatPps", "Syntax", "EndOfStreamMarkers"),
    ...anyOf("FramerateControl", "FramerateNumerator", "FramerateDenominator", "ParControl", "ParNumerator"),
    ...anyOf("ParDenominator", "UnregisteredSeiTimecode", "FieldEncoding", "ScanTypeConversionMode"),
    ...anyOf("ExplicitWeightedPrediction", "SaliencyAwareEncoding", "WriteMp4PackagingType"),
    RateControlMode: ["QVBR"],
    FramerateConversionAlgorithm: ["DUPLICATE_DROP"],
    InterlaceMode: ["PROGRESSIVE"],
    SlowPal: ["DISABLED"],
    Telecine: ["NONE"],
  }),
  ...under(AUDIO, {
    ...anyOf("AudioSourceName", "AudioTypeControl", "LanguageCode", "LanguageCodeControl", "StreamName"),
    CustomLanguageCode: "any",
    AudioType: [0],
    ...anyOf("RemixSettings.ChannelsIn", "RemixSettings.ChannelsOut"),
    "RemixSettings.ChannelMapping.OutputChannels.*.InputChannels.*": "any",
    "RemixSettings.ChannelMapping.OutputChannels.*.InputChannelsFineTune.*": "any",
    "CodecSettings.Codec": "any",
  }),
  ...under(AAC, {
    ...anyOf("Bitrate", "CodingMode", "SampleRate", "Specification", "RawFormat", "AudioDescriptionBroadcasterMix"),
    CodecProfile: ["LC"],
    RateControlMode: ["CBR"],
  }),
};

/**
 * @param settings a decoded JobSettings
 * @throws ServiceError BadRequestException at the first setting that is not obeyed here
 */
export function requireSupported(settings: unknown): void {
  visit(settings, "", "");
}

function visit(value: unknown, pattern: string, path: string): void {
  if (typeof value === "object" && value !== null) {
    const parent = pattern.split(".").at(-1) ?? "";
    const anonymous = Array.isArray(value) || parent === "AudioSelectors";
    for (const [name, member] of Object.entries(value)) {
      const step = anonymous ? "*" : name;
      const shown = anonymous ? name : `${name[0]?.toLowerCase()}${name.slice(1)}`;
      visit(member, pattern === "" ? step : `${pattern}.${step}`, `${path}/${shown}`);
    }
    return;
  }
  const support = SUPPORT[pattern];
  if (support === "any") return;
  const allowed = support ? `only ${support.join(", ")} is` : "this setting is not";
  if (support?.includes(value as string | number)) return;
  throw badRequest(
    `${path}: ${JSON.stringify(value)} is not obeyed here, ${allowed} → leave it out, or run this job on the service itself`,
  );
}
