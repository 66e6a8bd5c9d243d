/** What is called ready plays, whatever it was made from. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MediaTools } from "../../../local/ffmpeg.js";
import type { OnceRow } from "../../../local/launcher/once.js";
import type { Packet } from "../../films/support/fragments.js";
import { type Listed, readDash, readHls } from "../../films/support/manifests.js";
import { complaints, readFilm } from "../../films/support/media.js";

/** Seconds: two frames of AAC at 48 kHz, and a picture at 25 a second. */
const ROUNDING = 0.05;

const bySize = (a: Listed, b: Listed): number => parseInt(b.size ?? "0", 10) - parseInt(a.size ?? "0", 10);
const lengthOf = (packets: Packet[]): number =>
  Math.max(...packets.map(({ pts, seconds }) => pts + seconds)) - Math.min(...packets.map(({ pts }) => pts));

/** Both manifests list the same segments, of the same lengths. */
function checkAgreed(hls: Listed[], dash: Listed[], kind: string): void {
  assert.equal(hls.length, dash.length, kind);
  const files = (listed: Listed) => [listed.init, ...listed.segments.map(({ file }) => file)];
  for (const [index, own] of hls.entries()) {
    const other = dash[index];
    assert.ok(other);
    assert.deepEqual(files(own), files(other), `${kind}: files`);
    for (const [at, { seconds, file }] of own.segments.entries())
      assert.ok(Math.abs(seconds - (other.segments[at]?.seconds ?? 0)) < 0.002, `${file}: seconds in HLS and in DASH`);
  }
}

/**
 * Every listed segment exists and decodes without a complaint, the manifests agree, and say the lengths that are there.
 * @param folder the title's own, below `--out`. @returns seconds of the film
 */
export async function checkPlays(tools: MediaTools, folder: string, row: OnceRow): Promise<number> {
  assert.ok(row.hls && row.dash);
  const hls = readHls(row.hls);
  const dash = readDash(row.dash);
  const pictures = [...hls.pictures].sort(bySize);
  checkAgreed(pictures, [...dash.pictures].sort(bySize), "pictures");
  checkAgreed(hls.sounds, dash.sounds, "sounds");
  assert.ok(pictures.length > 0);
  const work = mkdtempSync(join(tmpdir(), "vod-plays-"));
  const lengths: number[] = [];
  try {
    for (const [index, listing] of [...pictures, ...hls.sounds].entries()) {
      const path = join(work, `${index}.mp4`);
      const { packets } = readFilm(folder, listing, path);
      assert.equal(await complaints(tools, path), "", listing.init);
      for (const [at, { seconds, file }] of listing.segments.entries()) {
        const own = packets.filter(({ segment }) => segment === at);
        assert.ok(Math.abs(lengthOf(own) - seconds) <= ROUNDING, `${file}: ${lengthOf(own)} s, listed as ${seconds}`);
      }
      lengths.push(listing.segments.reduce((sum, { seconds }) => sum + seconds, 0));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const film = lengths[0] ?? 0;
  assert.ok(
    lengths.every((length) => Math.abs(length - film) < 1),
    `pictures and sounds are of one length: ${lengths.join(", ")}`,
  );
  return film;
}
