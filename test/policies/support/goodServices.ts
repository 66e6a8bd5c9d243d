/** Running services of the good stack: one behind a load balancer, one that takes messages, with their images. */
import { arn, doc, id, joined, nameOf, type Given } from "./given";
import { r, tagged } from "./parts";

const service = (name: string, inputs: Given["inputs"]): Given =>
  tagged("ecs/service:Service", name, {
    cluster: arn("cluster"),
    taskDefinition: arn("api-task"),
    desiredCount: 2,
    networkConfiguration: { subnets: ["subnet-1", "subnet-2"], securityGroups: ["sg-1"], assignPublicIp: false },
    availabilityZoneRebalancing: "ENABLED",
    enableExecuteCommand: false,
    ...inputs,
  });

const place = (of: string) => ({
  serviceNamespace: "ecs",
  scalableDimension: "ecs:service:DesiredCount",
  resourceId: joined("service/", nameOf("cluster"), "/", nameOf(of)),
});

export const SERVICES: Given[] = [
  tagged("ecr/repository:Repository", "api-repository", {
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: arn("data-key") }],
    imageScanningConfiguration: { scanOnPush: true },
    imageTagMutability: "IMMUTABLE",
  }),
  r("ecr/lifecyclePolicy:LifecyclePolicy", "api-lifecycle", {
    repository: nameOf("api-repository"),
    policy: doc({ rules: [{ rulePriority: 1, selection: { tagStatus: "any" }, action: { type: "expire" } }] }),
  }),
  service("api-service", {
    capacityProviderStrategies: [{ capacityProvider: "FARGATE", base: 2, weight: 1 }],
    deploymentConfiguration: {
      strategy: "CANARY",
      bakeTimeInMinutes: "15",
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "5" },
    },
    alarms: { enable: true, rollback: true, alarmNames: [nameOf("dead-alarm")] },
    loadBalancers: [
      {
        targetGroupArn: "arn:blue",
        containerName: "api",
        containerPort: 8080,
        advancedConfiguration: {
          alternateTargetGroupArn: "arn:green",
          productionListenerRule: "arn:rule",
          roleArn: arn("task-role"),
        },
      },
    ],
  }),
  service("worker-service", {
    capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 3 }],
    deploymentCircuitBreaker: { enable: true, rollback: true },
  }),
  tagged("appautoscaling/target:Target", "api-scaling", { ...place("api-service"), minCapacity: 2, maxCapacity: 10 }),
  r("appautoscaling/policy:Policy", "api-by-cpu", {
    ...place("api-service"),
    resourceId: id("api-scaling"),
    policyType: "TargetTrackingScaling",
    targetTrackingScalingPolicyConfiguration: {
      targetValue: 70,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    },
  }),
  r("appautoscaling/scheduledAction:ScheduledAction", "api-peak", {
    ...place("api-service"),
    schedule: "cron(0 19 * * ? *)",
    scalableTargetAction: { minCapacity: 4 },
  }),
];
