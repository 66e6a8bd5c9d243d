/**
 * Storyboard: from the frames that the job captured to sprite sheets, their WebVTT and a poster; then the title is ready.
 * A title that plays is worth more than its pictures: when they fail for good it becomes ready without them, with a warning.
 */
import * as z from "zod/mini";
import { StoryboardMessage } from "../../contracts/events";
import { capturePrefix, posterKey, spriteKey, thumbnailsKey } from "../../contracts/keys";
import type { Asset, Reason } from "../../contracts/ledger";
import type { Size } from "../../encoding/ladder";
import { planTitle } from "../../encoding/plan";
import type { SourceProbe } from "../../encoding/probe";
import { Malformed } from "../errors";
import type { Delivery } from "../batch";
import type { Bus, Clock, Ledger, Log, Metrics, Store, StoredObject } from "../ports";
import { settle } from "../settle";
import { finish, type Pictures } from "./finish";
import { decodeJpeg, encodeSheet, type Picture, tileSize, toTile } from "./pictures";
import { thumbnailsVtt, TILES_PER_SHEET, tilesShown } from "./vtt";

export interface StoryboardPorts {
  ledger: Ledger;
  store: Store;
  bus: Bus;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface StoryboardConfig {
  stack: string;
  mediaBucket: string;
}

/** Captures read at a time. */
const PARALLEL = 10;
/** `frame.0000042.jpg`, as MediaConvert names captures. */
const CAPTURE_NAME = /\.(\d+)\.jpg$/;

/** By their numbers, which are their times: `captures[3]` was taken after three intervals. One that is missing is left out. */
async function listCaptures(
  asset: Asset,
  { store }: StoryboardPorts,
  bucket: string,
): Promise<(StoredObject | undefined)[]> {
  const captures: (StoredObject | undefined)[] = [];
  let after: string | undefined;
  do {
    const page = await store.list(bucket, capturePrefix(asset.videoId, asset.assetId), after);
    for (const object of page.objects) {
      const number = CAPTURE_NAME.exec(object.key)?.[1];
      if (number !== undefined) captures[Number(number)] = object;
    }
    after = page.next;
  } while (after !== undefined);
  return captures;
}

interface Tile {
  capture: StoredObject;
  picture: Picture;
}

/** Undefined for a capture that cannot be read, which leaves a black tile. */
async function readTile(
  capture: StoredObject | undefined,
  tile: Size,
  ports: StoryboardPorts,
  bucket: string,
): Promise<Tile | undefined> {
  const bytes = capture && (await ports.store.read(bucket, capture.key));
  const picture = bytes && decodeJpeg(bytes);
  if (capture && picture) return { capture, picture: toTile(picture, tile) };
  ports.log.warn("capture could not be read", { key: capture?.key });
  return undefined;
}

async function readTiles(
  captures: readonly (StoredObject | undefined)[],
  tile: Size,
  ports: StoryboardPorts,
  bucket: string,
): Promise<(Tile | undefined)[]> {
  const tiles: (Tile | undefined)[] = [];
  for (let at = 0; at < captures.length; at += PARALLEL) {
    const some = captures.slice(at, at + PARALLEL);
    tiles.push(...(await Promise.all(some.map((capture) => readTile(capture, tile, ports, bucket)))));
  }
  return tiles;
}

/**
 * The capture with the most bytes, which is the one with the most to see: not the black or the title at the beginning. It
 * is looked for before the film's middle, so that a poster gives no ending away.
 */
export function posterOf(captures: readonly StoredObject[]): StoredObject | undefined {
  const early = captures.slice(0, Math.max(1, Math.ceil(captures.length / 2)));
  return early.reduce<StoredObject | undefined>(
    (best, each) => (best && best.size >= each.size ? best : each),
    undefined,
  );
}

/** @returns the captures that can be read; when there is none, no sheet is written. */
async function writeSheets(
  asset: Asset,
  captures: readonly (StoredObject | undefined)[],
  tile: Size,
  ports: StoryboardPorts,
  bucket: string,
): Promise<StoredObject[]> {
  const { videoId, assetId } = asset;
  const write = (sheet: number, pictures: readonly (Picture | undefined)[]): Promise<void> =>
    ports.store.write(bucket, spriteKey(videoId, assetId, sheet), encodeSheet(pictures, tile), "image/jpeg");
  const readable: StoredObject[] = [];
  const dark: { sheet: number; count: number }[] = [];
  for (let sheet = 0; sheet * TILES_PER_SHEET < captures.length; sheet += 1) {
    const some = captures.slice(sheet * TILES_PER_SHEET, (sheet + 1) * TILES_PER_SHEET);
    const tiles = await readTiles(some, tile, ports, bucket);
    const good = tiles.flatMap((each) => (each ? [each.capture] : []));
    readable.push(...good);
    if (good.length === 0) dark.push({ sheet, count: some.length });
    else
      await write(
        sheet,
        tiles.map((each) => each?.picture),
      );
  }
  // The cues name them too.
  if (readable.length > 0)
    for (const { sheet, count } of dark) await write(sheet, Array<undefined>(count).fill(undefined));
  return readable;
}

async function draw(asset: Asset, ports: StoryboardPorts, bucket: string): Promise<Pictures | Reason> {
  const { videoId, assetId } = asset;
  const planned = planTitle(asset.probe as SourceProbe);
  if ("reason" in planned) return planned.reason;
  const { interval, ...size } = planned.plan.captures;
  const captures = await listCaptures(asset, ports, bucket);
  if (captures.length === 0) return { code: "no-captures", text: "the job captured no frames" };
  const duration = asset.outputs?.duration ?? captures.length * interval;
  const tiles = tilesShown({ captures: captures.length, interval, duration });
  const tile = tileSize(size);
  const readable = await writeSheets(asset, Array.from(captures.slice(0, tiles)), tile, ports, bucket);
  const best = posterOf(readable);
  if (!best) return { code: "unreadable-captures", text: "none of the captured frames could be read" };
  const sheetName = (sheet: number): string => spriteKey(videoId, assetId, sheet).split("/").at(-1) ?? "";
  const vtt = thumbnailsVtt({ tiles, tile, interval, duration, sheetName });
  const poster = await ports.store.read(bucket, best.key);
  if (poster) await ports.store.write(bucket, posterKey(videoId, assetId), poster, "image/jpeg");
  await ports.store.write(bucket, thumbnailsKey(videoId, assetId), vtt, "text/vtt");
  return { poster: poster ? posterKey(videoId, assetId) : null, thumbnails: thumbnailsKey(videoId, assetId) };
}

/** Handles one message of the storyboard queue. */
export async function storyboard(
  { body, last }: Delivery,
  ports: StoryboardPorts,
  config: StoryboardConfig,
): Promise<void> {
  const parsed = StoryboardMessage.safeParse(body);
  if (!parsed.success) throw new Malformed(`no storyboard request: ${z.prettifyError(parsed.error)}`);
  const { stack, assetId, attempt } = parsed.data.detail;
  const asset = stack === config.stack ? await ports.ledger.asset(assetId) : undefined;
  if (!asset || asset.attempt !== attempt) return ports.log.info("storyboard request ignored", { assetId, attempt });
  if (asset.state !== "progressing" || !asset.outputs) return settle(asset, ports, stack);
  let made: Pictures | Reason;
  try {
    made = await draw(asset, ports, config.mediaBucket);
  } catch (error) {
    if (!last) throw error;
    ports.log.error("storyboard given up", { assetId, error });
    made = { code: "storyboard-failed", text: error instanceof Error ? error.message : String(error) };
  }
  if ("code" in made) ports.metrics.count("StoryboardMissing");
  await finish(asset, made, ports, stack);
}
