/** Audio of the job: every track of the source is kept, tagged and named, as AAC. */
import type { AudioDescription, AudioSelector, Output } from "@aws-sdk/client-mediaconvert";
import type { AudioSource } from "./probe";
import { stereoRemix } from "./remix";

/** Ties the video renditions to the audio renditions of one CMAF group. */
export const AUDIO_GROUP = "audio";
/** Bits per second of AAC-LC; MediaConvert User Guide, "AAC support". */
const STEREO = { CodingMode: "CODING_MODE_2_0", Bitrate: 128_000 } as const;
const MONO = { CodingMode: "CODING_MODE_1_0", Bitrate: 64_000 } as const;
const SAMPLE_RATE = 48_000;

const selectorName = (index: number): string => `Audio Selector ${index + 1}`;

export function audioSelectors(tracks: readonly AudioSource[]): Record<string, AudioSelector> {
  const entries = tracks.map(({ track }, index): [string, AudioSelector] => [
    selectorName(index),
    { SelectorType: "TRACK", Tracks: [track], DefaultSelection: index === 0 ? "DEFAULT" : "NOT_DEFAULT" },
  ]);
  return Object.fromEntries(entries);
}

/** BCP 47, as manifests want it (RFC 8216 §4.3.4.1, ISO/IEC 23009-1): two letters where there are two, "eng" → "en". */
const languageTag = (code: string): string => Intl.getCanonicalLocales(code)[0] ?? code;

/** What the player's menu shows. MediaConvert takes letters, digits, spaces and underscores only. */
function streamName({ language }: AudioSource, index: number, all: readonly AudioSource[]): string {
  const named = (code: string | null): string => {
    const name = code ? new Intl.DisplayNames(["en"], { type: "language" }).of(code) : undefined;
    const plain = (name ?? "").normalize("NFKD").replace(/[^A-Za-z0-9_ ]/g, "");
    return plain.trim() || "Audio";
  };
  const name = named(language);
  const before = all.slice(0, index).filter((other) => named(other.language) === name).length;
  return before === 0 ? name : `${name} ${before + 1}`;
}

function description(source: AudioSource, index: number, all: readonly AudioSource[]): AudioDescription {
  const remix = stereoRemix(source.channels);
  return {
    AudioSourceName: selectorName(index),
    ...(source.language
      ? { CustomLanguageCode: languageTag(source.language), LanguageCodeControl: "USE_CONFIGURED" }
      : { LanguageCodeControl: "FOLLOW_INPUT" }),
    StreamName: streamName(source, index, all),
    ...(remix ? { RemixSettings: remix } : {}),
    CodecSettings: {
      Codec: "AAC",
      AacSettings: {
        CodecProfile: "LC",
        RateControlMode: "CBR",
        SampleRate: SAMPLE_RATE,
        ...(source.channels === 1 ? MONO : STEREO),
      },
    },
  };
}

/** One CMAF output for each track; the first is the one that plays unless somebody chooses. */
export function audioOutputs(tracks: readonly AudioSource[]): Output[] {
  return tracks.map((track, index) => ({
    NameModifier: `_audio${index + 1}`,
    ContainerSettings: {
      Container: "CMFC",
      CmfcSettings: {
        AudioGroupId: AUDIO_GROUP,
        // Players end an HLS film with its shortest track: sound that ends early goes on as silence.
        AudioDuration: "MATCH_VIDEO_DURATION",
        AudioTrackType: index === 0 ? "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" : "ALTERNATE_AUDIO_AUTO_SELECT",
      },
    },
    AudioDescriptions: [description(track, index, tracks)],
  }));
}
