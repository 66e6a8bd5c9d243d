/** `npm run titles`: the operators' view of the ledger. */
import { readFileSync } from "node:fs";
import type { Asset } from "../contracts/ledger";
import { SQSClient } from "@aws-sdk/client-sqs";
import {
  connectOperations,
  type OperatorConnection,
  type Operations,
  titleRow,
  type Verdict,
} from "../handlers/operations";
import { ROOT_CREDENTIALS } from "../local/cloud/ministack";
import { runFile } from "../local/launcher/layout";
import type { RunRecord } from "../local/launcher/serve";
import { DEAD_QUEUE_NAMES, deadQueues, redrive } from "./redrive";
import { readOutputs, stackOutputs, type StackOutputs } from "./stackOutputs";
import { CommandError, EXIT, type CommandSpec, type Invocation, type Output, printable, runCommand } from "./shell";

const SPEC: CommandSpec = {
  call: "npm run titles --",
  summary: "What the ledger knows of titles: by default of the platform that runs on this machine, else of a stack.",
  positionals: "list | show ID | retry ID | approve ID | redrive [QUEUE]",
  options: {
    stack: {
      type: "string",
      value: "NAME",
      help: "a deployed stack, read by the pulumi command and your AWS credentials",
    },
    json: { type: "boolean", help: "stdout holds JSON alone" },
  },
  examples: [
    ["npm run titles -- list", "every upload, newest change first"],
    ["npm run titles -- show 0199a0c4-…", "all that is known of a title or an asset, with its history"],
    ["npm run titles -- retry 0199a0c4-… --stack prod", "another attempt for a failed or canceled title"],
    ["npm run titles -- approve 0199a0c4-…", "accepts the price of a held title"],
    ["npm run titles -- redrive", "the dead-letter queues, with the number of messages in each"],
    ["npm run titles -- redrive ingest", "sends a queue's dead messages back to work, once their cause is mended"],
  ],
};

type Verb = "list" | "show" | "retry" | "approve" | "redrive";
const VERBS: readonly string[] = ["list", "show", "retry", "approve", "redrive"];
const isVerb = (word: string): word is Verb => VERBS.includes(word);

function request(positionals: string[]): { verb: Verb; id: string } {
  const [verb = "", id = "", ...more] = positionals;
  const action = `${SPEC.call} ${SPEC.positionals}`;
  if (!isVerb(verb))
    throw new CommandError({ what: verb ? "no such verb" : "no verb given", value: verb || undefined, action });
  const extra = verb === "list" ? positionals.slice(1) : more;
  if (extra.length > 0) throw new CommandError({ what: "unexpected argument", value: extra.join(" "), action });
  if (verb === "redrive" && id !== "" && !DEAD_QUEUE_NAMES.includes(id)) {
    const names = DEAD_QUEUE_NAMES.join(", ");
    throw new CommandError({ what: "no such queue", value: id, action: `one of ${names}` });
  }
  if (verb !== "list" && verb !== "redrive" && id === "")
    throw new CommandError({ what: `${verb} wants an id`, action });
  return { verb, id };
}

interface Connection {
  outputs: StackOutputs;
  client: NonNullable<OperatorConnection["client"]>;
}

/** The platform that runs here. @throws CommandError when none does. */
async function localConnection(): Promise<Connection> {
  const nothing = new CommandError({
    what: "nothing is running on this machine",
    action: "npm start, or name a stack by --stack NAME",
  });
  let run: RunRecord;
  try {
    run = JSON.parse(readFileSync(runFile(), "utf8")) as RunRecord;
  } catch {
    throw nothing;
  }
  const { endpoint, region } = run.aws;
  // A killed platform leaves its file behind.
  const alive = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (!alive?.ok) throw nothing;
  const outputs = readOutputs(run.outputs);
  if (!outputs) throw nothing;
  return { outputs, client: { endpoint, region, credentials: ROOT_CREDENTIALS } };
}

async function connectionOf(stack: Invocation["values"][string]): Promise<Connection> {
  if (stack === undefined) return localConnection();
  const { outputs, region } = await stackOutputs(String(stack));
  return { outputs, client: { region } };
}

const usd = (price: number): string => `$${price.toFixed(4)}`;

function humanList(rows: Awaited<ReturnType<Operations["list"]>>): string {
  if (rows.length === 0) return "no titles yet";
  const named = rows.map((row) => ({ ...row, name: printable(row.title) }));
  const width = Math.max(...named.map(({ name }) => name.length));
  return named
    .map(({ videoId, name, state, reason, attempts, price, updated }) =>
      [
        videoId,
        name.padEnd(width),
        state.padEnd(11),
        `×${attempts}`,
        usd(price),
        updated,
        printable(reason?.text ?? ""),
      ]
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function humanAsset(asset: Asset): string {
  const facts: [string, string | undefined][] = [
    ["asset", asset.assetId],
    ["title", `${asset.title} (${asset.videoId})`],
    ["source", `s3://${asset.bucket}/${asset.key}`],
    ["state", `${asset.state}, attempt ${asset.attempt}, ${usd(asset.price)} an attempt`],
    ["reason", asset.reason && `${asset.reason.text} (${asset.reason.code})`],
    ["warning", asset.warning && `${asset.warning.text} (${asset.warning.code})`],
    ["plays", asset.outputs?.hls],
  ];
  const history = asset.history.map(
    ({ at, state, attempt, note }) => `  ${at}  ${attempt}  ${state}${note ? `  ${printable(note)}` : ""}`,
  );
  return [
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(8)} ${printable(text)}`])),
    "history",
    ...history,
  ].join("\n");
}

const withHistory = (asset: Asset) => ({
  ...titleRow(asset),
  ...(asset.warning ? { warning: asset.warning } : {}),
  outputs: asset.outputs ?? null,
  history: asset.history,
});

/** The newest upload; a title that was uploaded again carries its earlier ones too. */
function shownAsset([newest, ...earlier]: [Asset, ...Asset[]]) {
  return { ...withHistory(newest), ...(earlier.length > 0 ? { earlier: earlier.map(withHistory) } : {}) };
}

function printVerdict(verdict: Verdict, verb: Verb, json: boolean, output: Output): number {
  if (!verdict.done) {
    if (json) output.print(JSON.stringify({ done: false, code: verdict.code, text: verdict.text }));
    throw new CommandError({
      what: `${verb} is refused`,
      value: verdict.text,
      action: "npm run titles -- list",
      exitCode: EXIT.no,
    });
  }
  const { asset } = verdict;
  if (json) output.print(JSON.stringify({ done: true, ...titleRow(asset) }));
  else if (!output.quiet) output.print(`${printable(asset.title)}: attempt ${asset.attempt} is on its way`);
  return EXIT.done;
}

async function show(operations: Operations, id: string, json: boolean, output: Output): Promise<number> {
  const [newest, ...earlier] = await operations.show(id);
  if (!newest) {
    const action = "npm run titles -- list";
    throw new CommandError({ what: "no such title or asset", value: id, action, exitCode: EXIT.no });
  }
  if (json) output.print(JSON.stringify(shownAsset([newest, ...earlier])));
  else output.print([newest, ...earlier].map(humanAsset).join("\n\n"));
  return EXIT.done;
}

async function redriveQueue(connection: Connection, queue: string, json: boolean, output: Output): Promise<number> {
  const client = new SQSClient(connection.client);
  if (queue === "") {
    const dead = await deadQueues(client, connection.outputs);
    const width = Math.max(...dead.map((each) => each.queue.length));
    const lines = dead.map((each) => `${each.queue.padEnd(width)}  ${each.messages}`);
    output.print(json ? JSON.stringify(dead) : lines.join("\n"));
    return EXIT.done;
  }
  const done = await redrive(client, connection.outputs, queue);
  const left = done.left > 0 ? `; ${done.left} left that belong to no queue: read them, then purge the queue` : "";
  if (json) output.print(JSON.stringify(done));
  else if (!output.quiet)
    output.print(`${queue}: ${done.moved} ${done.moved === 1 ? "message" : "messages"} sent back${left}`);
  return EXIT.done;
}

void runCommand(SPEC, async ({ values, positionals, output }) => {
  const { verb, id } = request(positionals);
  const json = values.json === true;
  const connection = await connectionOf(values.stack);
  if (verb === "redrive") return redriveQueue(connection, id, json, output);
  const operations = connectOperations({ ...connection.outputs, client: connection.client });
  switch (verb) {
    case "list": {
      const rows = await operations.list();
      output.print(json ? JSON.stringify(rows) : humanList(rows));
      return EXIT.done;
    }
    case "show":
      return show(operations, id, json, output);
    case "retry":
    case "approve":
      return printVerdict(await operations[verb](id), verb, json, output);
  }
});
