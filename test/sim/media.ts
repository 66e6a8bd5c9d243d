/** What a job leaves in the media bucket: a small HLS and DASH presentation over one segment set; and the reading of it. */
import { encode } from "jpeg-js";
import type { SimBucket } from "./bucket";

const RENDITIONS = [
  { name: "720p", bandwidth: 4_200_000, resolution: "1280x720" },
  { name: "360p", bandwidth: 1_100_000, resolution: "640x360" },
];
const SEGMENTS = ["00001", "00002"];

const mediaPlaylist = (stem: string): string =>
  [
    "#EXTM3U",
    "#EXT-X-TARGETDURATION:6",
    `#EXT-X-MAP:URI="${stem}init.cmfv"`,
    ...SEGMENTS.flatMap((number) => ["#EXTINF:6.0,", `${stem}_${number}.cmfv`]),
    "#EXT-X-ENDLIST",
  ].join("\n");

const baseName = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

/** @param base the job's destination, a key without an extension. */
export function writeSegments(bucket: SimBucket, base: string): void {
  for (const { name } of RENDITIONS) {
    bucket.put(`${base}_${name}init.cmfv`, "init");
    for (const number of SEGMENTS) bucket.put(`${base}_${name}_${number}.cmfv`, "segment");
  }
}

export function writeManifests(bucket: SimBucket, base: string): void {
  const stem = baseName(base);
  const variants = RENDITIONS.flatMap(({ name, bandwidth, resolution }) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=${resolution}`,
    `${stem}_${name}.m3u8`,
  ]);
  for (const { name } of RENDITIONS) bucket.put(`${base}_${name}.m3u8`, mediaPlaylist(`${stem}_${name}`));
  bucket.put(`${base}.m3u8`, ["#EXTM3U", ...variants].join("\n"));
  const urls = RENDITIONS.map(({ name }) => {
    const segments = SEGMENTS.map((number) => `<SegmentURL media="${stem}_${name}_${number}.cmfv"/>`);
    return `<SegmentList><Initialization sourceURL="${stem}_${name}init.cmfv"/>${segments.join("")}</SegmentList>`;
  });
  bucket.put(`${base}.mpd`, `<MPD>${urls.join("")}</MPD>`);
}

const pixels = { width: 16, height: 8, data: Buffer.alloc(16 * 8 * 4, 0x80) };
const FRAME = encode(pixels, 50).data;

/** @param frames that the captures hold: pictures, or bytes that are none. */
export function writeCaptures(bucket: SimBucket, base: string, frames: "pictures" | "garbage"): void {
  for (const number of ["0000000", "0000001"])
    bucket.put(`${base}.${number}.jpg`, frames === "pictures" ? FRAME : "no picture");
}

const URI = /URI="([^"]+)"/;
const textOf = (body: Uint8Array | string): string => (typeof body === "string" ? body : Buffer.from(body).toString());

/** Names in a text, by the kind of file that it is. */
function namesIn(key: string, text: string): string[] {
  if (key.endsWith(".m3u8"))
    return text.split("\n").flatMap((line) => {
      if (line !== "" && !line.startsWith("#")) return [line];
      const quoted = URI.exec(line)?.[1];
      return quoted === undefined ? [] : [quoted];
    });
  if (key.endsWith(".mpd")) return [...text.matchAll(/(?:media|sourceURL)="([^"]+)"/g)].map(([, name]) => name ?? "");
  if (key.endsWith(".vtt")) return [...text.matchAll(/^([^\s#]+)#xywh=/gm)].map(([, name]) => name ?? "");
  return [];
}

/** Every key that these files name, they themselves among them, and those that are not there. */
export function reach(bucket: SimBucket, roots: readonly string[]): { named: Set<string>; missing: string[] } {
  const named = new Set<string>();
  const missing: string[] = [];
  const left = [...roots];
  for (let key = left.pop(); key !== undefined; key = left.pop()) {
    if (named.has(key)) continue;
    named.add(key);
    const object = bucket.objects.get(key);
    if (!object) missing.push(key);
    else if (/\.(m3u8|mpd|vtt)$/.test(key)) {
      const folder = key.slice(0, key.lastIndexOf("/") + 1);
      left.push(...namesIn(key, textOf(object.body)).map((name) => folder + name));
    }
  }
  return { named, missing };
}
