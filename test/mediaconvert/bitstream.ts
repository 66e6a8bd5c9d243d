/** What is measured on finished media: packets, windows, likeness. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "./platform";
import { media } from "./platform";

export interface Packet {
  /** Seconds. */
  pts: number;
  dts: number;
  /** Bytes. */
  size: number;
  key: boolean;
}

/** Initialization and segments of a rendition's playlist in one file, and where each segment begins. */
export async function assemble(platform: Platform, playlistKey: string): Promise<{ file: string; starts: number[] }> {
  const folder = playlistKey.slice(0, playlistKey.lastIndexOf("/") + 1);
  const lines = Buffer.from(await platform.read(playlistKey))
    .toString("utf8")
    .split("\n");
  const map = /URI="([^"]+)"/.exec(lines.find((line) => line.startsWith("#EXT-X-MAP")) ?? "")?.[1] ?? "";
  const segments = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const parts = await Promise.all([map, ...segments].map((name) => platform.read(folder + decodeURIComponent(name))));
  const file = join(platform.directory, playlistKey.replaceAll("/", "_") + ".mp4");
  writeFileSync(file, Buffer.concat(parts));
  const durations = lines.flatMap((line) => /^#EXTINF:([\d.]+),/.exec(line)?.[1] ?? []).map(Number);
  let at = 0;
  const starts = durations.map((duration) => (at += duration) - duration);
  return { file, starts };
}

export async function packets({ tools }: Platform, file: string): Promise<Packet[]> {
  const entries = "packet=pts_time,dts_time,size,flags";
  const args = ["-v", "error", "-of", "json", "-show_entries", entries, "-select_streams", "v:0", file];
  const { stdout } = await media(tools.ffprobe, args);
  const found = JSON.parse(stdout) as { packets: Record<"pts_time" | "dts_time" | "size" | "flags", string>[] };
  return found.packets.map(({ pts_time: pts, dts_time: dts, size, flags }) => ({
    pts: Number(pts),
    dts: Number(dts),
    size: Number(size),
    key: flags.startsWith("K"),
  }));
}

/** Bits of the busiest second, in presentation order or in decoding order. */
export function busiestSecond(all: Packet[], order: "pts" | "dts"): number {
  const sorted = [...all].sort((a, b) => a[order] - b[order]);
  let [from, bits, most] = [0, 0, 0];
  for (const packet of sorted) {
    bits += packet.size * 8;
    while (packet[order] - (sorted[from]?.[order] ?? 0) >= 0.9999) {
      bits -= (sorted[from]?.size ?? 0) * 8;
      from += 1;
    }
    most = Math.max(most, bits);
  }
  return most;
}

/** Structural similarity of a rendition to its source, scaled to its size: 1 is the same. */
export async function ssim({ tools }: Platform, file: string, source: string, size: string): Promise<number> {
  const graph = `[1:v:0]scale=${size}:flags=bicubic[r];[0:v:0][r]ssim`;
  const { stderr } = await media(tools.ffmpeg, [
    "-hide_banner",
    "-i",
    file,
    "-i",
    source,
    "-lavfi",
    graph,
    "-f",
    "null",
    "-",
  ]);
  return Number(/SSIM .*All:([\d.]+)/.exec(stderr)?.[1]);
}

/** Decodes everything; any complaint of the decoder is returned. */
export async function decodeErrors({ tools }: Platform, file: string): Promise<string> {
  return (await media(tools.ffmpeg, ["-v", "warning", "-xerror", "-i", file, "-f", "null", "-"])).stderr;
}
