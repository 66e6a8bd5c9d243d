/** What is in finished media: packets, codec headers, pixels, samples. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { MediaTools } from "../../../local/ffmpeg";
import { firstSlice, type Packet, readFragments } from "./fragments";
import type { Listed } from "./manifests";

const execute = promisify(execFile);
const MOST_BYTES = 512 * 1024 * 1024;

/** A rendition as its manifest lists it: what to probe and decode, and its samples. */
export interface Film {
  listing: Listed;
  /** Initialization and all segments in one file. */
  path: string;
  init: Buffer;
  /** Bytes of each segment. */
  sizes: number[];
  /** In decoding order. */
  packets: Packet[];
}

/** @throws Error when a file that the manifest names is not there, is no fragmented MP4, or begins without a key picture */
export function readFilm(folder: string, listing: Listed, path: string): Film {
  const init = readFileSync(join(folder, listing.init));
  const segments = listing.segments.map(({ file }) => readFileSync(join(folder, file)));
  writeFileSync(path, Buffer.concat([init, ...segments]));
  if (listing.size)
    for (const [index, segment] of segments.entries())
      if (firstSlice(segment) !== 5)
        throw new Error(`${listing.size}: segment ${index + 1} begins without a key picture`);
  return { listing, path, init, sizes: segments.map(({ length }) => length), packets: readFragments(init, segments) };
}

export interface StreamFacts {
  codec_name: string;
  width: number;
  height: number;
  sample_aspect_ratio?: string;
  pix_fmt: string;
  field_order?: string;
  color_space?: string;
  color_transfer?: string;
  color_primaries?: string;
  color_range?: string;
  channels?: number;
  sample_rate?: string;
  tags?: Record<string, string>;
  side_data_list?: object[];
}

export async function streamOf({ ffprobe }: MediaTools, path: string): Promise<StreamFacts> {
  const { stdout } = await execute(ffprobe, ["-v", "error", "-of", "json", "-show_streams", path]);
  const [stream] = (JSON.parse(stdout) as { streams: StreamFacts[] }).streams;
  if (!stream) throw new Error(`${path} has no stream`);
  return stream;
}

const hex = (byte: number | undefined): string => (byte ?? 0).toString(16).padStart(2, "0");

/** RFC 6381 name of H.264, from the sequence parameter set that decoders get. */
export function avcCodec(init: Buffer): string {
  const at = init.indexOf("avcC") + 4;
  const length = init.readUInt16BE(at + 6);
  const sps = init.subarray(at + 8, at + 8 + length);
  if (((sps[0] ?? 0) & 0x1f) !== 7) throw new Error("the first unit of avcC is no sequence parameter set");
  return `${init.toString("latin1").includes("avc1") ? "avc1" : "avc3"}.${hex(sps[1])}${hex(sps[2])}${hex(sps[3])}`;
}

/** RFC 6381 name of AAC, from the AudioSpecificConfig. */
export function aacCodec(init: Buffer): string {
  let at = init.indexOf("esds") + 8;
  const descriptor = (tag: number): void => {
    if (init[at] !== tag) throw new Error(`esds: descriptor ${tag} expected, ${init[at]} found`);
    at += 1;
    while ((init[at] ?? 0) & 0x80) at += 1;
    at += 1;
  };
  descriptor(3);
  at += 3;
  descriptor(4);
  const object = hex(init[at]);
  at += 13;
  descriptor(5);
  return `mp4a.${object}.${(init[at] ?? 0) >> 3}`;
}

export interface Frame {
  width: number;
  height: number;
  /** Three bytes a pixel. */
  rgb: Buffer;
}

/** One picture as a browser shows it. */
export async function frameAt({ ffmpeg }: MediaTools, path: string, seconds: number, size: string): Promise<Frame> {
  const [width = 0, height = 0] = size.split("x").map(Number);
  const select = `select=gte(t\\,${seconds}),scale=in_color_matrix=bt709:out_range=pc,format=rgb24`;
  const args = ["-v", "error", "-i", path, "-vf", select, "-frames:v", "1", "-f", "rawvideo", "-"];
  const { stdout } = await execute(ffmpeg, args, { encoding: "buffer", maxBuffer: MOST_BYTES });
  if (stdout.length !== width * height * 3) throw new Error(`${path}: ${stdout.length} bytes of a ${size} picture`);
  return { width, height, rgb: stdout };
}

/** A still picture. */
export async function still({ ffmpeg }: MediaTools, path: string): Promise<Frame> {
  const args = ["-v", "error", "-i", path, "-f", "image2pipe", "-c:v", "ppm", "-"];
  const { stdout } = await execute(ffmpeg, args, { encoding: "buffer", maxBuffer: MOST_BYTES });
  const header = /^P6\s(\d+)\s(\d+)\s255\s/.exec(stdout.subarray(0, 32).toString("latin1"));
  if (!header) throw new Error(`${path} is no picture`);
  return { width: Number(header[1]), height: Number(header[2]), rgb: stdout.subarray(header[0].length) };
}

/** Brightness of one place of every picture, 0 to 255, in presentation order. */
export async function brightness({ ffmpeg }: MediaTools, path: string, crop: string): Promise<number[]> {
  const filter = `crop=${crop},scale=1:1:flags=area,format=gray`;
  const args = ["-v", "error", "-i", path, "-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo", "-"];
  const { stdout } = await execute(ffmpeg, args, { encoding: "buffer", maxBuffer: MOST_BYTES });
  return [...stdout];
}

export const SAMPLE_RATE = 48_000;

/** Samples of one channel, the first at time 0. Whole numbers: an hour of others would not fit into the buffer. */
export async function samples({ ffmpeg }: MediaTools, path: string): Promise<Int16Array> {
  const filter = `aresample=async=1:first_pts=0`;
  const args = ["-v", "error", "-i", path, "-af", filter, "-ac", "1", "-ar", String(SAMPLE_RATE), "-f", "s16le", "-"];
  const { stdout } = await execute(ffmpeg, args, { encoding: "buffer", maxBuffer: MOST_BYTES });
  return new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
}

/** How ffmpeg's detector of fields counts the pictures. */
export async function fieldsOf({ ffmpeg }: MediaTools, path: string): Promise<Record<string, number>> {
  const args = ["-hide_banner", "-i", path, "-vf", "idet", "-f", "null", "-"];
  const { stderr } = await execute(ffmpeg, args, { maxBuffer: MOST_BYTES });
  const found = /Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+)/.exec(stderr);
  return { top: Number(found?.[1]), bottom: Number(found?.[2]), progressive: Number(found?.[3]) };
}

/** What a decoder complains of, in everything. */
export async function complaints({ ffmpeg }: MediaTools, path: string): Promise<string> {
  return (await execute(ffmpeg, ["-v", "warning", "-xerror", "-i", path, "-f", "null", "-"])).stderr;
}
