import { add, fails, inStack, joined, nameOf, passes, set, unset, type Case } from "../support/given";

const API = "api-service";
const WORKER = "worker-service";
const SCALING = "api-scaling";
const deployment = (path: string): string => `deploymentConfiguration.${path}`;
const shift = (path: string): string => `loadBalancers.0.advancedConfiguration.${path}`;

const RELEASES: Case[] = [
  ...["alternateTargetGroupArn", "productionListenerRule", "roleArn"].map((property) =>
    fails(
      "ecs-progressive-complete",
      API,
      `CANARY cannot shift requests · ${property} unset`,
      unset(API, shift(property)),
    ),
  ),
  fails("ecs-progressive-complete", API, "bakeTimeInMinutes 0", set(API, deployment("bakeTimeInMinutes"), "0")),
  fails("ecs-progressive-complete", API, "bakeTimeInMinutes 0", unset(API, deployment("bakeTimeInMinutes"))),
  fails(
    "ecs-progressive-complete",
    API,
    "CANARY has no steps · canaryConfiguration unset",
    unset(API, deployment("canaryConfiguration")),
  ),
  fails(
    "ecs-progressive-complete",
    API,
    "LINEAR has no steps · linearConfiguration unset",
    set(API, deployment("strategy"), "LINEAR"),
  ),
  passes(
    "ecs-progressive-complete",
    "blue/green, which has no steps",
    set(API, "deploymentConfiguration", { strategy: "BLUE_GREEN", bakeTimeInMinutes: "5" }),
  ),
  fails("ecs-rollback", API, "a CANARY release does not turn back", set(API, "alarms.rollback", false)),
  fails("ecs-rollback", API, "a CANARY release does not turn back", unset(API, "alarms")),
  fails("ecs-rollback", API, "a CANARY release does not turn back", set(API, "alarms.alarmNames", [])),
  fails(
    "ecs-rollback",
    API,
    "the circuit breaker knows no CANARY",
    set(API, "deploymentCircuitBreaker", { enable: true, rollback: true }),
  ),
  fails("ecs-rollback", WORKER, "a rolling release does not turn back", unset(WORKER, "deploymentCircuitBreaker")),
  fails(
    "ecs-rollback",
    WORKER,
    "a rolling release does not turn back",
    set(WORKER, "deploymentCircuitBreaker.rollback", false),
  ),
];

const PLACES: Case[] = [
  fails(
    "ecs-service-placed",
    API,
    "tasks have public addresses",
    set(API, "networkConfiguration.assignPublicIp", true),
  ),
  fails("ecs-service-placed", API, "1 subnet", set(API, "networkConfiguration.subnets", ["subnet-1"])),
  fails("ecs-service-placed", API, "platformVersion 1.3.0", set(API, "platformVersion", "1.3.0")),
  fails("ecs-service-placed", API, "zone's failure has left them · unset", unset(API, "availabilityZoneRebalancing")),
  fails("ecs-service-placed", API, "deploymentMaximumPercent 100", set(API, "deploymentMaximumPercent", 100)),
  fails(
    "no-spot-for-critical",
    API,
    "behind a load balancer is on Spot",
    set(API, "capacityProviderStrategies.1", { capacityProvider: "FARGATE_SPOT", weight: 1 }),
  ),
  passes("no-spot-for-critical", "a worker on Spot"),
  inStack("prod", fails("ecs-exec-off", API, "sessions can be opened", set(API, "enableExecuteCommand", true))),
  inStack(
    "staging-2",
    fails("ecs-exec-off", WORKER, "sessions can be opened", set(WORKER, "enableExecuteCommand", true)),
  ),
  passes("ecs-exec-off", "sessions in dev", set(API, "enableExecuteCommand", true)),
  fails(
    "no-xray-daemon-image",
    "api-task",
    "api is X-Ray's daemon · public.ecr.aws/xray/aws-xray-daemon",
    set("api-task", "containerDefinitions.0.image", "public.ecr.aws/xray/aws-xray-daemon:3.x"),
  ),
];

const IMAGES: Case[] = [
  fails("ecr-scan", "api-repository", "scanOnPush", unset("api-repository", "imageScanningConfiguration")),
  fails(
    "ecr-immutable-tags",
    "api-repository",
    "imageTagMutability MUTABLE",
    unset("api-repository", "imageTagMutability"),
  ),
  fails(
    "ecr-immutable-tags",
    "api-repository",
    "IMMUTABLE_WITH_EXCLUSION",
    set("api-repository", "imageTagMutability", "IMMUTABLE_WITH_EXCLUSION"),
  ),
  fails(
    "ecr-lifecycle",
    "api-repository",
    "no lifecycle policy",
    set("api-lifecycle", "repository", nameOf("another-repository")),
  ),
  fails("ecr-lifecycle", "api-repository", "ends no images", set("api-lifecycle", "policy.rules", [])),
  fails("ecr-own-key", "api-repository", "encryptionType AES256", unset("api-repository", "encryptionConfigurations")),
  fails(
    "ecr-own-key",
    "api-repository",
    "kmsKey is not set",
    unset("api-repository", "encryptionConfigurations.0.kmsKey"),
  ),
  fails(
    "ecr-own-key",
    "api-repository",
    "alias/aws/ecr",
    set("api-repository", "encryptionConfigurations.0.kmsKey", "arn:aws:kms:us-east-1:000000000000:alias/aws/ecr"),
  ),
];

const POOL = "containerDefinitions.0.environment.2";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const instance = (instanceClass: string) =>
  add(INSTANCE, "budgeted", { clusterIdentifier: "c", engine: "aurora-postgresql", instanceClass });
/** Ten tasks of the api and two of the worker, each twice while it is released. */
const pool = (value: string) => set("api-task", POOL, { name: "POOL_SIZE", value });

const BOUNDS: Case[] = [
  inStack("prod", fails("ecs-scaling-bounds", SCALING, "minCapacity 1", set(SCALING, "minCapacity", 1))),
  fails("ecs-scaling-bounds", SCALING, "maxCapacity 11", set(SCALING, "maxCapacity", 11)),
  inStack(
    "staging",
    fails("ecs-scaling-bounds", "api-peak", "minCapacity 1", set("api-peak", "scalableTargetAction.minCapacity", 1)),
  ),
  fails("ecs-scaling-bounds", "api-peak", "maxCapacity 50", set("api-peak", "scalableTargetAction.maxCapacity", 50)),
  passes("ecs-scaling-bounds", "one task in dev", set(SCALING, "minCapacity", 1)),
  passes(
    "ecs-scaling-bounds",
    "readers of a database",
    set(SCALING, "serviceNamespace", "rds"),
    set(SCALING, "maxCapacity", 15),
  ),
  fails(
    "no-alb-request-count-with-bg",
    "api-by-cpu",
    "knows one of two target groups · api-service, CANARY",
    set(
      "api-by-cpu",
      "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType",
      "ALBRequestCountPerTarget",
    ),
    set("api-by-cpu", "resourceId", joined("service/", nameOf("cluster"), "/", nameOf(API))),
  ),
  passes(
    "no-alb-request-count-with-bg",
    "a service that rolls",
    set(
      "api-by-cpu",
      "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType",
      "ALBRequestCountPerTarget",
    ),
    set(API, "deploymentConfiguration", { strategy: "ROLLING" }),
  ),
  fails(
    "db-connection-budget",
    "budgeted",
    "480 connections may be wanted of 450 · db.t3.medium",
    instance("db.t3.medium"),
    pool("20"),
  ),
  fails(
    "db-connection-budget",
    "budgeted",
    "384 connections may be wanted of 450",
    instance("db.t4g.medium"),
    pool("16"),
  ),
  passes("db-connection-budget", "what fits", instance("db.t3.medium"), pool("15")),
  passes("db-connection-budget", "a larger class", instance("db.r7g.large"), pool("20")),
  passes("db-connection-budget", "a serverless instance", instance("db.serverless"), pool("60")),
];

export const serviceCases: Case[] = [...RELEASES, ...PLACES, ...IMAGES, ...BOUNDS];
