import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import type { CreateJobRequest, H264Settings, Output } from "@aws-sdk/client-mediaconvert";
import { jobRequest } from "../../encoding/job";
import { planTitle, type TitlePlan } from "../../encoding/plan";
import type { SourceProbe } from "../../encoding/probe";
import { ratio } from "../../encoding/ratio";
import { templateSettings } from "../../encoding/template";
import { anySource, source, video } from "./sources";

const PLACE = {
  ingestBucket: "ingest",
  mediaBucket: "media",
  mediaKeyArn: "arn:key",
  roleArn: "arn:role",
  queueArn: "arn:queue",
};

function planned(from: SourceProbe): TitlePlan {
  const outcome = planTitle(from);
  if ("reason" in outcome) throw new Error(outcome.reason.code);
  return outcome.plan;
}

const job = (from: SourceProbe = source(), key = "films/My film + 1.mp4"): CreateJobRequest =>
  jobRequest(
    { stack: "dev", assetId: "asset", videoId: "video", attempt: 2, key, source: from, plan: planned(from) },
    PLACE,
  );

const groups = (request: CreateJobRequest) => request.Settings?.OutputGroups ?? [];
const outputs = (request: CreateJobRequest): Output[] => groups(request)[0]?.Outputs ?? [];
const h264 = (request: CreateJobRequest): H264Settings[] =>
  outputs(request).flatMap((output) => output.VideoDescription?.CodecSettings?.H264Settings ?? []);

describe("job: the request", () => {
  it("names who, where and what for, and no file name outside the input", () => {
    const { Settings: _settings, ...request } = job();
    assert.deepEqual(request, {
      Role: "arn:role",
      Queue: "arn:queue",
      ClientRequestToken: "asset-2",
      UserMetadata: { stack: "dev", assetId: "asset", videoId: "video", attempt: "2" },
      StatusUpdateInterval: "SECONDS_10",
      AccelerationSettings: { Mode: "DISABLED" },
    });
  });
  it("keeps the token of real ids below MediaConvert's 64 characters", () => {
    const assetId = "0193a0e2-7c1f-7d3a-9e55-3f2b1c0d9e8f";
    const from = source();
    const request = jobRequest(
      { stack: "dev", assetId, videoId: assetId, attempt: 999_999, key: "a", source: from, plan: planned(from) },
      PLACE,
    );
    assert.ok((request.ClientRequestToken ?? "").length <= 64);
  });
  it("reads the key as it is", () =>
    assert.equal(job().Settings?.Inputs?.[0]?.FileInput, "s3://ingest/films/My film + 1.mp4"));
  it("has one CMAF group with both manifests and one group of captures, each encrypted with the media key", () => {
    assert.deepEqual(
      groups(job()).map(({ OutputGroupSettings }) => OutputGroupSettings?.Type),
      ["CMAF_GROUP_SETTINGS", "FILE_GROUP_SETTINGS"],
    );
    const cmaf = groups(job())[0]?.OutputGroupSettings?.CmafGroupSettings;
    const encryption = {
      S3Settings: { Encryption: { EncryptionType: "SERVER_SIDE_ENCRYPTION_KMS", KmsKeyArn: "arn:key" } },
    };
    assert.deepEqual(
      [
        cmaf?.Destination,
        cmaf?.WriteHlsManifest,
        cmaf?.WriteDashManifest,
        cmaf?.SegmentLength,
        cmaf?.FragmentLength,
        cmaf?.SegmentLengthControl,
      ],
      ["s3://media/media/video/asset/stream", "ENABLED", "ENABLED", 6, 2, "GOP_MULTIPLE"],
    );
    assert.deepEqual(cmaf?.DestinationSettings, encryption);
    const files = groups(job())[1]?.OutputGroupSettings?.FileGroupSettings;
    assert.deepEqual(files, { Destination: "s3://media/captures/video/asset/frame", DestinationSettings: encryption });
  });
  it("captures a picture a second of a minute, in the tile's larger size", () => {
    const capture = groups(job())[1]?.Outputs?.[0]?.VideoDescription;
    assert.deepEqual(
      [capture?.Width, capture?.Height, capture?.CodecSettings?.FrameCaptureSettings],
      [960, 540, { FramerateNumerator: 1, FramerateDenominator: 1, Quality: 80 }],
    );
  });
});

describe("job: video", () => {
  it("encodes each rung in one pass at a quality, with its limit", () =>
    assert.deepEqual(
      h264(job()).map(({ MaxBitrate, QvbrSettings, RateControlMode, QualityTuningLevel }) => [
        MaxBitrate,
        QvbrSettings?.QvbrQualityLevel,
        RateControlMode,
        QualityTuningLevel,
      ]),
      [
        [6_000_000, 9, "QVBR", "SINGLE_PASS_HQ"],
        [4_000_000, 8, "QVBR", "SINGLE_PASS_HQ"],
        [1_600_000, 7, "QVBR", "SINGLE_PASS_HQ"],
        [900_000, 7, "QVBR", "SINGLE_PASS_HQ"],
      ],
    ));
  it("writes the frame rate as a fraction and the group in pictures", () => {
    const [first] = h264(job(source({ video: video({ frameRate: ratio(30000, 1001) }) })));
    assert.deepEqual(
      [first?.FramerateNumerator, first?.FramerateDenominator, first?.GopSize, first?.GopSizeUnits],
      [30000, 1001, 60, "FRAMES"],
    );
  });
  it("follows the source when the rate is not known", () => {
    const [first] = h264(job(source({ video: video({ frameRate: null }) })));
    assert.deepEqual(
      [first?.FramerateControl, first?.FramerateNumerator, first?.GopSize, first?.GopSizeUnits],
      ["INITIALIZE_FROM_SOURCE", undefined, 2, "SECONDS"],
    );
  });
  it("lets the service turn what it can see, and turns the rest itself", () => {
    const rotate = (format: string, rotationIn: "container" | "codec"): string | undefined =>
      job(source({ format, video: video({ rotation: 90, rotationIn }) })).Settings?.Inputs?.[0]?.VideoSelector?.Rotate;
    assert.deepEqual(
      [rotate("mp4", "container"), rotate("matroska", "container"), rotate("mp4", "codec")],
      ["AUTO", "DEGREES_90", "DEGREES_90"],
    );
    assert.deepEqual(job().Settings?.Inputs?.[0]?.VideoSelector, {});
  });
  it("deinterlaces and tone-maps every output, captures too, and only where needed", () => {
    const all = (request: CreateJobRequest) =>
      groups(request)
        .flatMap((group) => group.Outputs ?? [])
        .filter((output) => output.VideoDescription);
    const both = all(job(source({ video: video({ interlaced: true, hdr: true }) })));
    assert.equal(both.length, 5);
    for (const { VideoDescription } of both) {
      assert.equal(VideoDescription?.VideoPreprocessors?.Deinterlacer?.Mode, "DEINTERLACE");
      const corrector = { ColorSpaceConversion: "FORCE_709", HdrToSdrToneMapper: "VIBRANT" };
      assert.deepEqual(VideoDescription?.VideoPreprocessors?.ColorCorrector, corrector);
    }
    for (const { VideoDescription } of all(job())) assert.equal(VideoDescription?.VideoPreprocessors, undefined);
  });
});

describe("job: audio", () => {
  const track = (language: string | null, channels = 2) => ({ track: 1, codec: "AAC", channels, language });
  it("keeps every language, tagged and named, the first by default", () => {
    const from = source({ audio: [track("eng"), { ...track("spa"), track: 2 }, { ...track("eng", 1), track: 3 }] });
    const audio = outputs(job(from)).filter((output) => output.AudioDescriptions);
    assert.deepEqual(
      audio.map((output) => [
        output.NameModifier,
        output.AudioDescriptions?.[0]?.AudioSourceName,
        output.AudioDescriptions?.[0]?.CustomLanguageCode,
        output.AudioDescriptions?.[0]?.StreamName,
        output.AudioDescriptions?.[0]?.CodecSettings?.AacSettings?.CodingMode,
        output.ContainerSettings?.CmfcSettings?.AudioTrackType,
      ]),
      [
        ["_audio1", "Audio Selector 1", "en", "English", "CODING_MODE_2_0", "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT"],
        ["_audio2", "Audio Selector 2", "es", "Spanish", "CODING_MODE_2_0", "ALTERNATE_AUDIO_AUTO_SELECT"],
        ["_audio3", "Audio Selector 3", "en", "English 2", "CODING_MODE_1_0", "ALTERNATE_AUDIO_AUTO_SELECT"],
      ],
    );
    const selectors = job(from).Settings?.Inputs?.[0]?.AudioSelectors ?? {};
    assert.deepEqual(
      Object.values(selectors).map(({ Tracks, DefaultSelection }) => [Tracks, DefaultSelection]),
      [
        [[1], "DEFAULT"],
        [[2], "NOT_DEFAULT"],
        [[3], "NOT_DEFAULT"],
      ],
    );
  });
  it("follows the input where no language is known", () => {
    const [audio] = outputs(job()).filter((output) => output.AudioDescriptions);
    const description = audio?.AudioDescriptions?.[0];
    assert.deepEqual(
      [description?.LanguageCodeControl, description?.CustomLanguageCode, description?.StreamName],
      ["FOLLOW_INPUT", undefined, "Audio"],
    );
  });
  it("writes languages as manifests want them, and leaves alone what has no shorter name", () => {
    const tags = ["deu", "ger", "fre", "zho", "gsw", "mul", "qaa"].map((language) => track(language));
    const audio = outputs(job(source({ audio: tags }))).flatMap((output) => output.AudioDescriptions ?? []);
    assert.deepEqual(
      audio.map(({ CustomLanguageCode }) => CustomLanguageCode),
      ["de", "de", "fr", "zh", "gsw", "mul", "qaa"],
    );
    assert.deepEqual(audio.map(({ StreamName }) => StreamName).slice(0, 3), ["German", "German 2", "French"]);
  });
  it("makes every sound end with the picture", () => {
    const made = outputs(job(source({ audio: [track("eng"), track("spa")] })));
    const ends = made
      .filter(({ AudioDescriptions }) => AudioDescriptions)
      .map(({ ContainerSettings }) => ContainerSettings);
    assert.deepEqual(
      ends.map((settings) => settings?.CmfcSettings?.AudioDuration),
      ["MATCH_VIDEO_DURATION", "MATCH_VIDEO_DURATION"],
    );
  });
  it("lets sound alone be heard over black, and adds nothing for the last frame of a codec", () => {
    const padding = (duration: number, length: number | undefined, sounds = [track("eng")]) =>
      job(source({ duration, video: video({ duration: length }), audio: sounds })).Settings?.Inputs?.[0]?.VideoSelector
        ?.PadVideo;
    assert.equal(padding(10, 8), "BLACK");
    assert.equal(padding(10, 9.79), "BLACK");
    assert.equal(padding(10, 9.81), undefined);
    assert.equal(padding(10, undefined), undefined);
    assert.equal(padding(10, 8, []), undefined);
  });
  it("speaks of no sound for a silent film", () => {
    const silent = job(source({ audio: [] }));
    assert.ok(!JSON.stringify(silent).includes("Audio"));
  });
});

describe("job: for every source", () => {
  it("has unique name modifiers, only names the service takes, at most 12 sounds, and square pixels", () =>
    fc.assert(
      fc.property(anySource, (from) => {
        const outcome = planTitle(from);
        if ("reason" in outcome) return assert.equal(outcome.reason.code, "picture-too-narrow");
        const request = job(from);
        const names = outputs(request).map(({ NameModifier }) => NameModifier);
        assert.equal(new Set(names).size, names.length);
        assert.ok(outcome.plan.audioOutputs <= 12 && outcome.plan.audioOutputs === Math.min(12, from.audio.length));
        for (const output of outputs(request)) {
          const stream = output.AudioDescriptions?.[0]?.StreamName;
          assert.match(stream ?? "x", /^[\w ]+$/);
        }
        for (const settings of h264(request))
          assert.deepEqual(
            [settings.ParNumerator, settings.ParDenominator, settings.InterlaceMode],
            [1, 1, "PROGRESSIVE"],
          );
        assert.ok(outcome.plan.price > 0);
      }),
      { numRuns: 500 },
    ));
});

describe("template: for operators", () => {
  const settings = templateSettings({ mediaBucket: "media", mediaKeyArn: "arn:key" });
  it("has the four rungs, sound, captures, one CMAF group, and no input file", () => {
    const [cmaf, files] = settings.OutputGroups ?? [];
    assert.deepEqual(
      cmaf?.Outputs?.map(({ NameModifier }) => NameModifier),
      ["_1080p", "_720p", "_480p", "_360p", "_audio1"],
    );
    assert.equal(files?.OutputGroupSettings?.FileGroupSettings?.Destination, "s3://media/captures/manual/");
    assert.equal(cmaf?.OutputGroupSettings?.CmafGroupSettings?.Destination, "s3://media/media/manual/");
    assert.ok(!JSON.stringify(settings).includes("FileInput"));
  });
  it("follows the source's frame rate, in seconds", () => {
    const h264Settings = settings.OutputGroups?.[0]?.Outputs?.[0]?.VideoDescription?.CodecSettings?.H264Settings;
    assert.deepEqual(
      [h264Settings?.FramerateControl, h264Settings?.GopSize, h264Settings?.GopSizeUnits],
      ["INITIALIZE_FROM_SOURCE", 2, "SECONDS"],
    );
  });
});
