/** Everything that is promised of a ready film, held against its finished media. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MediaTools } from "../../../local/ffmpeg";
import type { OnceRow } from "../../../local/launcher/once";
import { checkMarks, checkSync } from "./checkMarks";
import { checkStoryboard, storyboardFiles } from "./checkStoryboard";
import type { Expected } from "./expected";
import type { Packet } from "./fragments";
import { type Listed, type Manifest, readDash, readHls } from "./manifests";
import { aacCodec, avcCodec, complaints, fieldsOf, type Film, readFilm, streamOf } from "./media";
import { filesBelow } from "./runOnce";

/** Seconds: AAC begins with a frame of priming and ends with a filled one (1,024 samples at 48 kHz each). */
const SOUND_ROUNDING = 0.05;
/** Seconds that are lost by rounding to a container's clock. */
const CLOCK = 0.001;

const rateValue = (text: string): number => {
  const [numerator = 0, denominator = 1] = text.split("/").map(Number);
  return numerator / denominator;
};

const near = (actual: number, wanted: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${what}: ${actual}, should be ${wanted} ± ${tolerance}`);

/** @param folder the title's own, below `--out`. @throws AssertionError, saying which promise is broken */
export async function checkFilm(tools: MediaTools, folder: string, row: OnceRow, expected: Expected): Promise<void> {
  assert.equal(row.state, "ready", row.reason?.text);
  assert.ok(row.hls && row.dash);
  const manifests = { hls: readHls(row.hls), dash: readDash(row.dash) };
  const names = checkListings(row, manifests.hls, manifests.dash, expected);
  const listed = new Set([...manifests.hls.files, ...manifests.dash.files, ...storyboardFiles(folder)]);
  assert.deepEqual(filesBelow(folder), [...listed].sort(), "the files that exist are those that are listed");
  const work = mkdtempSync(join(tmpdir(), "vod-check-"));
  try {
    const read = (kind: string) => (listing: Listed, index: number) =>
      readFilm(folder, listing, join(work, `${kind}${index}.mp4`));
    const pictures = names.pictures.map(read("picture"));
    const sounds = names.sounds.map(read("sound"));
    for (const film of pictures) await checkPicture(tools, film, expected);
    for (const [index, film] of sounds.entries()) checkSound(film, expected, index);
    for (const { path, listing } of [...pictures, ...sounds])
      assert.equal(await complaints(tools, path), "", listing.init);
    checkAligned(pictures);
    checkBandwidths(manifests, [...pictures, ...sounds]);
    const [top] = pictures;
    assert.ok(top);
    if (expected.marked !== false) await checkMarks(tools, top.path, top.listing.size ?? "", expected);
    if (expected.flash !== undefined) await checkSync(tools, { picture: top, sound: sounds[0]?.path }, expected.flash);
    await checkStoryboard(tools, folder, expected);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Both manifests and the row say the same, and what the table says. @returns pictures and sounds, largest first */
function checkListings(row: OnceRow, hls: Manifest, dash: Manifest, expected: Expected) {
  const bySize = (a: Listed, b: Listed): number => parseInt(b.size ?? "0", 10) - parseInt(a.size ?? "0", 10);
  const pictures = [...hls.pictures].sort(bySize);
  assert.deepEqual(
    pictures.map(({ size }) => size),
    expected.sizes,
    "sizes in HLS",
  );
  assert.deepEqual(
    [...dash.pictures].sort(bySize).map(({ size }) => size),
    expected.sizes,
    "sizes in DASH",
  );
  const fromRow = row.renditions.map(({ width, height }) => `${width}x${height}`);
  assert.deepEqual(fromRow, expected.sizes, "sizes in the row");
  const rates = row.renditions.map(({ bitrate }) => bitrate);
  assert.deepEqual(
    rates,
    pictures.map(({ bandwidth }) => bandwidth),
    "bitrates in the row",
  );
  assert.deepEqual(
    pictures.map(({ bandwidth }) => bandwidth),
    pictures.map(({ bandwidth }) => bandwidth).sort((a, b) => b - a),
    "bandwidth ascends with size",
  );
  assert.equal(new Set(rates).size, rates.length, "no two rungs have one bandwidth");
  const lines = hls.pictures.map(({ bandwidth }) => bandwidth);
  assert.deepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
    "HLS lists by ascending bandwidth",
  );
  for (const { rate } of hls.pictures) assert.equal(rate, rateValue(expected.rate).toFixed(3), "FRAME-RATE");
  for (const { rate } of dash.pictures) near(rateValue(rate ?? ""), rateValue(expected.rate), 1e-9, "frameRate");
  const said = expected.sounds.map(({ channels, language, name }, index) => ({
    channels,
    language,
    ...(name ? { name } : {}),
    isDefault: index === 0,
  }));
  for (const [kind, { sounds }] of Object.entries({ HLS: hls, DASH: dash })) {
    const found = sounds.map(({ channels, language, name, isDefault }, index) => ({
      channels,
      language,
      ...(expected.sounds[index]?.name ? { name } : {}),
      isDefault,
    }));
    assert.deepEqual(found, said, `sounds in ${kind}`);
  }
  sameSegments(hls, dash);
  return { pictures, sounds: hls.sounds };
}

/** One set of segments: each rendition is listed by both manifests with the same files and durations. */
function sameSegments(hls: Manifest, dash: Manifest): void {
  const plain = ({ pictures, sounds }: Manifest) =>
    [...pictures, ...sounds]
      .map(({ init, segments }) => ({ init, files: segments.map(({ file }) => file) }))
      .sort((a, b) => a.init.localeCompare(b.init));
  assert.deepEqual(plain(dash), plain(hls), "HLS and DASH list one set of segments");
  const durations = (manifest: Manifest) =>
    new Map([...manifest.pictures, ...manifest.sounds].map(({ init, segments }) => [init, segments]));
  for (const [init, segments] of durations(hls)) {
    const other = durations(dash).get(init) ?? [];
    for (const [index, { seconds }] of segments.entries())
      near(other[index]?.seconds ?? NaN, seconds, CLOCK, `duration of segment ${index + 1} after ${init}`);
  }
}

/** Seconds from the first to the end of the last packet. */
function span(packets: Packet[]): { from: number; to: number } {
  let [from, to] = [Infinity, -Infinity];
  for (const { pts, seconds } of packets) [from, to] = [Math.min(from, pts), Math.max(to, pts + seconds)];
  return { from, to };
}

async function checkPicture(
  tools: MediaTools,
  { listing, path, init, packets }: Film,
  expected: Expected,
): Promise<void> {
  const what = listing.size ?? "";
  const stream = await streamOf(tools, path);
  assert.equal(stream.codec_name, "h264", what);
  assert.equal(`${stream.width}x${stream.height}`, listing.size, "RESOLUTION is the coded size");
  assert.equal(stream.sample_aspect_ratio ?? "1:1", "1:1", `${what}: pixels are square`);
  assert.equal(stream.pix_fmt, "yuv420p", what);
  assert.equal(stream.field_order, "progressive", what);
  assert.ok(!stream.side_data_list?.some((data) => "rotation" in data), `${what}: no rotation is left to the player`);
  if (expected.colour) {
    const tags = [stream.color_primaries, stream.color_transfer, stream.color_space];
    assert.deepEqual(tags, [expected.colour, expected.colour, expected.colour], `${what}: colour tags`);
  }
  assert.equal(stream.color_range ?? "tv", "tv", what);
  const [codec] = listing.codec.split(",");
  assert.equal(codec, avcCodec(init), `${what}: CODECS`);
  const frame = 1 / rateValue(expected.rate);
  const { from, to } = span(packets);
  near(from, 0, CLOCK, `${what}: begins at`);
  near(to, expected.seconds, frame + CLOCK, `${what}: ends at`);
  if (packets.length > 1) {
    const times = packets.map(({ pts }) => pts).sort((a, b) => a - b);
    const measured = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1);
    near(measured, frame, CLOCK / times.length + 1e-6, `${what}: seconds from picture to picture`);
  }
  if (expected.wasInterlaced) {
    const { top = 0, bottom = 0, progressive = 0 } = await fieldsOf(tools, path);
    assert.ok(top + bottom <= 0.05 * progressive, `${what}: combed: ${top + bottom} of ${progressive} pictures`);
  }
}

function checkSound({ listing, init, packets }: Film, expected: Expected, index: number): void {
  const what = `sound ${index + 1}`;
  if (listing.codec !== "") assert.equal(listing.codec, aacCodec(init), `${what}: CODECS`);
  const { from, to } = span(packets);
  near(from, 0, SOUND_ROUNDING, `${what}: begins at`);
  near(to, expected.sounds[index]?.seconds ?? expected.seconds, SOUND_ROUNDING, `${what}: ends at`);
}

/** Segments begin with a key frame, last as long as they are said to, and begin at the same times in all rungs. */
function checkAligned(pictures: Film[]): void {
  const starts = pictures.map(({ listing, packets }) =>
    listing.segments.map(({ seconds }, index) => {
      const own = packets.filter(({ segment }) => segment === index);
      assert.ok(own[0]?.key, `${listing.size}: segment ${index + 1} begins with a key frame`);
      const { from, to } = span(own);
      near(to - from, seconds, 2 * CLOCK, `${listing.size}: length of segment ${index + 1}`);
      return Math.round(from * 1000);
    }),
  );
  for (const own of starts) assert.deepEqual(own, starts[0], "segments begin at the same times in all rungs");
}

/** Bits per second of the busiest run of segments of 0.5 to 1.5 target durations (RFC 8216 §4.3.4.2); of all, if shorter. */
function peak({ listing, sizes }: Film): number {
  const target = Math.max(1, ...listing.segments.map(({ seconds }) => Math.round(seconds)));
  const rates: number[] = [];
  for (let from = 0; from < listing.segments.length; from += 1) {
    let [seconds, bits] = [0, 0];
    for (let to = from; to < listing.segments.length && seconds <= 1.5 * target; to += 1) {
      seconds += listing.segments[to]?.seconds ?? 0;
      bits += (sizes[to] ?? 0) * 8;
      if (seconds >= 0.5 * target && seconds <= 1.5 * target) rates.push(bits / seconds);
    }
  }
  const all = sizes.reduce((sum, size) => sum + size, 0) * 8;
  return Math.max(...rates, all / listing.segments.reduce((sum, { seconds }) => sum + seconds, 0));
}

function checkBandwidths({ hls, dash }: { hls: Manifest; dash: Manifest }, films: Film[]): void {
  const peaks = new Map(films.map((film) => [film.listing.init, peak(film)]));
  const sound = Math.max(0, ...hls.sounds.map(({ init }) => peaks.get(init) ?? 0));
  for (const { init, bandwidth, size } of hls.pictures)
    assert.ok(bandwidth >= (peaks.get(init) ?? NaN) + sound - 1, `${size}: BANDWIDTH ${bandwidth} is below the peak`);
  for (const { init, bandwidth } of [...dash.pictures, ...dash.sounds])
    assert.ok(bandwidth >= (peaks.get(init) ?? NaN) - 1, `${init}: bandwidth ${bandwidth} is below the peak`);
  for (const { init, codec } of dash.sounds) {
    const film = films.find(({ listing }) => listing.init === init);
    assert.ok(film);
    assert.equal(codec, aacCodec(film.init), "codecs in DASH");
    const listed = hls.pictures.map((picture) => picture.codec.split(",").slice(1));
    for (const names of listed) assert.ok(names.includes(codec), "CODECS names the sound");
  }
  const codecs = new Map(dash.pictures.map(({ init, codec }) => [init, codec]));
  for (const { init, codec } of hls.pictures) assert.equal(codec.split(",")[0], codecs.get(init), "codecs in DASH");
}
