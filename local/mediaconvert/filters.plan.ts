/** The filter graph of a job: one decoded picture becomes every rung and the captures. Pure. */
import type { JobPlan, PicturePlan, Rate } from "./job.types";
import type { SourceFacts } from "./source.plan";

type VideoFacts = NonNullable<SourceFacts["video"]>;

const even = (size: number): number => Math.max(2, Math.round(size / 2) * 2);

/** Size of the source as people see it: turned and with square pixels. */
function displayed(source: VideoFacts, rotate: JobPlan["rotate"]): { width: number; height: number } {
  const turn = rotate === "auto" ? source.rotation : rotate;
  const width = source.width * source.pixelAspect;
  return turn % 180 === 0 ? { width, height: source.height } : { width: source.height, height: width };
}

/**
 * Filters that bring a prepared picture to an output's size. DEFAULT fits and pads with black, FIT and FIT_NO_UPSCALE
 * fit without padding, STRETCH_TO_OUTPUT takes the size as it is.
 */
export function scaleFilters(picture: PicturePlan, source: VideoFacts, rotate: JobPlan["rotate"]): string[] {
  const shown = displayed(source, rotate);
  const { width, height } = targetSize(picture, shown);
  const exact = (to: { width: number; height: number }): string[] => [
    `scale=${to.width}:${to.height}:flags=bicubic:out_range=tv`,
    "setsar=1",
    "format=yuv420p",
  ];
  if (picture.scaling === "STRETCH_TO_OUTPUT") return exact({ width, height });
  const enlarge = picture.scaling === "FIT_NO_UPSCALE" ? 1 : Infinity;
  const factor = Math.min(width / shown.width, height / shown.height, enlarge);
  const fitted = {
    width: Math.min(width, even(shown.width * factor)),
    height: Math.min(height, even(shown.height * factor)),
  };
  const padding = `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`;
  const pads = picture.scaling === "DEFAULT" && (fitted.width < width || fitted.height < height);
  return pads ? [...exact(fitted), padding] : exact(fitted);
}

/** A missing side follows from the other one, both from the source. */
function targetSize(picture: PicturePlan, shown: { width: number; height: number }): { width: number; height: number } {
  const { width, height } = picture;
  if (width !== undefined && height !== undefined) return { width, height };
  if (width !== undefined) return { width, height: even((width * shown.height) / shown.width) };
  if (height !== undefined) return { width: even((height * shown.width) / shown.height), height };
  return { width: even(shown.width), height: even(shown.height) };
}

const TRANSPOSE = {
  0: [],
  90: ["transpose=clock"],
  180: ["transpose=clock", "transpose=clock"],
  270: ["transpose=cclock"],
};

/**
 * HDR to BT.709 by brightness. PQ goes by way of HLG, whose display has 1,000 cd/m²: a source that does not say what it was
 * mastered for would else be taken for one of 10,000 and come out dark. Brighter than that is white, as with the service's VIBRANT.
 */
const TO_SDR = [
  "scale=out_transfer=arib-std-b67:intent=relative_colorimetric",
  "format=yuv420p10le",
  "scale=out_color_matrix=bt709:out_primaries=bt709:out_transfer=bt709:out_range=tv:intent=perceptual",
  "format=yuv420p",
];

/** What every output shares: turned, whole pictures, BT.709, a constant rate that begins at zero. */
export function preparation(picture: PicturePlan, source: VideoFacts, rotate: JobPlan["rotate"], rate: Rate): string[] {
  const turned = rotate === "auto" ? [] : ["sidedata=mode=delete:type=DISPLAYMATRIX", ...TRANSPOSE[rotate]];
  const fields = {
    never: [],
    flagged: ["bwdif=mode=send_frame:deint=interlaced"],
    always: ["bwdif=mode=send_frame:deint=all"],
  };
  return [
    ...turned,
    ...fields[picture.deinterlace],
    ...(picture.toSdr && source.hdr ? TO_SDR : []),
    `fps=${rate.numerator}/${rate.denominator}:start_time=0`,
  ];
}

/** Black pictures, where they are asked for, before one that begins late and after one that ends before the sound. */
export function padding({ padPicture }: JobPlan, { lead, tail }: VideoFacts, rate: Rate): string[] {
  if (!padPicture) return [];
  // A first picture that is late by less than half of one is the first of all.
  const missing = Math.round((lead * rate.numerator) / rate.denominator);
  return [
    ...(missing > 0 ? [`drawbox=w=iw:h=ih:t=fill:color=black:enable='lt(n\\,${missing})'`] : []),
    ...(tail > 0 ? [`tpad=stop_mode=add:stop_duration=${tail}:color=black`] : []),
  ];
}

/** Keeps the first frame at or after each multiple of the captures' interval. */
export function captureFilter(rate: Rate): string {
  const step = `${rate.numerator}/${rate.denominator}`;
  // A frame's time is rounded to its time base: without the microsecond the frame of second 3 may count as 2.999999.
  const mark = (time: string): string => `floor((${time}+0.000001)*${step})`;
  return `select='eq(n\\,0)+gt(${mark("t")}\\,${mark("prev_t")})'`;
}

/** @returns the graph and the labels of its outputs, in the order of `branches`. */
export function filterGraph(
  input: string,
  shared: string[],
  branches: string[][],
): { graph: string; labels: string[] } {
  const labels = branches.map((_, index) => `[o${index}]`);
  const split = branches.map((_, index) => `[s${index}]`);
  const head = `${input}${[...shared, `split=${branches.length}`].join(",")}${split.join("")}`;
  const tails = branches.map((filters, index) => `${split[index]}${filters.join(",")}${labels[index]}`);
  return { graph: [head, ...tails].join(";"), labels };
}
