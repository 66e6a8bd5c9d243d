import { resourceRule, stackRule } from "../rule";
import { secretIn } from "../secrets";
import { LAMBDA, SQS, WATCH } from "../tokens";
import { lacksOwnKey } from "./shared";

/** Runtimes that Lambda supports for years yet (Lambda Developer Guide, "Lambda runtimes"). */
const RUNTIMES = ["nodejs24.x", "nodejs22.x"];
/** Seconds and MB (Lambda quotas). */
const LONGEST = 900;
const MEMORY = { least: 128, most: 10_240 };
/** Sizes by the tag `tier`: orchestration, and whatever handles pictures. */
const TIERS: Readonly<Record<string, { memory: number; timeout: number }>> = {
  simple: { memory: 512, timeout: 180 },
  media: { memory: 1024, timeout: 900 },
};

const runtime = resourceRule({
  name: "lambda-runtime",
  displayName: "Functions run on a supported runtime",
  description: "A runtime that AWS has retired gets no security fixes and cannot be updated.",
  severity: "high",
  tags: ["lambda", "supply-chain"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  remedy: `set runtime to ${RUNTIMES.join(" or ")}`,
  types: LAMBDA.function,
  check: ({ node: { inputs }, report }) => {
    if (inputs.text("packageType") === "Image") return;
    const name = inputs.text("runtime") ?? "unset";
    if (!RUNTIMES.includes(name)) report(`the runtime is not on the list · ${name}`);
  },
});

const arm = resourceRule({
  name: "lambda-arm64",
  displayName: "Functions run on arm64",
  description: "Graviton costs a fifth less for the same memory.",
  severity: "low",
  tags: ["lambda", "cost"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html",
  remedy: 'set architectures: ["arm64"]',
  types: LAMBDA.function,
  check: ({ node: { inputs }, report }) => {
    const architectures = inputs.texts("architectures").join(", ");
    if (architectures !== "arm64") report(`the function runs on ${architectures || "x86_64, the default"}`);
  },
});

const tracing = resourceRule({
  name: "lambda-tracing",
  displayName: "Functions are traced",
  description: "Active tracing shows where a slow title spends its time.",
  severity: "low",
  tags: ["lambda", "tracing"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
  remedy: 'set tracingConfig.mode: "Active"',
  types: LAMBDA.function,
  check: ({ node: { inputs }, report }) => {
    const mode = inputs.one("tracingConfig").text("mode") ?? "unset";
    if (mode !== "Active") report(`calls are not traced · tracingConfig.mode ${mode}`);
  },
});

const limits = resourceRule({
  name: "lambda-limits",
  displayName: "Functions are within limits and of their tier's size",
  description:
    "Lambda ends a call after 900 s and knows 128 to 10,240 MB. A function tagged tier=simple has 512 MB and 180 s, tier=media 1,024 MB and 900 s.",
  severity: "medium",
  tags: ["lambda", "cost"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
  remedy: "set timeout and memorySize within the limits, or change the tag tier",
  types: LAMBDA.function,
  check: ({ node: { inputs }, report, part }) => {
    part(() => {
      const timeout = inputs.number("timeout") ?? 3;
      if (timeout > LONGEST) report(`timeout ${timeout} s is above ${LONGEST} s`);
    });
    part(() => {
      const memory = inputs.number("memorySize") ?? MEMORY.least;
      if (memory < MEMORY.least || memory > MEMORY.most)
        report(`memorySize ${memory} MB is not between 128 and 10,240`);
    });
    part(() => {
      const tags = inputs.one("tags");
      if (!tags.has("tier")) return;
      const tier = tags.text("tier") ?? "";
      const size = TIERS[tier];
      if (size === undefined) return report(`unknown tier · ${tier}`, `use ${Object.keys(TIERS).join(" or ")}`);
      if (inputs.number("timeout") !== size.timeout || inputs.number("memorySize") !== size.memory)
        report(`a function of tier ${tier} has ${size.memory} MB and ${size.timeout} s`);
    });
  },
});

const noSecrets = resourceRule({
  name: "lambda-no-env-secrets",
  displayName: "No secret in a function's environment",
  description: "Variables are shown to everybody who may read the function's configuration.",
  severity: "critical",
  tags: ["lambda", "secrets"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
  remedy: "keep the secret in Secrets Manager, give the function its ARN and read it at run time",
  types: LAMBDA.function,
  check: ({ node: { inputs }, report, part }) => {
    const variables = inputs.one("environment").one("variables");
    for (const name of variables.keys()) {
      part(() => {
        const sign = secretIn(name, variables, name);
        if (sign !== undefined) report(`the environment holds a secret · ${sign}`);
      });
    }
  },
});

const encrypted = stackRule({
  name: "lambda-env-encrypted",
  displayName: "Functions' environments are encrypted with our keys",
  description: "Variables lie under a key of ours.",
  severity: "medium",
  tags: ["lambda", "encryption"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
  remedy: "set kmsKeyArn to our key's ARN",
  types: LAMBDA.function,
  check: ({ node, report }, graph) => {
    if (node.inputs.one("environment").one("variables").keys().length === 0) return;
    const lack = lacksOwnKey(graph, node, "kmsKeyArn");
    if (lack !== undefined) report(`variables are not under a key of ours · ${lack}`);
  },
});

const logGroup = stackRule({
  name: "lambda-log-group",
  displayName: "Functions write to log groups of ours",
  description: "The group that Lambda makes by itself has no end and no key of ours; plain text cannot be searched.",
  severity: "medium",
  tags: ["lambda", "logs"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  remedy: 'set loggingConfig to { logFormat: "JSON", logGroup: name of an aws.cloudwatch.LogGroup of this stack }',
  types: LAMBDA.function,
  check: ({ node, report, part }, graph) => {
    if (graph.linked(node, "loggingConfig", WATCH.logGroup).length === 0)
      report("the function has no log group of ours");
    part(() => {
      const format = node.inputs.one("loggingConfig").text("logFormat") ?? "Text";
      if (format !== "JSON") report(`logs are plain text · logFormat ${format}`);
    });
  },
});

const permission = resourceRule({
  name: "lambda-permission-source",
  displayName: "Who may call a function is named",
  description: "A service may call only for a resource or account of ours, and nobody else may call at all.",
  severity: "high",
  tags: ["lambda", "access"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
  remedy: "set principal to one service or account and sourceArn (or sourceAccount) to our own",
  types: LAMBDA.permission,
  check: ({ node: { inputs }, report }) => {
    const principal = inputs.text("principal") ?? "";
    if (principal === "*") return report('everybody may call the function · principal "*"');
    if (principal.endsWith(".amazonaws.com") && !inputs.has("sourceArn") && !inputs.has("sourceAccount"))
      report(`${principal} may call the function on behalf of any account`);
  },
});

const noPublicUrl = resourceRule({
  name: "lambda-no-public-url",
  displayName: "Functions have no public URL",
  description: "A function URL without authorization is an entrance past the CDN, its web ACL and its signatures.",
  severity: "critical",
  tags: ["lambda", "public-access"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
  remedy: 'set authorizationType: "AWS_IAM", or remove the URL',
  types: LAMBDA.url,
  check: ({ node: { inputs }, report }) => {
    const type = inputs.text("authorizationType") ?? "unset";
    if (type !== "AWS_IAM") report(`everybody may call the function by its URL · authorizationType ${type}`);
  },
});

const partialBatch = stackRule({
  name: "lambda-partial-batch",
  displayName: "Batches report partial failures and lose nothing",
  description:
    "One bad message must not bring back its whole batch. A filter on a queue deletes what it does not match, and without a maximum concurrency one queue can take the account's.",
  severity: "high",
  tags: ["lambda", "sqs", "delivery"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
  remedy:
    'set functionResponseTypes: ["ReportBatchItemFailures"] and scalingConfig.maximumConcurrency (2 to 1,000), and leave filterCriteria out',
  types: LAMBDA.eventSource,
  check: ({ node, report, part }, graph) => {
    const { inputs } = node;
    const isQueue = graph.linked(node, "eventSourceArn", SQS.queue).length > 0;
    if (!isQueue && !/:sqs:/.test(inputs.text("eventSourceArn") ?? "")) return;
    part(() => {
      if (!inputs.texts("functionResponseTypes").includes("ReportBatchItemFailures"))
        report("one failed record brings back the whole batch");
    });
    part(() => {
      if (inputs.has("filterCriteria")) report("messages that the filter does not match are deleted · filterCriteria");
    });
    part(() => {
      const most = inputs.one("scalingConfig").number("maximumConcurrency");
      if (most === undefined && !inputs.has("provisionedPollerConfig"))
        report("nothing bounds how many copies run at once · maximumConcurrency is not set");
    });
  },
});

export const lambdaRules = [
  runtime,
  arm,
  tracing,
  limits,
  noSecrets,
  encrypted,
  logGroup,
  permission,
  noPublicUrl,
  partialBatch,
];
