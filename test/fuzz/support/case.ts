/** One bad film by the way that every upload goes: sniffed, probed, planned, priced and transcoded by the local MediaConvert. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CreateJobCommand, type MediaConvertClient, ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { jobRequest } from "../../../encoding/job";
import { planTitle } from "../../../encoding/plan";
import { readProbe, type SourceProbe } from "../../../encoding/probe";
import { sniff, SNIFFED_BYTES } from "../../../handlers/sniff";
import { readDash, readHls } from "../../films/support/manifests";
import { ended, INGEST, MEDIA, type Platform, QUEUE_ARN } from "../../mediaconvert/platform";
import { SENTINEL_TEXT, shows } from "./sentinel";

export interface BadFilm {
  name: string;
  bytes: Buffer;
}

export interface Outcome {
  end: "rejected" | "failed" | "ready";
  /** Reason, or the job's error. */
  why: string;
  /** What it says it is, when it could be read. */
  source?: SourceProbe;
  /** Bytes of all outputs. */
  made: number;
}

export interface Stage {
  platform: Platform;
  client: MediaConvertClient;
}

const rejected = (why: string, source?: SourceProbe): Outcome => ({ end: "rejected", why, made: 0, source });

async function probe(client: MediaConvertClient, key: string): Promise<{ source: SourceProbe } | { why: string }> {
  try {
    const reply = await client.send(new ProbeCommand({ InputFiles: [{ FileUrl: `s3://${INGEST}/${key}` }] }));
    const outcome = readProbe(reply.ProbeResults?.[0]);
    return "reason" in outcome ? { why: outcome.reason.text } : outcome;
  } catch (error) {
    // Anything but a refusal means that the service itself broke.
    if ((error as Error).name !== "UnprocessableEntityException") throw error;
    return { why: (error as Error).message };
  }
}

/** A title that is dearer than the limit is tried as if a person had approved it. */
export async function run({ platform, client }: Stage, { name, bytes }: BadFilm): Promise<Outcome> {
  const refused = sniff(bytes.subarray(0, SNIFFED_BYTES));
  if (refused) return rejected(refused.text);
  await platform.put(name, bytes);
  const probed = await probe(client, name);
  if ("why" in probed) return rejected(probed.why);
  const { source } = probed;
  const planned = planTitle(source);
  if ("reason" in planned) return rejected(planned.reason.text, source);
  const ids = { stack: "dev", videoId: "fuzz", assetId: name, attempt: 1 };
  const { roleArn, keyArn } = platform;
  const buckets = { ingestBucket: INGEST, mediaBucket: MEDIA };
  const place = { ...buckets, mediaKeyArn: keyArn, roleArn, queueArn: QUEUE_ARN };
  const request = jobRequest({ ...ids, key: name, source, plan: planned.plan }, place);
  const created = await client.send(new CreateJobCommand({ ...request, ClientRequestToken: undefined }));
  const job = await ended(client, created.Job?.Id);
  const made = await filesOf(platform, name);
  const size = [...made.values()].reduce((sum, { length }) => sum + length, 0);
  if (job.Status !== "COMPLETE") {
    assert.ok(job.ErrorCode && job.ErrorMessage, `${name} ended ${job.Status} without saying why`);
    return { end: "failed", why: `${job.ErrorCode} ${job.ErrorMessage}`, source, made: size };
  }
  await requirePlayable(platform, name, made);
  return { end: "ready", why: "", source, made: size };
}

async function filesOf(platform: Platform, name: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const prefix of [`media/fuzz/${name}/`, `captures/fuzz/${name}/`])
    for (const key of await platform.keys(prefix)) files.set(key, Buffer.from(await platform.read(key)));
  return files;
}

/** Pictures of 8 × 8 pixels, RGB. @throws when a decoder complains so much that it gives up */
function decode(ffmpeg: string, file: string, cwd: string): Promise<Buffer> {
  const args = [
    "-v",
    "error",
    "-i",
    file,
    "-map",
    "0:v:0",
    "-vf",
    "scale=8:8",
    "-pix_fmt",
    "rgb24",
    "-f",
    "rawvideo",
    "-",
  ];
  return new Promise((settle, fail) => {
    execFile(ffmpeg, args, { cwd, encoding: "buffer", maxBuffer: 2 ** 30 }, (error, stdout, stderr) =>
      error || stderr.length > 0 ? fail(error ?? new Error(stderr.toString())) : settle(stdout),
    );
  });
}

/** Both manifests name the same files, all of them are there, each rung decodes without a complaint, and nothing is another's. */
async function requirePlayable(platform: Platform, name: string, made: Map<string, Buffer>): Promise<void> {
  const folder = mkdtempSync(join(platform.directory, "plays-"));
  try {
    const prefix = `media/fuzz/${name}/`;
    for (const [key, bytes] of made) {
      assert.ok(!bytes.includes(SENTINEL_TEXT), `${name}: another file's text is in ${key}`);
      if (!key.startsWith(prefix)) continue;
      const file = join(folder, key.slice(prefix.length));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    const [hls, dash] = [readHls(join(folder, "stream.m3u8")), readDash(join(folder, "stream.mpd"))];
    const there = (files: string[]): void => {
      const missing = files.filter((file) => !made.has(prefix + file));
      assert.deepEqual(missing, [], `${name}: named by a manifest, but not there`);
    };
    there(hls.files);
    there(dash.files);
    assert.ok(hls.pictures.length > 0 && hls.pictures.length === dash.pictures.length, `${name}: rungs differ`);
    for (const { init, segments } of dash.pictures) {
      const parts = [init, ...segments.map(({ file }) => file)].map(
        (file) => made.get(prefix + file) ?? Buffer.alloc(0),
      );
      writeFileSync(join(folder, "whole.mp4"), Buffer.concat(parts));
      const pictures = await decode(platform.tools.ffmpeg, "whole.mp4", folder);
      assert.ok(pictures.length >= 192, `${name}: a rung without a picture`);
      assert.ok(!shows(pictures), `${name}: another film's pictures are in it`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
