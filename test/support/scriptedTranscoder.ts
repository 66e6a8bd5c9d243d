/**
 * A MediaConvert whose jobs do what a test says: the REST calls that the SDK makes, no media, no grants. A job ends when it
 * is told to, with the few objects that a finished job leaves; its events are put on the bus by hand.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { capturePrefix, manifestBase } from "../../contracts/keys";
import type { Clients } from "../../local/cloud/clients";

export type JobStatus = "SUBMITTED" | "PROGRESSING" | "COMPLETE" | "ERROR" | "CANCELED";

/** As the service's reply names it, and the token that it was created by. */
export interface ScriptedJob {
  id: string;
  arn: string;
  status: JobStatus;
  /** Seconds since 1970. */
  createdAt: number;
  queue: string;
  userMetadata: Record<string, string>;
  clientRequestToken?: string;
  jobPercentComplete?: number;
  errorCode?: number;
  errorMessage?: string;
}

/** First bytes of an MP4 file; what follows makes one upload another than the next. */
export const mp4 = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom"), Buffer.from([0, 0, 2, 0]), Buffer.from(text)]);

/** What Probe says of every file: ten seconds of 1280×720. */
const PROBED = {
  container: {
    format: "mp4",
    duration: 10,
    tracks: [
      {
        index: 1,
        trackType: "video",
        codec: "AVC",
        videoProperties: { width: 1280, height: 720, frameRate: { numerator: 25, denominator: 1 } },
      },
      { index: 2, trackType: "audio", codec: "AAC", audioProperties: { channels: 2, languageCode: "spa" } },
    ],
  },
};
const PLAYLIST = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=4200000,RESOLUTION=1280x720
stream_720p.m3u8
`;
const FIXTURES = join(__dirname, "../fixtures/events");

export class ScriptedTranscoder {
  /** In the order of their creation. */
  readonly jobs: ScriptedJob[] = [];
  /** Runs when a job has been made, beside the reply. */
  onCreate: (job: ScriptedJob) => void = () => undefined;
  private readonly server: Server;

  private constructor(
    private readonly clients: Clients,
    private readonly mediaBucket: string,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(clients: Clients, mediaBucket: string): Promise<ScriptedTranscoder> {
    const scripted = new ScriptedTranscoder(clients, mediaBucket);
    await new Promise<void>((done) => scripted.server.listen(0, "127.0.0.1", done));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  jobsOf(assetId: string): ScriptedJob[] {
    return this.jobs.filter(({ userMetadata }) => userMetadata.assetId === assetId);
  }

  private create(body: Record<string, unknown>): ScriptedJob {
    const clientRequestToken = body.clientRequestToken as string | undefined;
    const same = this.jobs.find((job) => job.clientRequestToken === clientRequestToken);
    if (same) return same;
    const id = `${Date.now()}-${randomUUID().slice(0, 6)}`;
    const queue = String(body.queue);
    const job: ScriptedJob = {
      id,
      arn: `${queue.split(":queues/")[0]}:jobs/${id}`,
      status: "SUBMITTED",
      createdAt: Math.floor(Date.now() / 1000),
      queue,
      userMetadata: body.userMetadata as Record<string, string>,
      ...(clientRequestToken === undefined ? {} : { clientRequestToken }),
    };
    this.jobs.push(job);
    this.onCreate(job);
    return job;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const [, kind, id] = /^\/2017-08-29\/(jobs|probe)(?:\/([^/?]+))?/.exec(request.url ?? "") ?? [];
    const call = `${request.method} ${kind}${id === undefined ? "" : "/id"}`;
    const job = this.jobs.find((each) => each.id === id);
    const send = (status: number, body: object): void => {
      response.writeHead(status, {
        "content-type": "application/json",
        ...(status === 404 ? { "x-amzn-ErrorType": "NotFoundException" } : {}),
      });
      response.end(JSON.stringify(body));
    };
    if (call === "POST jobs") send(201, { job: this.create(JSON.parse(text) as Record<string, unknown>) });
    else if (call === "GET jobs") send(200, { jobs: [...this.jobs].reverse() });
    else if (call === "GET jobs/id" && job) send(200, { job });
    else if (call === "POST probe") send(200, { probeResults: [PROBED] });
    else send(404, { message: `no ${call}` });
  }

  /** What the service's record says of the job from now on. A complete one has left its manifests and these captures. */
  async set(job: ScriptedJob, status: JobStatus, captures: readonly Uint8Array[] = []): Promise<void> {
    if (status === "COMPLETE") await this.writeOutputs(job, captures);
    if (status === "ERROR") Object.assign(job, { errorCode: 1040, errorMessage: "Example error message" });
    job.status = status;
  }

  private async writeOutputs({ userMetadata }: ScriptedJob, captures: readonly Uint8Array[]): Promise<void> {
    const { videoId = "", assetId = "" } = userMetadata;
    const base = manifestBase(videoId, assetId);
    const put = (Key: string, Body: Uint8Array | string): Promise<unknown> =>
      this.clients.s3.send(new PutObjectCommand({ Bucket: this.mediaBucket, Key, Body }));
    await Promise.all([
      put(`${base}.m3u8`, PLAYLIST),
      put(`${base}.mpd`, "<MPD/>"),
      ...captures.map((bytes, n) =>
        put(`${capturePrefix(videoId, assetId)}frame.${String(n).padStart(7, "0")}.jpg`, bytes),
      ),
    ]);
  }

  /** @param fixture a file of test/fixtures/events without `mediaconvert-`: its event, made this job's. */
  event(job: ScriptedJob, fixture: string): Record<string, unknown> & { detail: Record<string, unknown> } {
    const text = readFileSync(join(FIXTURES, `mediaconvert-${fixture}.json`), "utf8");
    const event = JSON.parse(text) as { detail: Record<string, unknown> };
    const { id: jobId, queue, userMetadata, arn } = job;
    return { ...event, resources: [arn], detail: { ...event.detail, jobId, queue, userMetadata } };
  }

  /** Puts the job's event where the service puts it: on the account's default bus. */
  async emit(job: ScriptedJob, fixture: string): Promise<void> {
    const { detail, resources } = this.event(job, fixture);
    const entry = {
      Source: "aws.mediaconvert",
      DetailType: "MediaConvert Job State Change",
      Resources: resources as string[],
      Detail: JSON.stringify(detail),
    };
    const { FailedEntryCount, Entries } = await this.clients.events.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount) throw new Error(`the event was refused: ${Entries?.[0]?.ErrorMessage}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
