/** The operations of the API: decoded request in, reply as it goes over the wire out. */
import { randomInt } from "node:crypto";
import type {
  CreateJobRequest,
  CreateJobTemplateRequest,
  CreateQueueRequest,
  UpdateQueueRequest,
} from "@aws-sdk/client-mediaconvert";
import type { Cloud } from "./aws";
import { readEndpoint } from "./endpoint";
import { badRequest, ServiceError } from "./errors";
import type { Caller, Grants } from "./grants";
import type { Jobs } from "./jobs";
import { planJob } from "./job.plan";
import { decode } from "./shapes";
import type { Throttle } from "./throttle";
import { now, type Store, type WireJob, type WireQueue, type WireTemplate } from "./store";

/** What the on-demand queues of an account allow each (Service Quotas, "Concurrent jobs per on-demand queue", base value). */
const CONCURRENT_JOBS = 20;
/** Seconds in which a repeated token gives the first job (API reference, "Idempotency"). */
const TOKEN_LIFE = 60;
const DEFAULT_QUEUE = "Default";

export interface OperationsContext {
  cloud: Cloud;
  store: Store;
  jobs: Jobs;
  grants: Grants;
  /** Of CreateJob; absent: any rate. */
  createJobs?: Throttle;
}

type Wire = Record<string, unknown>;

export class Operations {
  constructor(private readonly context: OperationsContext) {
    const { store } = context;
    if (!store.queue(DEFAULT_QUEUE)) {
      store.state.queues.push(this.newQueue({ Name: DEFAULT_QUEUE, Description: undefined }, "SYSTEM"));
      store.save();
    }
  }

  private arn(kind: "jobs" | "queues" | "jobTemplates", name: string): string {
    const { region, account } = this.context.cloud;
    return `arn:aws:mediaconvert:${region}:${account}:${kind}/${name}`;
  }

  async createJob(caller: Caller, body: Wire): Promise<Wire> {
    const { store, grants, jobs, createJobs } = this.context;
    if (createJobs && !createJobs.take()) throw new ServiceError("TooManyRequestsException", "Too Many Requests");
    const request = decode<CreateJobRequest>("CreateJobRequest", body);
    const role = requireRole(request.Role);
    const named = request.Queue ?? DEFAULT_QUEUE;
    const queue = store.queue(named);
    const queueArn = queue?.arn ?? (named.startsWith("arn:") ? named : this.arn("queues", named));
    const context = { "iam:PassedToService": "mediaconvert.amazonaws.com" };
    await grants.require(
      caller,
      { action: "mediaconvert:CreateJob", resource: queueArn },
      { action: "iam:PassRole", resource: role, context },
    );
    if (!queue) throw badRequest(`/queue: there is no queue ${JSON.stringify(named)}`);
    planJob(request);
    const repeated = this.repeated(request.ClientRequestToken);
    if (repeated) return { job: repeated };
    const job = this.newJob(request, body, queue.arn, role);
    store.state.jobs.push(job);
    store.save();
    jobs.pump();
    return { job };
  }

  private repeated(token: string | undefined): WireJob | undefined {
    if (token === undefined) return undefined;
    const since = now() - TOKEN_LIFE;
    return this.context.store.state.jobs.find((job) => job.clientRequestToken === token && job.createdAt > since);
  }

  private newJob(request: CreateJobRequest, body: Wire, queue: string, role: string): WireJob {
    const letters = Array.from({ length: 6 }, () => "abcdefghijklmnopqrstuvwxyz0123456789"[randomInt(36)]);
    const id = `${Date.now()}-${letters.join("")}`;
    return {
      id,
      arn: this.arn("jobs", id),
      createdAt: now(),
      queue,
      role,
      status: "SUBMITTED",
      settings: body.settings,
      priority: request.Priority ?? 0,
      userMetadata: request.UserMetadata ?? {},
      statusUpdateInterval: request.StatusUpdateInterval ?? "SECONDS_60",
      billingTagsSource: request.BillingTagsSource ?? "QUEUE",
      accelerationSettings: { mode: request.AccelerationSettings?.Mode ?? "DISABLED" },
      accelerationStatus: "NOT_APPLICABLE",
      retryCount: 0,
      timing: { submitTime: now() },
      messages: { info: [], warning: [] },
      ...(request.ClientRequestToken === undefined ? {} : { clientRequestToken: request.ClientRequestToken }),
    };
  }

  async getJob(caller: Caller, id: string): Promise<Wire> {
    await this.context.grants.require(caller, { action: "mediaconvert:GetJob", resource: this.arn("jobs", id) });
    return { job: this.job(id) };
  }

  private job(id: string): WireJob {
    const job = this.context.store.job(id);
    if (!job) throw new ServiceError("NotFoundException", `The requested job doesn't exist: ${id}`);
    return job;
  }

  async listJobs(caller: Caller, query: URLSearchParams): Promise<Wire> {
    const { store, grants } = this.context;
    const request = decode<{
      MaxResults?: number;
      NextToken?: string;
      Order?: string;
      Queue?: string;
      Status?: string;
    }>(
      "ListJobsRequest",
      Object.fromEntries([...query].map(([name, value]) => [name, name === "maxResults" ? Number(value) : value])),
    );
    const named = request.Queue;
    const queue = named === undefined ? undefined : (store.queue(named)?.arn ?? named);
    await grants.require(caller, { action: "mediaconvert:ListJobs", resource: queue ?? this.arn("queues", "*") });
    if (named !== undefined && !store.queue(named)) {
      throw new ServiceError("NotFoundException", `The requested queue doesn't exist: ${named}`);
    }
    const all = request.Order === "ASCENDING" ? store.state.jobs : store.state.jobs.toReversed();
    // The token is the last job of the page before: jobs that are made or change meanwhile move nothing.
    const before = all.findIndex(({ id }) => id === request.NextToken);
    if (request.NextToken !== undefined && before < 0) {
      throw badRequest(`/nextToken: ${JSON.stringify(request.NextToken)} was not given by a list`);
    }
    const left = all
      .slice(before + 1)
      .filter(
        (job) => (queue === undefined || job.queue === queue) && (!request.Status || job.status === request.Status),
      );
    const page = left.slice(0, request.MaxResults ?? 20);
    return { jobs: page, ...(page.length < left.length ? { nextToken: page.at(-1)?.id } : {}) };
  }

  async cancelJob(caller: Caller, id: string): Promise<Wire> {
    await this.context.grants.require(caller, { action: "mediaconvert:CancelJob", resource: this.arn("jobs", id) });
    const job = this.job(id);
    if (job.status !== "SUBMITTED" && job.status !== "PROGRESSING") {
      throw new ServiceError("ConflictException", `The job ${id} cannot be canceled: it is ${job.status}`);
    }
    this.context.jobs.cancel(job);
    return {};
  }

  private newQueue(request: CreateQueueRequest, type: WireQueue["type"]): WireQueue {
    const name = request.Name ?? "";
    return {
      name,
      arn: this.arn("queues", name),
      createdAt: now(),
      lastUpdated: now(),
      ...(request.Description === undefined ? {} : { description: request.Description }),
      pricingPlan: request.PricingPlan ?? "ON_DEMAND",
      status: request.Status ?? "ACTIVE",
      type,
      concurrentJobs: request.ConcurrentJobs ?? CONCURRENT_JOBS,
    };
  }

  private queueReply(queue: WireQueue): Wire {
    const { jobs } = this.context.store.state;
    const count = (status: string): number =>
      jobs.filter((job) => job.queue === queue.arn && job.status === status).length;
    return {
      queue: { ...queue, progressingJobsCount: count("PROGRESSING"), submittedJobsCount: count("SUBMITTED") },
    };
  }

  async createQueue(caller: Caller, body: Wire): Promise<Wire> {
    const { store, grants, jobs } = this.context;
    await grants.require(caller, { action: "mediaconvert:CreateQueue", resource: "*" });
    const request = decode<CreateQueueRequest>("CreateQueueRequest", body);
    requireName(request.Name);
    if (request.PricingPlan === "RESERVED") {
      throw badRequest("/pricingPlan: RESERVED is a purchase of twelve months and is not simulated → ON_DEMAND");
    }
    requireConcurrency(request.ConcurrentJobs);
    if (store.queue(request.Name ?? "")) {
      throw new ServiceError("ConflictException", `A queue named ${request.Name} exists already`);
    }
    const queue = this.newQueue(request, "CUSTOM");
    store.state.queues.push(queue);
    store.save();
    jobs.pump();
    return this.queueReply(queue);
  }

  async getQueue(caller: Caller, name: string): Promise<Wire> {
    await this.context.grants.require(caller, { action: "mediaconvert:GetQueue", resource: this.arn("queues", name) });
    return this.queueReply(this.queue(name));
  }

  private queue(name: string): WireQueue {
    const queue = this.context.store.queue(name);
    if (!queue) throw new ServiceError("NotFoundException", `The requested queue doesn't exist: ${name}`);
    return queue;
  }

  /** A paused queue goes on taking jobs; it starts none, and those that run go on. */
  async updateQueue(caller: Caller, name: string, body: Wire): Promise<Wire> {
    const { store, grants, jobs } = this.context;
    await grants.require(caller, { action: "mediaconvert:UpdateQueue", resource: this.arn("queues", name) });
    const request = decode<UpdateQueueRequest>("UpdateQueueRequest", { ...body, name });
    const queue = this.queue(name);
    requireConcurrency(request.ConcurrentJobs);
    queue.status = request.Status ?? queue.status;
    queue.concurrentJobs = request.ConcurrentJobs ?? queue.concurrentJobs;
    if (request.Description !== undefined) queue.description = request.Description;
    queue.lastUpdated = now();
    store.save();
    jobs.pump();
    return this.queueReply(queue);
  }

  async createJobTemplate(caller: Caller, body: Wire): Promise<Wire> {
    const { store, grants } = this.context;
    await grants.require(caller, { action: "mediaconvert:CreateJobTemplate", resource: "*" });
    const request = decode<CreateJobTemplateRequest>("CreateJobTemplateRequest", body);
    const name = requireName(request.Name);
    if (request.Queue !== undefined && !store.queue(request.Queue)) {
      throw badRequest(`/queue: there is no queue ${JSON.stringify(request.Queue)}`);
    }
    if (store.template(name))
      throw new ServiceError("ConflictException", `A job template named ${name} exists already`);
    // Tags are not part of the service's reply.
    const { tags: _tags, ...kept } = body;
    const times = { createdAt: now(), lastUpdated: now() };
    const template: WireTemplate = {
      ...kept,
      name,
      arn: this.arn("jobTemplates", name),
      ...times,
      type: "CUSTOM",
      settings: body.settings,
    };
    store.state.templates.push(template);
    store.save();
    return { jobTemplate: template };
  }

  async getJobTemplate(caller: Caller, name: string): Promise<Wire> {
    const { store, grants } = this.context;
    await grants.require(caller, { action: "mediaconvert:GetJobTemplate", resource: this.arn("jobTemplates", name) });
    const template = store.template(name);
    if (!template) throw new ServiceError("NotFoundException", `The requested job template doesn't exist: ${name}`);
    return { jobTemplate: template };
  }

  /** What EC2 would do: tells behind which endpoint, with which policy, this service stands. */
  putEndpoint(caller: Caller, body: Wire): Wire {
    if (caller !== "root")
      throw new ServiceError("AccessDeniedException", "Only the account's root may set the endpoint");
    const { store } = this.context;
    store.state.endpoint = readEndpoint(body);
    store.save();
    return { id: store.state.endpoint.id };
  }
}

/** Names of queues and templates (API reference: letters, digits, space, "-" and "_"). */
function requireName(name: string | undefined): string {
  if (name !== undefined && /^[\w -]{1,255}$/.test(name)) return name;
  throw badRequest(`/name: should be 1 to 255 letters, digits, spaces, '-' or '_', but is ${JSON.stringify(name)}`);
}

function requireConcurrency(jobs: number | undefined): void {
  if (jobs !== undefined && jobs < 1) throw badRequest(`/concurrentJobs: should not be less than 1, but is ${jobs}`);
}

function requireRole(role: string | undefined): string {
  if (role !== undefined && /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(role)) return role;
  throw badRequest(`/role: should be the ARN of an IAM role, but is ${JSON.stringify(role)}`);
}
