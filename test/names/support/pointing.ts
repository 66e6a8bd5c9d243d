/** Files that name another file or address, in every way that a parser of media is known to follow. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { aliasTo, elsewhere, referenceMovie, withReference } from "./boxes.js";
import { CODED, ffmpeg, source } from "./clip.js";

export interface Pointing {
  name: string;
  body: Uint8Array;
  /** "text": its first bytes are refused. "index": its boxes are. "film": it has media of its own, which alone may play. */
  kind: "text" | "index" | "film";
}

const M3U8 = (place: string): string =>
  `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${place}\n#EXT-X-ENDLIST\n`;

/** Texts by their name. */
function texts(place: string): Record<string, string | Buffer> {
  const hls = M3U8(place);
  const swapped = Buffer.from(hls, "utf16le").swap16();
  return {
    "HLS variant": hls,
    "HLS master": `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${place}\n`,
    "HLS with a byte order mark": `\ufeff${hls}`,
    "HLS after blanks": ` \n\t\r\n ${hls}`,
    "HLS in lines of CRLF": hls.replaceAll("\n", "\r\n"),
    "HLS in small letters": hls.replace("#EXTM3U", "#extm3u"),
    "HLS behind a comment": `# a comment\n${hls}`,
    "HLS behind letters": `${"x".repeat(5000)}\n${hls}`,
    "HLS with zeros behind": Buffer.concat([Buffer.from(hls), Buffer.alloc(5000)]),
    "HLS with a letter of Latin-1": Buffer.concat([Buffer.from(hls), Buffer.from([0xe9, 0x0a])]),
    "HLS with a key": hls.replace("#EXTINF", `#EXT-X-KEY:METHOD=AES-128,URI="${place}"\n#EXTINF`),
    "HLS with a map": hls.replace("#EXTINF", `#EXT-X-MAP:URI="${place}"\n#EXTINF`),
    "HLS behind a tag of sound": Buffer.concat([
      Buffer.from("ID3\x04\0\0\0\0\0\x0a"),
      Buffer.alloc(10),
      Buffer.from(hls),
    ]),
    "HLS in UTF-16 LE": Buffer.from(`\ufeff${hls}`, "utf16le"),
    "HLS in UTF-16 BE": Buffer.concat([Buffer.from([0xfe, 0xff]), swapped]),
    "HLS in UTF-16 LE without a mark": Buffer.from(hls, "utf16le"),
    "HLS in UTF-16 BE without a mark": swapped,
    DASH: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT6S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${place}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    "DASH behind a comment": `<!--${" ".repeat(5000)}--><MPD><BaseURL>${place}</BaseURL></MPD>`,
    "Smooth Streaming": `<SmoothStreamingMedia MajorVersion="2"><StreamIndex Url="${place}"/></SmoothStreamingMedia>`,
    "Smooth Streaming, server": `<smil><body><switch><video src="${place}"/></switch></body></smil>`,
    IMF: `<CompositionPlaylist><Id>${place}</Id></CompositionPlaylist>`,
    "IMF asset map": `<AssetMap><Path>${place}</Path></AssetMap>`,
    SDP: `v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\na=control:${place}\r\nm=video 5004 RTP/AVP 96\r\n`,
    ffconcat: `ffconcat version 1.0\nfile '${place}'\nduration 1\n`,
    "concat without its header": `file '${place}'\nfile '${place}'\n`,
    ASX: `<asx version="3.0"><entry><ref href="${place}"/></entry></asx>`,
    "ASX of old": `[Reference]\nRef1=${place}\n`,
    WPL: `<?wpl version="1.0"?><smil><body><seq><media src="${place}"/></seq></body></smil>`,
    PLS: `[playlist]\nFile1=${place}\nNumberOfEntries=1\n`,
    XSPF: `<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>${place}</location></track></trackList></playlist>`,
    M3U: `${place}\n`,
    CUE: `FILE "${place}" WAVE\n  TRACK 01 AUDIO\n`,
    "QuickTime link": `<?quicktime type="application/x-quicktime-media-link"?><embed src="${place}"/>`,
    "RTSP text": `RTSPtext\nrtsp://127.0.0.1/${place}`,
    AviSynth: `DirectShowSource("${place}")\n`,
    VapourSynth: `import vapoursynth\ncore.ffms2.Source("${place}").set_output()\n`,
    SVG: `<svg xmlns="http://www.w3.org/2000/svg"><image href="${place}"/></svg>`,
    "Blu-ray playlist": Buffer.concat([Buffer.from("MPLS0200"), Buffer.alloc(40), Buffer.from(place)]),
  };
}

async function made(folder: string, name: string, args: string[]): Promise<Buffer> {
  await ffmpeg([...args, name], folder);
  return readFileSync(join(folder, name));
}

function number(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}

/** An AVI whose sound is turned into subtitles ("GAB2") that are a playlist. */
function withSubtitles(avi: Buffer, place: string): Buffer {
  const text = Buffer.from(M3U8(place));
  const subtitles = Buffer.concat([
    Buffer.from("GAB2\0"),
    number(2, 2),
    number(4, 4),
    Buffer.from("e\0n\0"),
    number(4, 2),
    number(text.length, 4),
    text,
  ]);
  const film = Buffer.from(avi.toString("latin1").replaceAll("auds", "txts").replaceAll("01wb", "01tx"), "latin1");
  const chunk = film.indexOf("01tx", film.indexOf("movi"), "latin1");
  if (film.readUInt32LE(chunk + 4) < subtitles.length) throw new Error("the chunk is too small");
  subtitles.copy(film, chunk + 8);
  return film;
}

/** Matroska's "NextFilename" in the place of the title. */
function linked(mkv: Buffer, place: string): Buffer {
  const name = place.slice(-40);
  const title = mkv.indexOf(Buffer.from([0x7b, 0xa9]));
  const length = (mkv[title + 2] ?? 0) & 0x7f;
  const film = Buffer.from(mkv);
  Buffer.concat([Buffer.from([0x3e, 0x83, 0xbb, 0x80 | (length - 1)]), Buffer.alloc(length - 1)]).copy(film, title);
  film.write(name.slice(0, length - 1), title + 4, "latin1");
  return film;
}

/** @param places what is pointed at, by a name for people. */
export async function pointingFiles(root: string, places: Record<string, string>): Promise<Pointing[]> {
  const folder = mkdtempSync(join(root, "pointing-"));
  try {
    const mov = await made(folder, "a.mov", [...source(0.5), ...CODED, "-movflags", "+faststart"]);
    const mp4 = await made(folder, "a.mp4", [...source(0.5), ...CODED]);
    const sound = ["-c:v", "mpeg4", "-c:a", "pcm_u8", "-ar", "44100"];
    const avi = await made(folder, "a.avi", [...source(0.5), ...sound]);
    const mkv = await made(folder, "a.mkv", [...source(0.5), ...CODED, "-metadata", `title=${"t".repeat(40)}`]);
    return Object.entries(places).flatMap(([to, place]): Pointing[] => {
      const url = elsewhere("url ", Buffer.from(`${place}\0`));
      const alias = elsewhere("alis", aliasTo(place));
      const pointing = (kind: Pointing["kind"], name: string, body: Uint8Array): Pointing => ({
        name: `${name} → ${to}`,
        body,
        kind,
      });
      return [
        ...Object.entries(texts(place)).map(([name, text]) => pointing("text", name, Buffer.from(text))),
        pointing("index", "MOV with an alias", withReference(mov, alias)),
        pointing("index", "MOV with an address", withReference(mov, url)),
        pointing("index", "MP4 with an address, its index last", withReference(mp4, url)),
        pointing("index", "MP4 with an alias, its index last", withReference(mp4, alias)),
        pointing("index", "QuickTime reference movie", referenceMovie(place)),
        pointing("film", "AVI with a playlist for subtitles", withSubtitles(avi, place)),
        pointing("film", "MKV that is linked", linked(mkv, place)),
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
