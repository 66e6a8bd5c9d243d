/** The DASH manifest over the CMAF segments (ISO/IEC 23009-1, live profile, static). Pure. */
import { presentationLength } from "./hls.plan";
import type { StreamingPlan } from "./job.types";
import { averageBitrate, extension, initName, peakBitrate, targetDuration, type Rendition } from "./renditions.plan";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const xml = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
/** A file name in a template: `$` begins an identifier there and is doubled. */
const templated = (name: string): string => xml(encodeURIComponent(name).replaceAll("%24", "$$$$"));

const duration = (seconds: number): string => `PT${Number(seconds.toFixed(3))}S`;

/** Runs of equal segments become one entry. */
function timeline({ segments }: Rendition): string[] {
  const entries: { time: number; ticks: number; repeat: number }[] = [];
  let next: number | undefined;
  for (const { time, ticks } of segments) {
    const last = entries.at(-1);
    if (last && last.ticks === ticks && time === next) last.repeat += 1;
    else entries.push({ time, ticks, repeat: 0 });
    next = time + ticks;
  }
  return entries.map(({ time, ticks, repeat }, index) => {
    const start = index === 0 ? ` t="${time}"` : "";
    return `            <S${start} d="${ticks}"${repeat > 0 ? ` r="${repeat}"` : ""}/>`;
  });
}

function template(rendition: Rendition): string[] {
  const media = `${templated(rendition.name)}_$Number%09d$.${extension(rendition)}`;
  const initialization = templated(initName(rendition));
  return [
    `        <SegmentTemplate timescale="${rendition.timescale}" initialization="${initialization}" media="${media}" startNumber="1">`,
    "          <SegmentTimeline>",
    ...timeline(rendition),
    "          </SegmentTimeline>",
    "        </SegmentTemplate>",
  ];
}

function representation(rendition: Rendition, id: number, target: number, group: StreamingPlan): string[] {
  const { kind } = rendition;
  const measured = group.dashBandwidth === "max" ? peakBitrate(rendition, target) : averageBitrate(rendition);
  // MAX is the most that the rung may have, as the job says it.
  const bandwidth = "video" in kind && group.dashBandwidth === "max" ? kind.video.maxBitrate : measured;
  const shape =
    "video" in kind
      ? `width="${kind.width}" height="${kind.height}" sar="1:1" frameRate="${kind.rate.numerator}/${kind.rate.denominator}"`
      : `audioSamplingRate="${kind.audio.sampleRate}"`;
  return [
    `      <Representation id="${id}" codecs="${xml(rendition.codec)}" bandwidth="${bandwidth}" ${shape}>`,
    ...("audio" in kind
      ? [
          `        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="${kind.audio.channels}"/>`,
        ]
      : []),
    ...template(rendition),
    "      </Representation>",
  ];
}

function soundSet(rendition: Rendition, index: number, set: number, target: number, group: StreamingPlan): string[] {
  const kind = rendition.kind as Extract<Rendition["kind"], { audio: unknown }>;
  const language = kind.language === "und" ? "" : ` lang="${kind.language}"`;
  return [
    `    <AdaptationSet id="${set}" contentType="audio" mimeType="audio/mp4" segmentAlignment="true" startWithSAP="1"${language}>`,
    ...(kind.audio.name ? [`      <Label>${xml(kind.audio.name)}</Label>`] : []),
    `      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="${kind.audio.trackType === "DEFAULT" ? "main" : "alternate"}"/>`,
    ...representation(rendition, index, target, group),
    "    </AdaptationSet>",
  ];
}

export function dashManifest(renditions: Rendition[], group: StreamingPlan): string {
  const target = targetDuration(renditions, group);
  const numbered = renditions.map((rendition, index) => ({ rendition, id: index + 1 }));
  const videos = numbered.filter(({ rendition }) => "video" in rendition.kind);
  const sounds = numbered.filter(({ rendition }) => "audio" in rendition.kind);
  const longest = Math.max(0, ...renditions.flatMap(({ segments }) => segments.map((segment) => segment.duration)));
  const pictures = [
    '    <AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">',
    ...videos.flatMap(({ rendition, id }) => representation(rendition, id, target, group)),
    "    </AdaptationSet>",
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" ` +
      `minBufferTime="${duration(group.minBuffer)}" mediaPresentationDuration="${duration(presentationLength(renditions))}" ` +
      `maxSegmentDuration="${duration(longest)}">`,
    '  <Period id="1" start="PT0S">',
    ...(videos.length > 0 ? pictures : []),
    ...sounds.flatMap(({ rendition, id }, index) => soundSet(rendition, id, index + 2, target, group)),
    "  </Period>",
    "</MPD>",
    "",
  ].join("\n");
}
