/** `npm start -- --once`: a platform of its own, some files, their ends, and nothing left. */
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { assetPrefix } from "../../contracts/keys.js";
import type { Asset, AssetState, Reason, Rendition } from "../../contracts/ledger.js";
import { EXIT, type Output, printable } from "../../cli/shell.js";
import { layoutOf, localRoot } from "./layout.js";
import { removeAbandoned } from "./leftovers.js";
import { type Platform, startPlatform } from "./platform.js";
import { stateLine } from "./progress.js";
import { followUpload, uploadSource } from "./titles.js";

export interface OnceOptions {
  files: string[];
  /** Folder for the finished media. */
  out: string | null;
  port: number;
  set: Record<string, string>;
  json: boolean;
  output: Output;
  signal: AbortSignal;
}

/** One line of `--json`. `seconds` from the upload's start to the end; `hls` and `dash` are object keys, with `--out` paths. */
export interface OnceRow {
  file: string;
  videoId: string;
  state: AssetState;
  reason?: Reason;
  /** What a ready film lost: sounds that were left out, pictures that could not be made. */
  warning?: Reason;
  renditions: Rendition[];
  hls: string | null;
  dash: string | null;
  seconds: number;
}

/** Writes a title's media below `folder` under the names that they have below the asset's prefix. */
async function download(platform: Platform, { videoId, assetId, outputs }: Asset, folder: string): Promise<void> {
  const { s3 } = platform.cloud.in();
  const Bucket = String(platform.record.outputs.mediaBucket);
  const save = async (Key: string, path: string): Promise<void> => {
    mkdirSync(dirname(path), { recursive: true });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    await pipeline(Body as Readable, createWriteStream(path));
  };
  const prefix = assetPrefix(videoId, assetId);
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: prefix })) {
    for (const { Key = "" } of page.Contents ?? []) await save(Key, join(folder, Key.slice(prefix.length)));
  }
  if (outputs?.poster) await save(outputs.poster, join(folder, "poster.jpg"));
}

async function rowOf(platform: Platform, file: string, asset: Asset, seconds: number, out: string | null) {
  const { videoId, assetId, state, reason, warning, outputs } = asset;
  const row: OnceRow = {
    file,
    videoId,
    state,
    ...(reason && { reason }),
    ...(warning && { warning }),
    renditions: [],
    hls: null,
    dash: null,
    seconds,
  };
  if (state !== "ready" || !outputs) return row;
  const prefix = assetPrefix(videoId, assetId);
  if (out) await download(platform, asset, join(out, videoId));
  const place = (key: string): string => (out ? join(out, videoId, key.slice(prefix.length)) : key);
  return { ...row, renditions: outputs.renditions, hls: place(outputs.hls), dash: place(outputs.dash) };
}

function humanRow({ file, state, reason, warning, renditions, hls, seconds }: OnceRow): string {
  const sizes = renditions.map(({ width, height }) => `${width}×${height}`).join(" ");
  const mark = state === "ready" ? "✓" : "✗";
  return printable(
    `${mark} ${file}: ${state} after ${seconds} s ${reason?.text ?? `${sizes} ${hls}`}${warning ? ` · ${warning.text}` : ""}`,
  );
}

/** Uploads one file and prints its row when it has an end. */
async function ingestOne(platform: Platform, file: string, index: number, options: OnceOptions): Promise<AssetState> {
  const { output, json, out, signal } = options;
  const since = performance.now();
  // A folder of its own keeps two files of the same name apart; a title is named by the last part alone.
  const key = `${index + 1}/${basename(file)}`;
  await uploadSource(platform, key, file);
  const asset = await followUpload(platform, key, (now) => output.progress(stateLine(file, now)), signal);
  const seconds = Math.round((performance.now() - since) / 10) / 100;
  const row = await rowOf(platform, file, asset, seconds, out);
  output.print(json ? JSON.stringify(row) : humanRow(row));
  return asset.state;
}

export async function once(options: OnceOptions): Promise<number> {
  const { files, output } = options;
  await removeAbandoned();
  mkdirSync(localRoot(), { recursive: true });
  const folder = mkdtempSync(join(localRoot(), "once-"));
  try {
    const platform = await startPlatform({ ...options, layout: layoutOf(basename(folder)) });
    try {
      const all = Promise.all(files.map((file, index) => ingestOne(platform, file, index, options)));
      const broken = platform.broken.then((what): never => {
        throw new Error(what);
      });
      const states = await Promise.race([all, broken]);
      return states.every((state) => state === "ready") ? EXIT.done : EXIT.no;
    } finally {
      output.progress("stopping");
      await platform.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
