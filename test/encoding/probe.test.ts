import { strict as assert } from "node:assert";
import type { Track } from "@aws-sdk/client-mediaconvert";
import { readProbe } from "../../encoding/probe";
import { ratio } from "../../encoding/ratio";
import { probed, readSource, videoTrack } from "./sources";

const codeOf = (result: Parameters<typeof readProbe>[0]): string => {
  const outcome = readProbe(result);
  return "reason" in outcome ? outcome.reason.code : "taken";
};

describe("probe: what is taken", () => {
  it("reads the sample's facts", () =>
    assert.deepEqual(
      readSource(
        probed([
          videoTrack(),
          { TrackType: "audio", Codec: "AAC", AudioProperties: { Channels: 6, LanguageCode: "ENG" } },
          { TrackType: "data" },
          { TrackType: "audio", Codec: "AC3", AudioProperties: { LanguageCode: "und" } },
        ]),
      ),
      {
        format: "mp4",
        duration: 10,
        video: {
          codec: "AVC",
          width: 1280,
          height: 720,
          rotation: 0,
          rotationIn: null,
          pixelAspect: ratio(1),
          frameRate: ratio(25),
          interlaced: false,
          hdr: false,
        },
        audio: [
          { track: 1, codec: "AAC", channels: 6, language: "eng" },
          { track: 2, codec: "AC3", channels: 2, language: null },
        ],
      },
    ));
  it("takes a film whose sound comes first", () =>
    assert.equal(codeOf(probed([{ TrackType: "audio", Codec: "AAC" }, videoTrack()])), "taken"));
  it("takes the track's length when the container has none", () =>
    assert.equal(readSource(probed([{ ...videoTrack(), Duration: 3.5 }], { Duration: 0 })).duration, 3.5));
  it("does not know a frame rate of 0/0", () =>
    assert.equal(
      readSource(probed([videoTrack({ FrameRate: { Numerator: 0, Denominator: 0 } })])).video.frameRate,
      null,
    ));
});

describe("probe: rotation and pixels", () => {
  const table: [string, object, number, string | null][] = [
    ["a quarter in the container", { Rotation: 90 }, 90, "container"],
    ["a quarter backwards", { Rotation: -90 }, 270, "container"],
    ["nearly half", { Rotation: 179.6 }, 180, "container"],
    ["a quarter in the codec", { CodecMetadata: { Rotation: 270 } }, 270, "codec"],
    ["the container's word first", { Rotation: 90, CodecMetadata: { Rotation: 270 } }, 90, "container"],
    ["a whole turn is none", { Rotation: 360 }, 0, null],
  ];
  for (const [name, properties, rotation, rotationIn] of table)
    it(name, () => {
      const { video } = readSource(probed([videoTrack(properties)]));
      assert.deepEqual([video.rotation, video.rotationIn], [rotation, rotationIn]);
    });
  it("works the pixel out of the picture's shape when only that is given", () =>
    assert.deepEqual(
      readSource(
        probed([videoTrack({ Width: 720, Height: 576, DisplayAspectRatio: { Numerator: 16, Denominator: 9 } })]),
      ).video.pixelAspect,
      ratio(64, 45),
    ));
  it("takes nonsense as square", () =>
    assert.deepEqual(
      readSource(probed([videoTrack({ SampleAspectRatio: { Numerator: 1000, Denominator: 1 } })])).video.pixelAspect,
      ratio(1),
    ));
  it("takes for interlaced what may have fields and of which Probe says nothing", () => {
    const taken = (Codec: Track["Codec"], ScanType?: string): boolean =>
      readSource(probed([{ ...videoTrack(ScanType ? { CodecMetadata: { ScanType } } : {}), Codec }])).video.interlaced;
    assert.deepEqual([taken("PRORES"), taken("DV"), taken("MP4V")], [true, true, true]);
    assert.deepEqual([taken("AVC"), taken("VP9"), taken("MPEG2", "progressive")], [false, false, false]);
  });
  it("sees fields and HDR", () => {
    const { video } = readSource(
      probed([videoTrack({ TransferCharacteristics: "SMPTE_2084", CodecMetadata: { ScanType: "Interlaced" } })]),
    );
    assert.deepEqual([video.interlaced, video.hdr], [true, true]);
    assert.equal(
      readSource(probed([videoTrack({ CodecMetadata: { TransferCharacteristics: "ARIB_B67" } })])).video.hdr,
      true,
    );
    assert.equal(readSource(probed([videoTrack({ TransferCharacteristics: "ITU_709" })])).video.hdr, false);
  });
});

describe("probe: the length of the picture", () => {
  it("is its track's own", () =>
    assert.equal(readSource(probed([{ ...videoTrack(), Duration: 7.5 }])).video.duration, 7.5));
  it("is not known when the track says nothing or nonsense", () => {
    for (const Duration of [undefined, 0, -1, NaN])
      assert.equal(readSource(probed([{ ...videoTrack(), Duration }])).video.duration, undefined);
  });
});

describe("probe: sounds that the service cannot read", () => {
  const sound = (Codec: Track["Codec"]): Track => ({ TrackType: "audio", Codec });
  it("are left out and counted, the others keep their place in the file", () => {
    const found = readSource(probed([videoTrack(), sound("UNKNOWN"), sound("AAC"), sound("UNKNOWN"), sound("AC3")]));
    assert.deepEqual(
      found.audio.map(({ track, codec }) => [track, codec]),
      [
        [2, "AAC"],
        [4, "AC3"],
      ],
    );
    assert.equal(found.soundsLeftOut, 2);
  });
  it("are named when there is no other, with what is allowed", () => {
    const outcome = readProbe(probed([videoTrack(), sound("UNKNOWN"), sound("UNKNOWN")]));
    assert.ok("reason" in outcome);
    assert.match(outcome.reason.text, /in an unknown one → AAC, AC-3, .*AMR; or the film without sound$/);
  });
});

describe("probe: what is rejected", () => {
  const audio = { TrackType: "audio", Codec: "AAC" } as const;
  const table: [string, Parameters<typeof readProbe>[0], string][] = [
    ["no reply at all", undefined, "unreadable"],
    ["no tracks", probed([]), "unreadable"],
    ["sound only", probed([audio]), "no-video"],
    ["a song with its cover", probed([audio, videoTrack()], { Format: "mp3" }), "no-video"],
    ["a raw sound", probed([videoTrack()], { Format: "wave" }), "no-video"],
    ["a film in Ogg", probed([videoTrack(), audio], { Format: "ogg" }), "container-unsupported"],
    ["Ogg without a picture", probed([audio], { Format: "ogg" }), "no-video"],
    ["Theora", probed([{ ...videoTrack(), Codec: "THEORA" }]), "video-codec-unsupported"],
    ["a codec that nobody knows", probed([{ ...videoTrack(), Codec: "UNKNOWN" }]), "video-codec-unsupported"],
    [
      "sound of an unknown codec alone",
      probed([videoTrack(), { ...audio, Codec: "UNKNOWN" }]),
      "audio-codec-unsupported",
    ],
    ["a picture of no size", probed([videoTrack({ Width: 0 })]), "unreadable"],
    ["a picture bomb", probed([videoTrack({ Width: 65_535, Height: 65_535 })]), "picture-too-large"],
    ["a picture of a line", probed([videoTrack({ Height: 16 })]), "picture-too-small"],
    ["no length", probed([videoTrack()], { Duration: 0 }), "no-duration"],
    ["a length of 100 hours", probed([videoTrack()], { Duration: 360_000 }), "too-long"],
    ["a length of nearly 100 hours", probed([videoTrack()], { Duration: 359_999 }), "taken"],
    ["1,001 tracks", probed([videoTrack(), ...Array.from({ length: 1000 }, () => audio)]), "too-many-tracks"],
    ["1,000 tracks", probed([videoTrack(), ...Array.from({ length: 999 }, () => audio)]), "taken"],
    ["a negative length", probed([videoTrack()], { Duration: -3 }), "no-duration"],
  ];
  for (const [name, result, code] of table) it(name, () => assert.equal(codeOf(result), code));
  it("takes a container that Probe does not name, as it does not name Flash", () =>
    assert.equal(codeOf(probed([videoTrack(), audio], { Format: undefined })), "taken"));
  it("names what is allowed", () => {
    const outcome = readProbe(probed([{ ...videoTrack(), Codec: "THEORA" }]));
    assert.ok("reason" in outcome);
    assert.match(
      outcome.reason.text,
      /^the picture is coded as THEORA, which is not taken → H\.264, HEVC, .*uncompressed$/,
    );
  });
});
