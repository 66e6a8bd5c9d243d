/** Running services: how releases take over, where tasks stand, who may open a session. */
import type { Fields } from "../fields";
import { isServing } from "../graph";
import { resourceRule } from "../rule";
import { ECS } from "../tokens";

const strategyOf = (inputs: Fields): string => inputs.one("deploymentConfiguration").text("strategy") ?? "ROLLING";

/** The block that each strategy of steps needs beside the bake time. */
const STEPS: Readonly<Record<string, string>> = { CANARY: "canaryConfiguration", LINEAR: "linearConfiguration" };

const progressive = resourceRule({
  name: "ecs-progressive-complete",
  displayName: "Releases that shift traffic can do so",
  description:
    "Blue/green, linear and canary releases need the other target group, the rule and the role that shifts it, and time in which alarms may still turn back.",
  severity: "high",
  tags: ["ecs", "deployment"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html",
  remedy:
    "set loadBalancers[].advancedConfiguration, alarms with rollback, bakeTimeInMinutes above 0 and the strategy's own block",
  types: ECS.service,
  check: ({ node: { inputs }, report, part }) => {
    const strategy = strategyOf(inputs);
    if (strategy === "ROLLING") return;
    part(() => {
      for (const balancer of inputs.many("loadBalancers")) {
        const advanced = balancer.one("advancedConfiguration");
        for (const needed of ["alternateTargetGroupArn", "productionListenerRule", "roleArn"])
          if (!advanced.has(needed)) report(`${strategy} cannot shift requests · ${needed} unset`);
      }
    });
    part(() => {
      const minutes = inputs.one("deploymentConfiguration").number("bakeTimeInMinutes") ?? 0;
      if (minutes <= 0) report(`${strategy} leaves no time to turn back · bakeTimeInMinutes ${minutes}`);
    });
    part(() => {
      const block = STEPS[strategy];
      if (block !== undefined && !inputs.one("deploymentConfiguration").has(block))
        report(`${strategy} has no steps · ${block} unset`);
    });
  },
});

const rollback = resourceRule({
  name: "ecs-rollback",
  displayName: "A bad release turns back by itself",
  description: "Rolling releases by the circuit breaker, which ECS knows for them alone; others by alarms.",
  severity: "high",
  tags: ["ecs", "deployment"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
  remedy:
    "set deploymentCircuitBreaker { enable: true, rollback: true } for ROLLING, alarms { enable: true, rollback: true, alarmNames } for every other strategy, never both the breaker and another strategy",
  types: ECS.service,
  check: ({ node: { inputs }, report, part }) => {
    const strategy = strategyOf(inputs);
    part(() => {
      const breaker = inputs.one("deploymentCircuitBreaker");
      const works = breaker.flag("enable") && breaker.flag("rollback");
      if (strategy === "ROLLING" && !works) report("a rolling release does not turn back · deploymentCircuitBreaker");
      if (strategy !== "ROLLING" && breaker.flag("enable")) report(`the circuit breaker knows no ${strategy}`);
    });
    part(() => {
      if (strategy === "ROLLING") return;
      const alarms = inputs.one("alarms");
      if (!alarms.flag("enable") || !alarms.flag("rollback") || alarms.texts("alarmNames").length === 0)
        report(`a ${strategy} release does not turn back · alarms`);
    });
  },
});

const placed = resourceRule({
  name: "ecs-service-placed",
  displayName: "Tasks stand in several zones, without a public address",
  description: "A zone may fail, and nothing but the load balancer is reached from outside.",
  severity: "high",
  tags: ["ecs", "network", "availability"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html",
  remedy:
    'set networkConfiguration with subnets of two zones or more and assignPublicIp false, availabilityZoneRebalancing "ENABLED" with deploymentMaximumPercent above 100, and leave platformVersion at LATEST',
  types: ECS.service,
  check: ({ node: { inputs }, report, part }) => {
    const network = inputs.one("networkConfiguration");
    part(() => {
      if (network.flag("assignPublicIp")) report("tasks have public addresses · assignPublicIp true");
    });
    part(() => {
      const subnets = network.texts("subnets").length;
      if (subnets < 2) report(`tasks stand in one zone · ${subnets} subnet`);
    });
    part(() => {
      const version = inputs.text("platformVersion") ?? "LATEST";
      if (version !== "LATEST") report(`the platform gets no patches · platformVersion ${version}`);
    });
    part(() => {
      const rebalancing = inputs.text("availabilityZoneRebalancing") ?? "unset";
      if (rebalancing !== "ENABLED") report(`tasks stay where a zone's failure has left them · ${rebalancing}`);
      const most = inputs.number("deploymentMaximumPercent") ?? 200;
      if (most <= 100) report(`tasks cannot move, none may be started first · deploymentMaximumPercent ${most}`);
    });
  },
});

const onDemand = resourceRule({
  name: "no-spot-for-critical",
  displayName: "What answers requests is not on Spot",
  description: "Spot takes all its tasks away within two minutes, at the hour when many others want them too.",
  severity: "high",
  tags: ["ecs", "fargate", "availability"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
  remedy: "use FARGATE for services behind a load balancer, and FARGATE_SPOT for what takes messages",
  types: ECS.service,
  check: ({ node: { inputs }, report }) => {
    const spot = inputs
      .many("capacityProviderStrategies")
      .filter((share) => share.text("capacityProvider") === "FARGATE_SPOT");
    if (spot.length > 0 && inputs.has("loadBalancers")) report("a service behind a load balancer is on Spot");
  },
});

const closed = resourceRule({
  name: "ecs-exec-off",
  displayName: "Nobody opens a session where people are served",
  description: "A session changes what no release has made, and reads what the service may read.",
  severity: "high",
  tags: ["ecs", "hardening"],
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
  remedy: "set enableExecuteCommand false in staging and prod",
  types: ECS.service,
  check: ({ node: { urn, inputs }, report }) => {
    if (isServing(urn) && inputs.flag("enableExecuteCommand")) report("sessions can be opened · enableExecuteCommand");
  },
});

const tracing = resourceRule({
  name: "no-xray-daemon-image",
  displayName: "Traces go by OpenTelemetry",
  description: "The X-Ray daemon and SDKs get no more than fixes since 2026-02-25.",
  severity: "low",
  tags: ["ecs", "tracing"],
  url: "https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-daemon-timeline.html",
  remedy: "run the AWS Distro for OpenTelemetry collector instead",
  types: ECS.task,
  check: ({ node, report, part }) => {
    for (const container of node.inputs.json("containerDefinitions").many("items")) {
      part(() => {
        const image = container.text("image") ?? "";
        if (/xray-daemon/.test(image))
          report(`${container.text("name") ?? "a container"} is X-Ray's daemon · ${image}`);
      });
    }
  },
});

export const ecsServiceRules = [progressive, rollback, placed, onDemand, closed, tracing];
