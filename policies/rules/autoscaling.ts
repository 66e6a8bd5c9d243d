/** How services scale, and what that asks of the database. */
import { isServing, type Graph, type ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { ECS, RDS, SCALING } from "../tokens";

/** Bounds of the architecture document. */
const LEAST = 2;
const MOST = 10;

const bounds = resourceRule({
  name: "ecs-scaling-bounds",
  displayName: "Services run two to ten tasks",
  description: "One task is an outage at each fault; more than ten are a bill that nobody has planned.",
  severity: "medium",
  tags: ["ecs", "scaling", "availability", "cost"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html",
  remedy: `set the least to ${LEAST} or more in staging and prod, and the most to ${MOST} or fewer`,
  types: [...SCALING.target, ...SCALING.scheduledAction],
  check: ({ node: { urn, inputs, type }, report, part }) => {
    part(() => {
      if (inputs.text("serviceNamespace") !== "ecs") return;
      const holder = SCALING.target.includes(type) ? inputs : inputs.one("scalableTargetAction");
      part(() => {
        const least = holder.number("minCapacity");
        if (isServing(urn) && least !== undefined && least < LEAST) report(`too few tasks run · minCapacity ${least}`);
      });
      part(() => {
        const most = holder.number("maxCapacity");
        if (most !== undefined && most > MOST) report(`too many tasks may run · maxCapacity ${most}`);
      });
    });
  },
});

/** Services that a target, a policy or an action belongs to: named by themselves, or by way of the target. */
const servicesOf = (graph: Graph, node: ResourceNode): ResourceNode[] => [
  ...graph.linked(node, "resourceId", ECS.service),
  ...graph
    .linked(node, "resourceId", SCALING.target)
    .flatMap((target) => graph.linked(target, "resourceId", ECS.service)),
];

const requests = stackRule({
  name: "no-alb-request-count-with-bg",
  displayName: "Requests are counted over both target groups",
  description: "The predefined metric knows one target group, and releases that shift traffic have two.",
  severity: "medium",
  tags: ["ecs", "scaling", "deployment"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html",
  remedy: "track metric math: requests of both target groups, divided by the running tasks",
  types: SCALING.policy,
  check: ({ node, report }, graph) => {
    const metric = node.inputs.one("targetTrackingScalingPolicyConfiguration").one("predefinedMetricSpecification");
    if (metric.text("predefinedMetricType") !== "ALBRequestCountPerTarget") return;
    for (const { name, inputs } of servicesOf(graph, node)) {
      const strategy = inputs.one("deploymentConfiguration").text("strategy") ?? "ROLLING";
      if (strategy !== "ROLLING") report(`the metric knows one of two target groups · ${name}, ${strategy}`);
    }
  },
});

/** GB of memory of an Aurora class (Amazon Aurora User Guide, "DB instance classes"). */
const CLASS_MEMORY: Readonly<Record<string, number>> = {
  "db.t3.medium": 4,
  "db.t3.large": 8,
  "db.t4g.medium": 4,
  "db.t4g.large": 8,
  "db.r6g.large": 16,
  "db.r7g.large": 16,
  "db.r7g.xlarge": 32,
  "db.r8g.large": 16,
};
/** Aurora's default of `max_connections`: LEAST({DBInstanceClassMemory/9531392}, 5000), of which other users get a fifth. */
const BYTES_PER_CONNECTION = 9_531_392;
const MOST_CONNECTIONS = 5_000;
const SHARE = 0.8;
/** A release runs its tasks beside those that it takes the place of. */
const REVISIONS = 2;

/** Connections that the tasks of a service may hold to one endpoint. Undefined without a pooler. */
function connectionsOf(graph: Graph, service: ResourceNode): number {
  const [target] = graph.referring(service, SCALING.target, "resourceId");
  const tasks = target?.inputs.number("maxCapacity") ?? service.inputs.number("desiredCount") ?? 1;
  const pools = graph.linked(service, "taskDefinition", ECS.task).flatMap(({ inputs }) =>
    inputs
      .json("containerDefinitions")
      .many("items")
      .flatMap((container) => container.many("environment"))
      .filter((variable) => variable.text("name") === "POOL_SIZE")
      .map((variable) => variable.number("value") ?? 0),
  );
  return tasks * REVISIONS * pools.reduce((sum, size) => sum + size, 0);
}

const budget = stackRule({
  name: "db-connection-budget",
  displayName: "The database has connections for every task",
  description: "Each task has a pool of its own: at the most tasks, during a release, all pools together must fit.",
  severity: "high",
  tags: ["ecs", "rds", "scaling"],
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html",
  remedy: "choose a larger instance class, fewer tasks or a smaller POOL_SIZE",
  types: RDS.clusterInstance,
  check: ({ node, report }, graph) => {
    const instanceClass = node.inputs.text("instanceClass") ?? "unset";
    const memory = CLASS_MEMORY[instanceClass];
    // A serverless instance's limit follows its greatest capacity, by the parameter group.
    if (memory === undefined) return;
    const limit = Math.min(MOST_CONNECTIONS, Math.floor((memory * 1024 ** 3) / BYTES_PER_CONNECTION));
    const wanted = graph.of(ECS.service).reduce((sum, service) => sum + connectionsOf(graph, service), 0);
    if (wanted > SHARE * limit) report(`${wanted} connections may be wanted of ${limit} · ${instanceClass}`);
  },
});

export const autoscalingRules = [bounds, requests, budget];
