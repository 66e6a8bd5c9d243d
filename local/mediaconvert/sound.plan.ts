/** The sound of a run: which track it is, how it is mixed and filled, in which language it is written. Pure. */
import { JobFailure } from "./errors";
import type { AudioPlan, JobPlan } from "./job.types";
import type { SourceFacts } from "./source.plan";

type SoundFacts = SourceFacts["audio"][number];

/** @throws JobFailure 1021 */
export function findAudio(audio: AudioPlan, source: SourceFacts): SoundFacts {
  const wanted = audio.source;
  const found =
    "track" in wanted
      ? source.audio[wanted.track - 1]
      : source.audio.find(({ language }) => language === wanted.language);
  if (found) return found;
  const name = "track" in wanted ? `audio track ${wanted.track}` : `audio in language ${wanted.language}`;
  throw new JobFailure(1021, `No ${name} in the input: it has ${source.audio.length} audio tracks`);
}

/** The language that is written: the source's, unless it has none or the job says its own. */
export function languageWritten(audio: AudioPlan, source: SourceFacts): string {
  const found = findAudio(audio, source).language;
  if (!audio.language) return found;
  return audio.language.always || found === "und" ? audio.language.code : found;
}

/** The track's header takes three letters only: the source's own, when the manifests' tag means the same language. */
function trackLanguage(audio: AudioPlan, source: SourceFacts): string {
  const written = languageWritten(audio, source);
  const found = findAudio(audio, source).language;
  return Intl.getCanonicalLocales(found)[0] === written ? found : written;
}

/** Seconds: what a track's length is guessed wrong by where the container does not say it (MPEG program streams). */
const GUESS = 0.25;

/** Filters that end a sound with the picture, filled with silence or cut; none when nothing says where that is. */
export function endFilters({ padPicture }: JobPlan, { duration, video }: SourceFacts): string[] {
  if (!video) return [];
  const end = video.duration > 0 ? video.lead + video.duration + (padPicture ? video.tail : 0) : duration;
  const seconds = Math.round(end * 1000) / 1000;
  const outlasts = !padPicture && video.tail > GUESS;
  return seconds > 0 ? [`apad=whole_dur=${seconds}`, ...(outlasts ? [`atrim=end=${seconds}`] : [])] : [];
}

/** A layout that changes in mid-film (5.1 to stereo in broadcasts) is brought back to the first before it is mixed. */
function mixing(remix: number[][], { channels, layout }: SoundFacts): string[] {
  const mixed = remix.map((gains, output) => {
    const terms = gains
      .slice(0, channels)
      .flatMap((gain, input) => (gain === 0 ? [] : [gain === 1 ? `c${input}` : `${gain}*c${input}`]));
    return `c${output}=${terms.join("+") || "0*c0"}`;
  });
  const kept = layout && /^[\w.()]+$/.test(layout) ? [`aformat=channel_layouts=${layout}`] : [];
  return [...kept, `pan=${remix.length}c|${mixed.join("|")}`];
}

function filtersOf(audio: AudioPlan, sound: SoundFacts, end: string[]): string {
  return [
    // Gaps and a late start are filled, so that sound stays with the picture.
    "aresample=async=1:first_pts=0",
    ...(audio.remix ? mixing(audio.remix, sound) : []),
    ...(audio.matchPicture ? end : []),
  ].join(",");
}

/**
 * @param stream its number among the sounds of the output file
 * @param end filters that end it with the picture, where the job asks for it
 * @throws JobFailure 1021
 */
export function audioOptions(audio: AudioPlan, stream: number, source: SourceFacts, end: string[]): string[] {
  return [
    `-filter:a:${stream}`,
    filtersOf(audio, findAudio(audio, source), end),
    `-c:a:${stream}`,
    "aac",
    `-b:a:${stream}`,
    String(audio.bitrate),
    `-ar:a:${stream}`,
    String(audio.sampleRate),
    `-ac:a:${stream}`,
    String(audio.channels),
    `-metadata:s:a:${stream}`,
    `language=${trackLanguage(audio, source)}`,
  ];
}
