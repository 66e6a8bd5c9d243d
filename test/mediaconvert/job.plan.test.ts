import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { CreateJobRequest, OutputGroup, RemixSettings } from "@aws-sdk/client-mediaconvert";
import { planTitle } from "../../encoding/plan";
import { templateSettings } from "../../encoding/template";
import { ServiceError } from "../../local/mediaconvert/errors";
import { planJob } from "../../local/mediaconvert/job.plan";
import type { CapturePlan, StreamingPlan } from "../../local/mediaconvert/job.types";
import { anySource } from "../encoding/sources";
import { copy, encodedJob, h264Of, overTheWire, SOURCE } from "./settings";

function groupOf(request: CreateJobRequest, index: number): OutputGroup {
  const group = request.Settings?.OutputGroups?.[index];
  assert.ok(group);
  return group;
}
const outputOf = (request: CreateJobRequest, index: number) => {
  const output = groupOf(request, 0).Outputs?.[index];
  assert.ok(output);
  return output;
};
const cmafOf = (request: CreateJobRequest) => {
  const settings = groupOf(request, 0).OutputGroupSettings?.CmafGroupSettings;
  assert.ok(settings);
  return settings;
};
const inputOf = (request: CreateJobRequest) => {
  const input = request.Settings?.Inputs?.[0];
  assert.ok(input);
  return input;
};

describe("the plan of a job", () => {
  it("is read from the encoding's settings", () => {
    const plan = planJob(overTheWire(encodedJob()));
    assert.deepEqual(plan.input, { bucket: "ingest-bucket", key: "film.mp4", uri: "s3://ingest-bucket/film.mp4" });
    const [stream, captures] = plan.groups as [StreamingPlan, CapturePlan];
    const { outputs, ...group } = stream;
    assert.deepEqual(group, {
      kind: "streaming",
      index: 0,
      destination: { bucket: "media-bucket", prefix: "media/video/asset/", base: "stream" },
      objects: {
        encryption: "aws:kms",
        kmsKeyArn: "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-00000000000a",
      },
      hls: true,
      dash: true,
      segment: 6,
      fragment: 2,
      minBuffer: 6,
      exactSegments: false,
      roundTargetDurationUp: false,
      integerDurations: false,
      showResolution: true,
      dashBandwidth: "max",
    });
    assert.deepEqual(outputs[0], {
      video: {
        modifier: "_720p",
        width: 1280,
        height: 720,
        scaling: "STRETCH_TO_OUTPUT",
        deinterlace: "never",
        toSdr: false,
        rate: { numerator: 25, denominator: 1 },
        maxBitrate: 4_000_000,
        quality: 8,
        gop: { unit: "frames", size: 50 },
        profile: "high",
        tuning: "SINGLE_PASS_HQ",
        audioGroups: ["audio"],
      },
    });
    assert.deepEqual(outputs.at(-1), {
      audio: {
        modifier: "_audio1",
        bitrate: 128_000,
        sampleRate: 48_000,
        channels: 2,
        source: { track: 1 },
        group: "audio",
        language: { code: "es", always: true },
        name: "Spanish",
        matchPicture: true,
        trackType: "DEFAULT",
      },
    });
    assert.deepEqual(captures.destination, { bucket: "media-bucket", prefix: "captures/video/asset/", base: "frame" });
    assert.deepEqual([captures.rate, captures.quality, captures.modifier], [{ numerator: 1, denominator: 1 }, 80, ""]);
  });

  it("takes what the encoding makes of every kind of source", () => {
    const portrait = { ...SOURCE.video, rotation: 90, rotationIn: "container" } as const;
    const videos = [
      { ...SOURCE.video, interlaced: true, hdr: true },
      portrait,
      { ...portrait, rotationIn: "codec" as const },
      { ...SOURCE.video, frameRate: null },
      { ...SOURCE.video, frameRate: { numerator: 60_000, denominator: 1001 }, width: 3840, height: 1600 },
    ];
    for (const video of videos) {
      for (const audio of [
        [],
        SOURCE.audio,
        [...SOURCE.audio, { track: 2, codec: "AC3", channels: 6, language: null }],
      ]) {
        const plan = planJob(overTheWire(encodedJob({ ...SOURCE, video, audio })));
        const [stream] = plan.groups as [StreamingPlan];
        assert.equal(stream.outputs.filter((output) => "audio" in output).length, audio.length);
      }
    }
  });

  it("takes every job that the encoding plans, for any source", () => {
    let planned = 0;
    const property = fc.property(
      anySource,
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
      (source, key) => {
        const title = planTitle(source);
        if ("reason" in title) return;
        planned += 1;
        // As after Probe: each track has its own number.
        const audio = source.audio.map((sound, index) => ({ ...sound, track: index + 1 }));
        const plan = planJob(overTheWire(encodedJob({ ...source, audio }, { key })));
        const [stream, captures] = plan.groups as [StreamingPlan, CapturePlan];
        const { rungs } = title.plan;
        const made = stream.outputs.flatMap((output) => ("video" in output ? [output.video] : []));
        assert.deepEqual(
          made.map(({ width, height, maxBitrate, quality }) => ({ width, height, maxBitrate, quality })),
          rungs.map(({ width, height, maxBitrate, quality }) => ({ width, height, maxBitrate, quality })),
        );
        assert.equal(plan.input.key, key);
        assert.equal(captures.rate.denominator, title.plan.captures.interval);
      },
    );
    fc.assert(property, { numRuns: 500 });
    assert.ok(planned > 250, `${planned} of 500`);
  });

  it("takes the operators' template once it has an input, and names the files after it", () => {
    const settings = templateSettings({ mediaBucket: "media-bucket", mediaKeyArn: encodedKey });
    const input = { ...settings.Inputs?.[0], FileInput: "s3://in/folder/My film.final.mov" };
    const plan = planJob({ Role: "r", Settings: { ...settings, Inputs: [input] } });
    assert.deepEqual(
      plan.groups.map(({ destination }) => `${destination.prefix}${destination.base}`),
      ["media/manual/My film.final", "captures/manual/My film.final"],
    );
  });

  const encodedKey = "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-00000000000a";
  type Change = (request: CreateJobRequest) => void;
  // prettier-ignore
  const cases: [string, Change, RegExp][] = [
    ["no input", (job) => (job.Settings = { ...job.Settings, Inputs: [] }), /^\/inputs: should have at least 1 item/],
    ["two inputs", (job) => job.Settings?.Inputs?.push(copy(inputOf(job))), /^\/inputs: 2 inputs are not joined/],
    ["an input without a file", (job) => delete inputOf(job).FileInput, /^\/inputs\/0: 'fileInput' is a required/],
    ["an HTTP input", (job) => (inputOf(job).FileInput = "https://example.com/a.mp4"), /^\/inputs\/0\/fileInput: should be s3/],
    ["clippings", (job) => (inputOf(job).InputClippings = [{ StartTimecode: "00:00:00:00" }]), /inputClippings\/0\/startTimecode: "00:00:00:00" is not obeyed/],
    ["no output group", (job) => (job.Settings = { ...job.Settings, OutputGroups: [] }), /^\/outputGroups: should have at least 1/],
    ["a group without outputs", (job) => (groupOf(job, 0).Outputs = []), /^\/outputGroups\/0\/outputs: should have at least 1/],
    ["DASH segments of its own", (job) => (groupOf(job, 0).OutputGroupSettings = { Type: "DASH_ISO_GROUP_SETTINGS" }), /"DASH_ISO_GROUP_SETTINGS" is not made here/],
    ["a type without its settings", (job) => (groupOf(job, 0).OutputGroupSettings = { Type: "CMAF_GROUP_SETTINGS" }), /cmafGroupSettings: is required by type/],
    ["a container that does not fit", (job) => (outputOf(job, 0).ContainerSettings = { Container: "MP4" }), /outputs\/0\/containerSettings\/container: should be one of CMFC in a group of type CMAF_GROUP_SETTINGS, but is MP4/],
    ["captures in a container", (job) => (groupOf(job, 1).Outputs = [{ ...groupOf(job, 1).Outputs?.[0], ContainerSettings: { Container: "MP4" } }]), /should be RAW with FRAME_CAPTURE, but is MP4/],
    ["picture and sound in one output", (job) => (outputOf(job, 0).AudioDescriptions = outputOf(job, 3).AudioDescriptions), /^\/outputGroups\/0\/outputs\/0: an output of a CMAF group has either/],
    ["neither picture nor sound", (job) => delete outputOf(job, 0).VideoDescription, /outputs\/0: an output of a CMAF group has either/],
    ["a missing modifier", (job) => delete outputOf(job, 1).NameModifier, /outputs\/1\/nameModifier: is required with several/],
    ["a modifier twice", (job) => (outputOf(job, 1).NameModifier = "_720p"), /outputs\/1\/nameModifier: "_720p" is used twice/],
    ["a modifier that is a path", (job) => (outputOf(job, 1).NameModifier = "/../x"), /nameModifier: "\/..\/x" should hold letters/],
    ["no rate control", (job) => ["RateControlMode", "QvbrSettings"].forEach((name) => delete h264Of(job)[name as "QvbrSettings"]), /rateControlMode: should be QVBR, but is nothing/],
    ["constant bitrate", (job) => delete Object.assign(h264Of(job), { RateControlMode: "CBR", Bitrate: 1_000_000 }).QvbrSettings, /rateControlMode: "CBR" is not obeyed here, only QVBR is|bitrate: 1000000 is not obeyed/],
    ["no maximum", (job) => delete h264Of(job).MaxBitrate, /maxBitrate: is required by rateControlMode QVBR/],
    ["a GOP of nothing", (job) => (h264Of(job).GopSize = 0), /gopSize: should be above 0 with gopSizeUnits FRAMES, but is nothing|is 0/],
    ["half a frame", (job) => (h264Of(job).GopSize = 49.5), /gopSize: should be a whole number of frames, but is 49.5/],
    ["rungs that are not aligned", (job) => (h264Of(job, 1).GopSize = 48), /^\/outputGroups\/0: outputs with different GOP/],
    ["a rate without its numerator", (job) => delete h264Of(job).FramerateNumerator, /framerateNumerator and framerateDenominator are required/],
    ["an odd width", (job) => (outputOf(job, 0).VideoDescription = { ...outputOf(job, 0).VideoDescription, Width: 1281 }), /videoDescription\/width: should be even/],
    ["HEVC", (job) => (outputOf(job, 0).VideoDescription = { CodecSettings: { Codec: "H_265" } }), /codec: H_265 is not encoded here/],
    ["fields", (job) => (h264Of(job).InterlaceMode = "TOP_FIELD"), /interlaceMode: "TOP_FIELD" is not obeyed here/],
    ["an AAC bitrate that AAC has not", (job) => (aacOf(job).Bitrate = 100_000), /aacSettings\/bitrate: should be one of .*128000.*, but is 100000/],
    ["a sample rate that AAC has not", (job) => (aacOf(job).SampleRate = 47_000), /sampleRate: should be one of/],
    ["a selector that is not there", (job) => (inputOf(job).AudioSelectors = {}), /audioSourceName: "Audio Selector 1" is no audio selector of the input → none/],
    ["a fragment longer than its segment", (job) => (cmafOf(job).FragmentLength = 7), /fragmentLength: should not be greater than segmentLength 6, but is 7/],
    ["format identifiers", (job) => (cmafOf(job).Destination = "s3://media-bucket/$dt$"), /format identifiers/],
    ["two groups in one place", (job) => (cmafOf(job).Destination = "s3://media-bucket/captures/video/asset/frame"), /writes to s3:\/\/media-bucket\/captures\/video\/asset\/frame as another group does/],
    ["an I-frame playlist", (job) => (outputOf(job, 0).ContainerSettings = { Container: "CMFC", CmfcSettings: { IFrameOnlyManifest: "INCLUDE" } }), /iFrameOnlyManifest: "INCLUDE" is not obeyed here, only EXCLUDE is/],
    ["a remix without numbers", (job) => (soundOf(job).RemixSettings = { ChannelsIn: 6 }), /remixSettings: channelsIn and channelsOut are required/],
    ["a remix to another number of channels", (job) => (soundOf(job).RemixSettings = remix([[0, 0]], 1)), /remixSettings\/channelsOut: should be 2, as codingMode has it, but is 1/],
    ["a remix of one channel for two", (job) => (soundOf(job).RemixSettings = remix([[0, 0]])), /outputChannels: should have 2 items, but has 1/],
    ["a remix that forgets a channel", (job) => (soundOf(job).RemixSettings = remix([[0, 0], [0]])), /outputChannels\/1: should have a value for each of 2 input channels, but has 1/],
    ["a template", (job) => (job.JobTemplate = "t"), /^\/jobTemplate: templates are not merged/],
    ["acceleration", (job) => (job.AccelerationSettings = { Mode: "ENABLED" }), /accelerationSettings\/mode/],
    ["a long token", (job) => (job.ClientRequestToken = "x".repeat(65)), /^\/clientRequestToken: should have 1 to 64/],
  ];
  const aacOf = (job: CreateJobRequest) => {
    const settings = outputOf(job, 3).AudioDescriptions?.[0]?.CodecSettings?.AacSettings;
    assert.ok(settings);
    return settings;
  };
  const soundOf = (job: CreateJobRequest) => {
    const sound = outputOf(job, 3).AudioDescriptions?.[0];
    assert.ok(sound);
    return sound;
  };
  const remix = (gains: number[][], ChannelsOut = 2): RemixSettings => ({
    ChannelsIn: gains[0]?.length,
    ChannelsOut,
    ChannelMapping: { OutputChannels: gains.map((InputChannels) => ({ InputChannels })) },
  });
  for (const [what, change, pattern] of cases) {
    it(`refuses ${what}`, () => {
      const request = encodedJob();
      change(request);
      assert.throws(
        () => planJob(overTheWire(request)),
        (error) => error instanceof ServiceError && error.type === "BadRequestException" && pattern.test(error.message),
      );
    });
  }
});
