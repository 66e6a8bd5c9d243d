/** HLS playlists over the CMAF segments (RFC 8216bis). Pure. */
import type { StreamingPlan } from "./job.types";
import {
  averageBitrate,
  initName,
  lengthOf,
  peakBitrate,
  segmentName,
  targetDuration,
  type Rendition,
} from "./renditions.plan";

/** 7: fMP4 media segments, EXT-X-MAP. */
const VERSION = 7;

export function mediaPlaylist(rendition: Rendition, group: StreamingPlan): string {
  const seconds = (duration: number): string =>
    group.integerDurations ? String(Math.round(duration)) : duration.toFixed(5);
  return [
    "#EXTM3U",
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-TARGETDURATION:${targetDuration([rendition], group)}`,
    "#EXT-X-MEDIA-SEQUENCE:1",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-MAP:URI="${encodeURIComponent(initName(rendition))}"`,
    ...rendition.segments.flatMap(({ duration }, index) => [
      `#EXTINF:${seconds(duration)},`,
      encodeURIComponent(segmentName(rendition, index + 1)),
    ]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

type Kind<Name extends "audio" | "video"> = Rendition & { kind: Extract<Rendition["kind"], Record<Name, unknown>> };
const isVideo = (rendition: Rendition): rendition is Kind<"video"> => "video" in rendition.kind;
const isAudio = (rendition: Rendition): rendition is Kind<"audio"> => "audio" in rendition.kind;

const quoted = (text: string): string => `"${text.replace(/["\r\n]/g, "")}"`;

function mediaTag(rendition: Kind<"audio">): string {
  const { audio, language } = rendition.kind;
  const fallback = language === "und" ? "Audio" : language;
  return `#EXT-X-MEDIA:${[
    "TYPE=AUDIO",
    `GROUP-ID=${quoted(audio.group)}`,
    ...(language === "und" ? [] : [`LANGUAGE=${quoted(language)}`]),
    `NAME=${quoted(audio.name ?? fallback)}`,
    `DEFAULT=${audio.trackType === "DEFAULT" ? "YES" : "NO"}`,
    `AUTOSELECT=${audio.trackType === "NOT_AUTO_SELECT" ? "NO" : "YES"}`,
    `CHANNELS="${audio.channels}"`,
    `URI=${quoted(encodeURIComponent(`${rendition.name}.m3u8`))}`,
  ].join(",")}`;
}

/** The audio group that goes with a rung: the one that it names, else the first. */
function groupFor(video: Kind<"video">, sounds: Kind<"audio">[]): Kind<"audio">[] {
  const named = video.kind.video.audioGroups;
  const group = sounds.find(({ kind }) => named.length === 0 || named.includes(kind.audio.group))?.kind.audio.group;
  return sounds.filter(({ kind }) => kind.audio.group === group);
}

/** `undefined`: a variant of sound alone. */
function streamTag(rendition: Rendition, sounds: Kind<"audio">[], target: number, group: StreamingPlan) {
  // Any of the group's tracks may be played with it: the dearest counts.
  const extra = (measure: (sound: Rendition) => number): number => Math.max(0, ...sounds.map(measure));
  const bandwidth = peakBitrate(rendition, target) + extra((sound) => peakBitrate(sound, target));
  const codecs = [...new Set([rendition.codec, ...sounds.map(({ codec }) => codec)])];
  const picture = isVideo(rendition)
    ? [
        ...(group.showResolution ? [`RESOLUTION=${rendition.kind.width}x${rendition.kind.height}`] : []),
        `FRAME-RATE=${(rendition.kind.rate.numerator / rendition.kind.rate.denominator).toFixed(3)}`,
      ]
    : [];
  const attributes = [
    `BANDWIDTH=${bandwidth}`,
    `AVERAGE-BANDWIDTH=${averageBitrate(rendition) + extra(averageBitrate)}`,
    `CODECS=${quoted(codecs.join(","))}`,
    ...picture,
    ...(sounds[0] ? [`AUDIO=${quoted(sounds[0].kind.audio.group)}`] : []),
  ];
  const uri = encodeURIComponent(`${rendition.name}.m3u8`);
  return { bandwidth, lines: [`#EXT-X-STREAM-INF:${attributes.join(",")}`, uri] };
}

/** The multivariant playlist, variants by ascending bandwidth. */
export function multivariantPlaylist(renditions: Rendition[], group: StreamingPlan): string {
  const target = targetDuration(renditions, group);
  const [videos, sounds] = [renditions.filter(isVideo), renditions.filter(isAudio)];
  const variants =
    videos.length > 0
      ? videos.map((video) => streamTag(video, groupFor(video, sounds), target, group))
      : sounds.map((sound) => streamTag(sound, [], target, group));
  return [
    "#EXTM3U",
    `#EXT-X-VERSION:${VERSION}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...(videos.length > 0 ? sounds.map(mediaTag) : []),
    ...variants.sort((a, b) => a.bandwidth - b.bandwidth).flatMap(({ lines }) => lines),
    "",
  ].join("\n");
}

/** Seconds of the longest rendition. */
export const presentationLength = (renditions: Rendition[]): number => Math.max(0, ...renditions.map(lengthOf));
