/**
 * How much time and memory one source may take. Both follow from what is really in the file; what it says of its length and
 * rate counts within that only: a lie about these must not buy an hour. Pure.
 */
import type { JobPlan } from "./job.types";
import { isFilm, type ProbedFile, type SourceFacts } from "./source.plan";

const MB = 1024 * 1024;

/** ffprobe takes 14 MB for a 720p film and 291 for 4096×2160 H.264 with 8 references (4:2:2, 10 bits). */
export const PROBE_MEMORY = 480 * MB;
/** A client gives Probe 60 seconds; what reads longer is refused before the client gives up. Milliseconds. */
export const PROBE_TIME = 50_000;
/** Reading a source once, to count its pictures: slower than any disk that is worth having. Bytes a millisecond. */
const READ_RATE = 20_000;

/** Milliseconds for reading a whole source of so many bytes. */
export const readTime = (bytes: number): number => PROBE_TIME + Math.ceil(bytes / READ_RATE);

/**
 * Writable memory of an ffmpeg run: 480 MB up to 720p, so that with its program text no more than 512 are resident. Measured
 * with 4 threads and four rungs: 720p 388 MB, as interlaced 4:2:2 of 10 bits with 16 references 456; 1080p 874; 4096×2160
 * of 10 bits with 8 references 1,078. Beyond 1080p only the decoder's pictures grow, at most 25 of 8 bytes a pixel.
 */
const MEMORY = { base: 480 * MB, area: 1280 * 720, perPixelTo1080p: 600, perPixelBeyond: 200 };
const AREA_1080P = 1920 * 1080;

/** Bytes. @param area pixels of the largest picture, source or output. */
export function memoryLimit(area: number): number {
  const above720p = Math.max(0, Math.min(area, AREA_1080P) - MEMORY.area);
  const above1080p = Math.max(0, area - AREA_1080P);
  return MEMORY.base + above720p * MEMORY.perPixelTo1080p + above1080p * MEMORY.perPixelBeyond;
}

export const largestArea = (plan: JobPlan, source: SourceFacts): number => {
  const outputs = plan.groups.flatMap((group) =>
    group.kind === "captures"
      ? [group.picture]
      : group.outputs.flatMap((output) => ("video" in output ? [output.video] : [])),
  );
  const areas = outputs.map(({ width = 0, height = 0 }) => width * height);
  return Math.max(0, (source.video?.width ?? 0) * (source.video?.height ?? 0), ...areas);
};

/** Seconds that every job gets: a short film is transcoded within one, on a machine that does nothing else. */
const FLOOR_SECONDS = 40;
/** Pixels a second: a tenth of what two cores take from a slow decoder into four rungs; and of a picture that is shown again. */
const PIXEL_RATE = 2_000_000;
const REPEATED_PIXEL_RATE = 20_000_000;
/** Times that a picture may be shown for its own: ten seconds, as in a film of slides. What says it lasts longer is not believed. */
const MOST_REPEATS = 240;
/** Small pictures cost more a pixel. */
const LEAST_AREA = 20_000;
/** No codec in any container codes a picture with less, so a table of a million empty pictures counts as few. Bytes. */
const LEAST_PICTURE = 16;
/** Bytes of source a second: sound, and the silence or black that goes with it. */
const BYTE_RATE = 30_000;

/**
 * The most that any track of pictures holds: those that were read, but no more than its index names, which edits may play over
 * and over. (The index of a film in fragments may name the first ones only: then the bytes count.)
 */
function countedPictures({ streams }: ProbedFile): number {
  const counted = streams.filter(isFilm).map(({ nb_read_packets: read, nb_frames: named }) => {
    const most = Number(named) > 0 ? Number(named) : Infinity;
    return Math.min(Number(read) || 0, most);
  });
  return Math.max(0, ...counted);
}

export interface Extent {
  /** Pixels of the largest picture. */
  area: number;
  /** Bytes of the source. */
  bytes: number;
  /** Pictures of an output, by the length that the source says it has. */
  outputs: number;
}

/** Milliseconds for making all outputs of a source. */
export function transcodeTime(file: ProbedFile, { area, bytes, outputs }: Extent): number {
  const pictures = Math.min(countedPictures(file), bytes / LEAST_PICTURE);
  const repeats = Math.max(0, Math.min(pictures * MOST_REPEATS, outputs) - pictures);
  const pixels = Math.max(area, LEAST_AREA);
  const seconds = pixels * (pictures / PIXEL_RATE + repeats / REPEATED_PIXEL_RATE) + bytes / BYTE_RATE;
  return Math.ceil((FLOOR_SECONDS + seconds) * 1000);
}
