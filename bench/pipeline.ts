/** The pipeline without transcoding: how fast its functions start, how much memory ingest takes, how many uploads it bears. */
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { HANDLER_NAMES, type HandlerName } from "../contracts/environment";
import { BUS_SOURCE, CatalogueMessage } from "../contracts/events";
import { buildHandlers } from "../handlers/build";
import { zipFolder } from "../local/cloud/zip";
import { type ScriptedPlatform, startScripted } from "../test/support/scriptedPlatform";
import { mp4 } from "../test/support/scriptedTranscoder";
import { type Figure, median } from "./figure";

/** DESIGN: at most 2.5 × an empty handler; the ingest handler at most 256 MB. */
const COLD_LIMIT = 2.5;
const MEMORY_LIMIT_MB = 256;
const ROUNDS = 7;
/** Uploads at once, tried one after the other until more bring no more. */
const RAMP = [1, 2, 4, 8, 16, 32, 64];
const STEP_MS = 8_000;
/** Two steps that add less than this are the end of the ramp. */
const GROWTH = 1.1;
const COMMAND = "npm run bench -- pipeline";

type Stage = ScriptedPlatform;

const functionOf = ({ platform }: Stage, handler: HandlerName) => {
  const fn = platform.record.resources.find(
    ({ type, name }) => type === "aws:lambda/function:Function" && name.endsWith(`-${handler}`),
  );
  return { name: fn?.id ?? "", role: String(fn?.inputs.role) };
};

/** Answers at once; it logs a line, since the emulator waits 50 ms for the log of an invocation that has none. */
const EMPTY = 'export const handler = async () => (console.log("started"), {});\n';

/** A function that loads `bundle`, if there is one, and does nothing with it. Returns its name. */
async function createStarter(stage: Stage, like: HandlerName, bundle?: string): Promise<string> {
  const FunctionName = bundle === undefined ? "bench-empty" : `bench-${like}`;
  const folder = mkdtempSync(join(tmpdir(), "vod-starter-"));
  const { lambda } = stage.platform.cloud.in();
  const { name, role } = functionOf(stage, like);
  try {
    if (bundle !== undefined) copyFileSync(join(bundle, "index.mjs"), join(folder, "bundle.mjs"));
    writeFileSync(join(folder, "index.mjs"), `${bundle === undefined ? "" : 'import "./bundle.mjs";\n'}${EMPTY}`);
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: role,
        MemorySize: 512,
        Timeout: 30,
        Environment: { Variables: Environment?.Variables },
        Code: { ZipFile: await zipFolder(folder) },
      }),
    );
    return FunctionName;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds of an invocation in a process that starts for it. */
async function coldStart({ platform }: Stage, FunctionName: string): Promise<number> {
  const { lambda } = platform.cloud.in();
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, BENCH_START: randomUUID() };
  // A changed configuration ends the processes that are warm.
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  const from = performance.now();
  const reply = await lambda.send(new InvokeCommand({ FunctionName, Payload: "{}" }));
  if (reply.FunctionError) throw new Error(`${FunctionName}: ${reply.Payload?.transformToString()}`);
  return performance.now() - from;
}

async function coldFigures(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  const bare = await createStarter(stage, "track");
  const built = await buildHandlers();
  // The stack that runs here has no search domain, and none of its functions.
  for (const handler of HANDLER_NAMES) {
    const dir = built.find(({ name }) => name === handler)?.dir;
    const starter = await createStarter(stage, handler, dir);
    const [ours, empty]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      empty.push(await coldStart(stage, bare));
      ours.push(await coldStart(stage, starter));
    }
    figures.push({
      id: `cold.${handler}`,
      what: `cold start of \`${handler}\``,
      value: median(ours) / median(empty),
      unit: "×",
      limit: { kind: "max", value: COLD_LIMIT },
      baseline: { what: "an empty handler, ms", value: median(empty) },
      how: `medians of ${ROUNDS} alternating cold invocations that load the bundle, with its clients and its environment, and answer`,
      command: COMMAND,
    });
  }
  return figures;
}

/** Highest memory, in MB, of the processes of a function that live now (Linux: VmHWM). */
function peakMemory(functionName: string): number {
  const peaks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (!command.includes(`ministack-lambda-${functionName}-`)) return 0;
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
      } catch {
        return 0; // ended meanwhile
      }
    });
  return Math.max(0, ...peaks);
}

/** Hears of ready titles on the bus, as the catalogue does. */
class Arrivals {
  private readonly waiting = new Map<string, () => void>();
  private open = true;
  private listening: Promise<void> = Promise.resolve();

  private constructor(
    private readonly stage: Stage,
    private readonly queue: string,
  ) {}

  static async start(stage: Stage): Promise<Arrivals> {
    const { queues, events } = stage.platform.cloud.in();
    const { QueueUrl = "" } = await queues.send(new CreateQueueCommand({ QueueName: "bench-arrivals" }));
    const request = { QueueUrl, AttributeNames: ["QueueArn" as const] };
    const Arn = (await queues.send(new GetQueueAttributesCommand(request))).Attributes?.QueueArn;
    const Principal = { Service: "events.amazonaws.com" };
    const Statement = [{ Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: Arn }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const EventBusName = String(stage.platform.record.outputs.busName);
    const EventPattern = JSON.stringify({ source: [BUS_SOURCE], "detail-type": ["VideoReady"] });
    await events.send(new PutRuleCommand({ Name: "bench", EventBusName, EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: "bench", EventBusName, Targets: [{ Id: "bench", Arn }] }));
    const arrivals = new Arrivals(stage, QueueUrl);
    arrivals.listening = arrivals.listen();
    return arrivals;
  }

  private async listen(): Promise<void> {
    const { queues } = this.stage.platform.cloud.in();
    while (this.open) {
      const request = { QueueUrl: this.queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      const { Messages = [] } = await queues.send(new ReceiveMessageCommand(request));
      for (const { Body = "" } of Messages) {
        const { title } = CatalogueMessage.parse(JSON.parse(Body)).detail;
        this.waiting.get(title)?.();
        this.waiting.delete(title);
      }
      const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
      if (Entries.length > 0) await queues.send(new DeleteMessageBatchCommand({ QueueUrl: this.queue, Entries }));
    }
  }

  of(title: string): Promise<void> {
    return new Promise((done) => this.waiting.set(title, done));
  }

  close(): Promise<void> {
    this.open = false;
    return this.listening;
  }
}

/** Uploads a minute that become ready while so many are always under way. */
async function throughput(stage: Stage, arrivals: Arrivals, atOnce: number): Promise<number> {
  const { s3 } = stage.platform.cloud.in();
  const Bucket = String(stage.platform.record.outputs.ingestBucket);
  const from = performance.now();
  let ready = 0;
  const uploader = async (): Promise<void> => {
    while (performance.now() - from < STEP_MS) {
      const title = randomUUID();
      const arrival = arrivals.of(title);
      await s3.send(new PutObjectCommand({ Bucket, Key: `${title}.mp4`, Body: mp4(title) }));
      await arrival;
      ready += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, uploader));
  return ready / ((performance.now() - from) / 60_000);
}

async function throughputFigures(stage: Stage): Promise<Figure[]> {
  const { transcoder } = stage;
  transcoder.onCreate = (job) => void transcoder.set(job, "COMPLETE").then(() => transcoder.emit(job, "complete"));
  const arrivals = await Arrivals.start(stage);
  const steps: { atOnce: number; perMinute: number }[] = [];
  let best = { atOnce: 0, perMinute: 0 };
  let poorer = 0;
  for (const atOnce of RAMP) {
    const step = { atOnce, perMinute: await throughput(stage, arrivals, atOnce) };
    steps.push(step);
    poorer = step.perMinute < best.perMinute * GROWTH ? poorer + 1 : 0;
    if (step.perMinute > best.perMinute) best = step;
    // One poor step may be another program's doing.
    if (poorer === 2) break;
  }
  await arrivals.close();
  const ramp = steps.map(({ atOnce, perMinute }) => `${atOnce}: ${perMinute.toFixed(0)}`).join(", ");
  const common = { limit: null, baseline: null, command: COMMAND };
  return [
    {
      ...common,
      id: "pipeline.uploads",
      what: "uploads that become ready, without transcoding",
      value: best.perMinute,
      unit: "uploads/min",
      how: `a job is complete when it is created; uploads at once → a minute: ${ramp}`,
    },
    {
      ...common,
      id: "pipeline.saturation",
      what: "uploads at once at which it saturates",
      value: best.atOnce,
      unit: "at once",
      how: `the next two steps of the ramp bring less than ${Math.round((GROWTH - 1) * 100)} % more`,
    },
  ];
}

export async function pipelineFigures(): Promise<Figure[]> {
  const stage = await startScripted();
  try {
    const cold = await coldFigures(stage);
    const uploads = await throughputFigures(stage);
    const memory: Figure = {
      id: "memory.ingest",
      what: "peak memory of the ingest handler",
      value: peakMemory(functionOf(stage, "ingest").name),
      unit: "MB",
      limit: { kind: "max", value: MEMORY_LIMIT_MB },
      baseline: null,
      how: "highest resident size of its processes after the uploads above",
      command: COMMAND,
    };
    return [...cold, memory, ...uploads];
  } finally {
    await stage.close();
  }
}
