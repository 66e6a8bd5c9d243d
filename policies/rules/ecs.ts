import { FARGATE_PAIRS } from "../../lib/fargate";
import type { Fields } from "../fields";
import { resourceRule, stackRule, type Subject } from "../rule";
import { secretIn } from "../secrets";
import { ECS, IAM, WATCH } from "../tokens";

const pairs = resourceRule({
  name: "fargate-pairs",
  displayName: "Tasks have a legal size",
  description: "Fargate knows certain pairs of CPU and memory only.",
  severity: "high",
  tags: ["ecs", "fargate"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
  remedy: "choose a pair of the table, e.g. cpu 512 with memory 1024 to 4096, cpu 1024 with 2048 to 8192",
  types: ECS.task,
  check: ({ node: { inputs }, report }) => {
    const cpu = inputs.text("cpu") ?? "unset";
    const memory = inputs.number("memory");
    if (memory === undefined || !FARGATE_PAIRS[cpu]?.includes(memory))
      report(`no legal pair · cpu ${cpu}, memory ${memory ?? "unset"}`);
  },
});

const containersOf = (inputs: Fields): Fields[] => inputs.json("containerDefinitions").many("items");

const eachContainer = ({ node, part }: Subject, check: (container: Fields, name: string) => void): void => {
  for (const container of containersOf(node.inputs)) {
    part(() => check(container, container.text("name") ?? container.path));
  }
};

const port = resourceRule({
  name: "container-port-8080",
  displayName: "Services listen on 8080",
  description: "Security groups and load balancers admit this one port.",
  severity: "medium",
  tags: ["ecs", "network"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html",
  remedy: "set containerPort 8080, and leave hostPort out or equal",
  types: ECS.task,
  check: (subject) =>
    eachContainer(subject, (container, name) => {
      for (const mapping of container.many("portMappings")) {
        const inner = mapping.number("containerPort");
        const outer = mapping.number("hostPort") ?? inner;
        if (inner !== 8080 || outer !== 8080)
          subject.report(`${name} listens on ${inner ?? "no port"}, outside ${outer}`);
      }
    }),
});

const isRoot = (user: string | undefined): boolean => user === undefined || /^(root|0)(:|$)/.test(user);

const hardening = resourceRule({
  name: "ecs-task-hardening",
  displayName: "Containers can do little",
  description:
    "The file system is read-only, the user is not root, no capability is left, and an init process collects children.",
  severity: "high",
  tags: ["ecs", "hardening"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
  remedy:
    'set readonlyRootFilesystem: true, user to a number other than 0, linuxParameters { initProcessEnabled: true, capabilities: { drop: ["ALL"] } }, and no privileged',
  types: ECS.task,
  check: (subject) =>
    eachContainer(subject, (container, name) => {
      const { report, part } = subject;
      part(() => {
        if (!container.flag("readonlyRootFilesystem")) report(`${name} may write to its own root file system`);
      });
      part(() => {
        if (isRoot(container.text("user"))) report(`${name} runs as root · user ${container.text("user") ?? "unset"}`);
      });
      part(() => {
        if (container.flag("privileged")) report(`${name} has the host's rights · privileged`);
      });
      part(() => {
        const capabilities = container.one("linuxParameters").one("capabilities");
        if (!capabilities.texts("drop").includes("ALL") || capabilities.has("add"))
          report(`${name} keeps capabilities`);
      });
      part(() => {
        if (!container.one("linuxParameters").flag("initProcessEnabled")) report(`${name} has no init process`);
      });
    }),
});

const isolated = resourceRule({
  name: "ecs-task-isolated",
  displayName: "Tasks share nothing with their host",
  description: "Each task has its own network interface and its own process and memory namespaces.",
  severity: "high",
  tags: ["ecs", "hardening", "network"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
  remedy: 'set networkMode "awsvpc" and requiresCompatibilities ["FARGATE"], and leave pidMode and ipcMode out',
  types: ECS.task,
  check: ({ node: { inputs }, report }) => {
    const mode = inputs.text("networkMode") ?? "unset";
    if (mode !== "awsvpc") report(`the task shares a network · networkMode ${mode}`);
    if (!inputs.texts("requiresCompatibilities").includes("FARGATE")) report("the task may run outside Fargate");
    for (const shared of ["pidMode", "ipcMode"])
      if (inputs.has(shared)) report(`the task shares a namespace · ${shared}`);
  },
});

const noSecrets = resourceRule({
  name: "no-plain-secrets",
  displayName: "No secret in a task's environment",
  description: "A task definition is readable and kept for ever: secrets come by valueFrom.",
  severity: "critical",
  tags: ["ecs", "secrets"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
  remedy: "move it to secrets with valueFrom of a Secrets Manager ARN",
  types: ECS.task,
  check: (subject) =>
    eachContainer(subject, (container, name) => {
      for (const variable of container.many("environment")) {
        subject.part(() => {
          const sign = secretIn(variable.text("name") ?? "", variable, "value");
          if (sign !== undefined) subject.report(`${name} holds a secret in the clear · ${sign}`);
        });
      }
    }),
});

const logs = stackRule({
  name: "ecs-logs",
  displayName: "Containers write logs to groups of ours",
  description: "Logs leave the task without ever blocking it, for a group with an end and a key of ours.",
  severity: "medium",
  tags: ["ecs", "logs"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
  remedy:
    'set logConfiguration with logDriver "awslogs" (options mode "non-blocking", awslogs-group of a log group of this stack) or "awsfirelens"',
  types: ECS.task,
  check: (subject, graph) => {
    const groups = graph.linked(subject.node, "containerDefinitions", WATCH.logGroup);
    eachContainer(subject, (container, name) => {
      const config = container.one("logConfiguration");
      const driver = config.text("logDriver") ?? "none";
      if (!["awslogs", "awsfirelens"].includes(driver)) return subject.report(`${name} writes no log · ${driver}`);
      if (driver === "awsfirelens") return;
      if (groups.length === 0) subject.report(`${name} writes to no log group of this stack`);
      if (config.one("options").text("mode") !== "non-blocking")
        subject.report(`${name} waits for its log · mode is not non-blocking`);
    });
  },
});

const digest = resourceRule({
  name: "ecs-image-digest",
  displayName: "Images are named by digest",
  description: "A tag can be moved to other bytes between test and production.",
  severity: "high",
  tags: ["ecs", "supply-chain"],
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
  remedy: "name the image as <repository>@sha256:<digest>",
  types: ECS.task,
  check: (subject) =>
    eachContainer(subject, (container, name) => {
      const image = container.text("image") ?? "unset";
      if (!/@sha256:[0-9a-f]{64}$/.test(image)) subject.report(`${name} runs whatever its tag means · ${image}`);
    }),
});

const roles = stackRule({
  name: "ecs-roles-apart",
  displayName: "Starting a task and running it are two roles",
  description: "The role that pulls images and opens secrets is not the one that the code holds.",
  severity: "high",
  tags: ["ecs", "iam", "least-privilege"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html",
  remedy: "set executionRoleArn and taskRoleArn to two roles of this stack",
  types: ECS.task,
  check: ({ node, report }, graph) => {
    for (const property of ["executionRoleArn", "taskRoleArn"])
      if (!node.inputs.has(property)) report(`the task has no role of its kind · ${property}`);
    const shared = graph
      .linked(node, "executionRoleArn", IAM.role)
      .filter((role) => graph.linked(node, "taskRoleArn", IAM.role).includes(role));
    for (const { name } of shared) report(`one role serves both ends · ${name}`);
  },
});

const insights = resourceRule({
  name: "ecs-container-insights",
  displayName: "Clusters are measured",
  description: "Container Insights gives the running task count on which scaling and alarms rest.",
  severity: "low",
  tags: ["ecs", "metrics"],
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContainerInsights.html",
  remedy: 'set settings [{ name: "containerInsights", value: "enhanced" }] (or "enabled")',
  types: ECS.cluster,
  check: ({ node: { inputs }, report }) => {
    const setting = inputs.many("settings").find((candidate) => candidate.text("name") === "containerInsights");
    const value = setting?.text("value") ?? "unset";
    if (!["enabled", "enhanced"].includes(value)) report(`the cluster is not measured · containerInsights ${value}`);
  },
});

const FARGATE = ["FARGATE", "FARGATE_SPOT"];

const capacity = resourceRule({
  name: "ecs-fargate-only",
  displayName: "Clusters run on Fargate",
  description: "No instances to patch: critical services on FARGATE, others on FARGATE_SPOT.",
  severity: "medium",
  tags: ["ecs", "fargate"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
  remedy: `set capacityProviders to ${FARGATE.join(" and ")}`,
  types: ECS.capacity,
  check: ({ node: { inputs }, report }) => {
    const providers = inputs.texts("capacityProviders");
    const others = providers.filter((provider) => !FARGATE.includes(provider));
    if (others.length > 0 || !providers.includes("FARGATE"))
      report(`the cluster does not run on Fargate alone · ${providers.join(", ") || "none"}`);
  },
});

export const ecsRules = [pairs, port, hardening, isolated, noSecrets, logs, digest, roles, insights, capacity];
