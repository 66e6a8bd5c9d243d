/**
 * MediaConvert: takes jobs, queues them for seconds or hours, runs them, writes outputs before it says COMPLETE, and sends
 * events that come late, twice, out of order or never. Its records and its list of jobs lag a little behind.
 */
import type { CreateJobRequest, Job, JobStatus } from "@aws-sdk/client-mediaconvert";
import { NotCreated, type Refused, type Transcoder } from "../../handlers/ports";
import { type SimBucket, type SimObject } from "./bucket";
import { type Content, probeOf } from "./contents";
import { HOUR, type Machine, MINUTE, note, SECOND, type Sim } from "./machine";
import { writeCaptures, writeManifests, writeSegments } from "./media";

/** A repeated token within this time names the first job (API reference, "Idempotency": within one minute). */
const TOKEN_LIFE = MINUTE;
const MOST_LAG = 3 * SECOND;

interface Record {
  job: Job;
  previous: JobStatus;
  changed: number;
  created: number;
}

export interface ServicePorts {
  ingest: SimBucket;
  media: SimBucket;
  contentOf: (object: SimObject) => Content;
  send: (event: object) => void;
}

const keyOf = (url: string | undefined): string => (url ?? "").replace(/^s3:\/\/[^/]+\//, "");

export class SimService {
  readonly jobs: Record[] = [];

  constructor(
    private readonly sim: Sim,
    private readonly ports: ServicePorts,
  ) {}

  get running(): number {
    return this.jobs.filter(({ job }) => job.Status === "SUBMITTED" || job.Status === "PROGRESSING").length;
  }

  private sourceOf(request: CreateJobRequest): SimObject | undefined {
    return this.ports.ingest.objects.get(keyOf(request.Settings?.Inputs?.[0]?.FileInput));
  }

  private create(request: CreateJobRequest): { jobId: string } | Refused {
    const { scheduler, seen } = this.sim;
    const same = this.jobs.find(
      ({ job, created }) =>
        job.ClientRequestToken === request.ClientRequestToken &&
        job.ClientRequestToken !== undefined &&
        scheduler.now - created < TOKEN_LIFE,
    );
    if (same) {
      seen.add("service: the token named an earlier job");
      return { jobId: String(same.job.Id) };
    }
    const source = this.sourceOf(request);
    if (source && this.ports.contentOf(source) === "refused")
      return { refused: { code: "job-refused", text: "MediaConvert refused the job: BadRequestException" } };
    const id = `${1_700_000_000_000 + this.jobs.length}-simjob`;
    const job: Job = { ...request, Id: id, Status: "SUBMITTED", CreatedAt: new Date(scheduler.now) };
    const record = { job, previous: "SUBMITTED" as const, changed: scheduler.now, created: scheduler.now };
    this.jobs.push(record);
    scheduler.after(this.queueing(), () => this.start(record));
    return { jobId: id };
  }

  private queueing(): number {
    const { random, seen } = this.sim;
    const kind = random.next();
    if (kind < 0.8) return random.between(0, 20 * SECOND);
    if (kind < 0.95) return random.between(0, 30 * MINUTE);
    seen.add("service: a job queued for hours");
    return random.between(HOUR, 7 * HOUR);
  }

  private set(record: Record, status: JobStatus, more: Partial<Job> = {}): void {
    record.previous = record.job.Status ?? "SUBMITTED";
    record.changed = this.sim.scheduler.now;
    Object.assign(record.job, { Status: status, ...more });
    note(this.sim, "service", `${record.job.Id} ${status}`, "ok");
    this.sim.seen.add(`job: ${status}`);
    this.tell(record, status);
  }

  private tell({ job }: Record, status: string, detail: object = {}): void {
    this.ports.send({
      version: "0",
      source: "aws.mediaconvert",
      "detail-type": "MediaConvert Job State Change",
      time: new Date(this.sim.scheduler.now).toISOString(),
      detail: {
        timestamp: this.sim.scheduler.now,
        queue: job.Queue,
        jobId: job.Id,
        status,
        userMetadata: job.UserMetadata,
        ...detail,
      },
    });
  }

  private start(record: Record): void {
    if (record.job.Status !== "SUBMITTED") return;
    const source = this.sourceOf(record.job as CreateJobRequest);
    if (!source) return this.set(record, "ERROR", { ErrorCode: 1404, ErrorMessage: "the source is not there" });
    const { random, scheduler } = this.sim;
    this.set(record, "PROGRESSING", { JobPercentComplete: 0 });
    const length = random.between(2 * SECOND, random.chance(0.9) ? 3 * MINUTE : HOUR);
    for (const part of [0.3, 0.7])
      if (random.chance(0.4)) scheduler.after(length * part, () => this.progress(record, part));
    const fails = this.ports.contentOf(source) === "failing" ? random.chance(0.8) : random.chance(0.04);
    scheduler.after(length / 2, () => this.write(record));
    scheduler.after(length, () => (fails ? this.fail(record) : this.complete(record)));
  }

  private progress(record: Record, part: number): void {
    if (record.job.Status !== "PROGRESSING") return;
    record.job.JobPercentComplete = Math.round(part * 100);
    this.tell(record, "STATUS_UPDATE", { jobProgress: { jobPercentComplete: record.job.JobPercentComplete } });
  }

  private destinations({ job }: Record): { group: string; captures: string } {
    const [cmaf, frames] = job.Settings?.OutputGroups ?? [];
    return {
      group: keyOf(cmaf?.OutputGroupSettings?.CmafGroupSettings?.Destination),
      captures: keyOf(frames?.OutputGroupSettings?.FileGroupSettings?.Destination),
    };
  }

  private write(record: Record): void {
    if (record.job.Status !== "PROGRESSING") return;
    const { group, captures } = this.destinations(record);
    writeSegments(this.ports.media, group);
    const kind = this.sim.random.next();
    if (kind < 0.85) writeCaptures(this.ports.media, captures, kind < 0.02 ? "pictures" : "garbage");
    else this.sim.seen.add("service: a job without captures");
  }

  private fail(record: Record): void {
    if (record.job.Status === "PROGRESSING")
      this.set(record, "ERROR", { ErrorCode: 1999, ErrorMessage: "the transcoder failed" });
  }

  private complete(record: Record): void {
    if (record.job.Status !== "PROGRESSING") return;
    if (this.sim.random.chance(0.03)) this.sim.seen.add("service: complete without manifests");
    else writeManifests(this.ports.media, this.destinations(record).group);
    this.set(record, "COMPLETE", { JobPercentComplete: 100 });
  }

  /** As an operator does at the service's console. */
  cancel(pick: number): void {
    const open = this.jobs.filter(({ job }) => job.Status === "SUBMITTED" || job.Status === "PROGRESSING");
    const record = open[pick % Math.max(1, open.length)];
    if (record) this.set(record, "CANCELED");
  }

  /** The record as a read sees it, perhaps a little old. */
  private recordOf(jobId: string): Job | undefined {
    const record = this.jobs.find(({ job }) => job.Id === jobId);
    if (!record) return undefined;
    const { random, scheduler, seen } = this.sim;
    const lags = scheduler.now - record.changed < MOST_LAG && random.chance(0.5);
    if (lags) seen.add("service: a record lagged behind its event");
    return { ...record.job, ...(lags ? { Status: record.previous } : {}) };
  }

  private find({ queue, assetId, attempt }: Parameters<Transcoder["findJob"]>[0]): Job | undefined {
    const { random, scheduler } = this.sim;
    const own = this.jobs.find(
      ({ job, created }) =>
        job.Queue === queue &&
        job.UserMetadata?.assetId === assetId &&
        job.UserMetadata.attempt === String(attempt) &&
        (scheduler.now - created >= MOST_LAG || random.chance(0.5)),
    );
    return own && { ...own.job };
  }

  /** The service as one machine reaches it. */
  from(machine: Machine): Transcoder {
    const read = { writes: false };
    const throttled = (): Error => new NotCreated("Rate exceeded");
    return {
      probe: (_bucket, key) =>
        machine.effect(
          "probe",
          () => {
            const object = this.ports.ingest.objects.get(key);
            return probeOf(object && this.ports.contentOf(object));
          },
          read,
        ),
      createJob: (request) => machine.effect("createJob", () => this.create(request), { writes: true, throttled }),
      job: (jobId) => machine.effect("getJob", () => this.recordOf(jobId), read),
      findJob: (query) => machine.effect("findJob", () => this.find(query), read),
    };
  }
}
