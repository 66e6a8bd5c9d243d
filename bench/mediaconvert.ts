/** What the local MediaConvert adds to the ffmpeg that it runs: upload, probe, manifests, captures, uploads of the outputs. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CreateJobCommand, type CreateJobRequest, ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { jobRequest } from "../encoding/job";
import { planTitle } from "../encoding/plan";
import { readProbe } from "../encoding/probe";
import { inputLimits } from "../local/ffmpeg";
import { ffmpegArguments, outputFolders, SOURCE_FILE } from "../local/mediaconvert/command.plan";
import { planJob } from "../local/mediaconvert/job.plan";
import { readSource, type ProbedFile } from "../local/mediaconvert/source.plan";
import { ended, INGEST, MEDIA, media, Platform, QUEUE_ARN, SAMPLE } from "../test/mediaconvert/platform";
import { type Figure, median } from "./figure";

const SECONDS = 60;
const ROUNDS = 3;
/** DESIGN: at most 1.15 × one plain ffmpeg process with the same decode, rungs, codec options, threads and muxing. */
const LIMIT = 1.15;

/** The sample, repeated and enlarged to 1080p. */
async function makeClip({ tools, directory }: Platform): Promise<string> {
  const clip = join(directory, "clip.mp4");
  const picture = ["-vf", "scale=1920:1080,fps=25", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "16"];
  const input = ["-v", "error", "-stream_loop", "12", "-i", SAMPLE, "-t", String(SECONDS)];
  await media(tools.ffmpeg, [...input, ...picture, "-c:a", "aac", clip]);
  return clip;
}

type Server = Awaited<ReturnType<Platform["mediaConvert"]>>;

/** Seconds from upload to the end of the job. */
async function throughJob(platform: Platform, server: Server, clip: string, round: number): Promise<number> {
  const from = performance.now();
  await platform.put("clip.mp4", readFileSync(clip));
  const request = await requestFor(platform, server, `round${round}`);
  const { Job } = await server.client.send(new CreateJobCommand(request));
  const job = await ended(server.client, Job?.Id);
  if (job.Status !== "COMPLETE") throw new Error(`the job ended as ${job.Status}: ${job.ErrorMessage}`);
  return (performance.now() - from) / 1000;
}

async function requestFor(platform: Platform, server: Server, assetId: string): Promise<CreateJobRequest> {
  const InputFiles = [{ FileUrl: `s3://${INGEST}/clip.mp4` }];
  const read = readProbe((await server.client.send(new ProbeCommand({ InputFiles }))).ProbeResults?.[0]);
  if ("reason" in read) throw new Error(read.reason.text);
  const planned = planTitle(read.source);
  if ("reason" in planned) throw new Error(planned.reason.text);
  const ids = { stack: "dev", videoId: "bench", assetId, attempt: 1, key: "clip.mp4" };
  const place = { mediaKeyArn: platform.keyArn, roleArn: platform.roleArn, queueArn: QUEUE_ARN };
  const order = { ...ids, source: read.source, plan: planned.plan };
  return jobRequest(order, { ingestBucket: INGEST, mediaBucket: MEDIA, ...place });
}

/** Seconds of the same ffmpeg alone, without the captures. */
async function throughFfmpeg({ tools, directory }: Platform, request: CreateJobRequest, clip: string): Promise<number> {
  const cwd = join(directory, "plain");
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd);
  copyFileSync(clip, join(cwd, SOURCE_FILE));
  const probe = ["-v", "error", ...inputLimits(), "-of", "json", "-show_format", "-show_streams", SOURCE_FILE];
  const probed = JSON.parse(execFileSync(tools.ffprobe, probe, { cwd, encoding: "utf8" })) as ProbedFile;
  const whole = planJob(request);
  const plan = { ...whole, groups: whole.groups.filter(({ kind }) => kind === "streaming") };
  for (const folder of outputFolders(plan)) mkdirSync(join(cwd, folder));
  const from = performance.now();
  execFileSync(tools.ffmpeg, ffmpegArguments(plan, readSource(probed)), {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return (performance.now() - from) / 1000;
}

export async function transcodeFigures(): Promise<Figure[]> {
  const platform = await Platform.start();
  const server = await platform.mediaConvert("bench");
  try {
    const clip = await makeClip(platform);
    const [ours, plain]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await throughJob(platform, server, clip, round));
      plain.push(await throughFfmpeg(platform, await requestFor(platform, server, "plain"), clip));
    }
    return [
      {
        id: "transcode.job",
        what: `upload, probe and job of ${SECONDS} s of 1080p, to its end`,
        value: median(ours) / median(plain),
        unit: "×",
        limit: { kind: "max", value: LIMIT },
        baseline: { what: "one ffmpeg process with the same rungs, s", value: median(plain) },
        how: `medians of ${ROUNDS} alternating runs; captures in ours only`,
        command: "npm run bench -- transcode",
      },
    ];
  } finally {
    await server.close();
    await platform.stop();
  }
}
