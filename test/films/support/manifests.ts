/** Both manifests of a film, read into one form. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Segment {
  file: string;
  seconds: number;
}

/** A rendition as one manifest lists it. */
export interface Listed {
  init: string;
  segments: Segment[];
  codec: string;
  /** Bits per second; of a picture in HLS, with the sound that goes with it. */
  bandwidth: number;
  /** "1280x720"; undefined for sound. */
  size?: string;
  rate?: string;
  language?: string;
  name?: string;
  channels?: number;
  isDefault?: boolean;
}

export interface Manifest {
  /** In the manifest's order. */
  pictures: Listed[];
  sounds: Listed[];
  /** Every file that it names, itself among them. */
  files: string[];
}

const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");

function attributes(text: string): Record<string, string> {
  const found = [...text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)];
  return Object.fromEntries(found.map(([, name = "", quoted, bare]) => [name, quoted ?? bare ?? ""]));
}

interface Playlist {
  init: string;
  segments: Segment[];
  target: number;
}

export function readPlaylist(folder: string, name: string): Playlist {
  const lines = read(folder, name).trim().split("\n");
  const tag = (start: string): string => lines.find((line) => line.startsWith(start))?.slice(start.length) ?? "";
  if (lines[0] !== "#EXTM3U" || lines.at(-1) !== "#EXT-X-ENDLIST") throw new Error(`${name} is cut off`);
  const durations = lines.filter((line) => line.startsWith("#EXTINF:")).map((line) => Number.parseFloat(line.slice(8)));
  const files = lines.filter((line) => line !== "" && !line.startsWith("#")).map(decodeURIComponent);
  if (durations.length !== files.length) throw new Error(`${name}: ${durations.length} EXTINF, ${files.length} files`);
  return {
    init: decodeURIComponent(attributes(tag("#EXT-X-MAP:")).URI ?? ""),
    segments: files.map((file, index) => ({ file, seconds: durations[index] ?? 0 })),
    target: Number(tag("#EXT-X-TARGETDURATION:")),
  };
}

export function readHls(path: string): Manifest {
  const folder = dirname(path);
  const master = path.slice(folder.length + 1);
  const lines = read(folder, master).trim().split("\n");
  const files = [master];
  const rendition = (uri: string): Pick<Listed, "init" | "segments"> => {
    const name = decodeURIComponent(uri);
    const { init, segments } = readPlaylist(folder, name);
    files.push(name, init, ...segments.map(({ file }) => file));
    return { init, segments };
  };
  const pictures: Listed[] = [];
  const sounds: Listed[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.startsWith("#EXT-X-MEDIA:TYPE=AUDIO")) {
      const { URI = "", NAME, LANGUAGE, CHANNELS, DEFAULT } = attributes(line.slice(line.indexOf(":") + 1));
      sounds.push({
        ...rendition(URI),
        codec: "",
        bandwidth: 0,
        name: NAME,
        language: LANGUAGE,
        channels: Number(CHANNELS),
        isDefault: DEFAULT === "YES",
      });
    }
    if (!line.startsWith("#EXT-X-STREAM-INF:")) continue;
    const found = attributes(line.slice(line.indexOf(":") + 1));
    pictures.push({
      ...rendition(lines[index + 1] ?? ""),
      codec: found.CODECS ?? "",
      bandwidth: Number(found.BANDWIDTH),
      size: found.RESOLUTION,
      rate: found["FRAME-RATE"],
    });
  }
  return { pictures, sounds, files };
}

const unescape = (text: string): string =>
  decodeURIComponent(
    text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  );

const xmlAttribute = (head: string, name: string): string | undefined =>
  new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(head)?.[1];

function elements(xml: string, name: string): { head: string; body: string }[] {
  const pattern = new RegExp(`<${name}(\\s[^>]*?)?(?:/>|>([\\s\\S]*?)</${name}>)`, "g");
  return [...xml.matchAll(pattern)].map(([, head = "", body = ""]) => ({ head, body }));
}

function dashSegments(body: string): Pick<Listed, "init" | "segments"> {
  const [template] = elements(body, "SegmentTemplate");
  if (!template) throw new Error("a Representation without SegmentTemplate");
  const timescale = Number(xmlAttribute(template.head, "timescale"));
  const media = xmlAttribute(template.head, "media") ?? "";
  let number = Number(xmlAttribute(template.head, "startNumber"));
  const segments: Segment[] = [];
  for (const { head } of elements(template.body, "S")) {
    const seconds = Number(xmlAttribute(head, "d")) / timescale;
    for (let repeat = Number(xmlAttribute(head, "r") ?? 0); repeat >= 0; repeat -= 1) {
      const name = media.replace(/\$Number%0(\d+)d\$/, (_, digits: string) =>
        String(number).padStart(Number(digits), "0"),
      );
      segments.push({ file: unescape(name.replaceAll("$$", "$")), seconds });
      number += 1;
    }
  }
  return { init: unescape((xmlAttribute(template.head, "initialization") ?? "").replaceAll("$$", "$")), segments };
}

export function readDash(path: string): Manifest {
  const folder = dirname(path);
  const name = path.slice(folder.length + 1);
  const xml = read(folder, name);
  const manifest: Manifest = { pictures: [], sounds: [], files: [name] };
  for (const set of elements(xml, "AdaptationSet")) {
    const kind = xmlAttribute(set.head, "contentType");
    const [label] = elements(set.body, "Label");
    for (const { head, body } of elements(set.body, "Representation")) {
      const segments = dashSegments(body);
      const [layout] = elements(body, "AudioChannelConfiguration");
      const isPicture = kind === "video";
      (isPicture ? manifest.pictures : manifest.sounds).push({
        ...segments,
        codec: xmlAttribute(head, "codecs") ?? "",
        bandwidth: Number(xmlAttribute(head, "bandwidth")),
        ...(isPicture
          ? {
              size: `${xmlAttribute(head, "width")}x${xmlAttribute(head, "height")}`,
              rate: xmlAttribute(head, "frameRate"),
            }
          : {
              language: xmlAttribute(set.head, "lang"),
              name: label && unescape(label.body),
              channels: Number(layout && xmlAttribute(layout.head, "value")),
              isDefault: elements(set.body, "Role").some((role) => xmlAttribute(role.head, "value") === "main"),
            }),
      });
      manifest.files.push(segments.init, ...segments.segments.map(({ file }) => file));
    }
  }
  return manifest;
}
