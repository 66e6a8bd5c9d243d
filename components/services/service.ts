import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { callerlessTrust } from "../../lib/iam";
import { partitionOf } from "../../lib/arn";
import { named } from "../../lib/tags";
import { createAlarm, type AlertTopics } from "../shared/alarm";
import { policyJson, type Platform } from "../shared/platform";
import { DeploymentStrategy, planCapacity, planDeployment, type RunningService } from "./deployment.plan";
import type { BalancerTarget } from "./loadBalancer";
import { TARGET_PORT } from "./loadBalancer.plan";
import { createScaling } from "./scaling";
import type { ServiceScaling } from "./scaling.plan";

/** Where tasks stand. */
export interface ServiceNetwork {
  /** Subnets of the app tier, one for each zone. */
  subnetIds: pulumi.Input<string[]>;
  /** Security group of services. */
  groupId: pulumi.Input<string>;
}

/** The load balancer as a service meets it. */
export interface ServiceBalancer {
  /** As metrics name it: `app/<name>/<id>`. */
  metricName: pulumi.Input<string>;
  target: pulumi.Input<BalancerTarget>;
}

export interface ServiceSpec {
  platform: Platform;
  service: RunningService;
  cluster: aws.ecs.Cluster;
  taskDefinitionArn: pulumi.Input<string>;
  network: ServiceNetwork;
  strategy: DeploymentStrategy;
  bounds: ServiceScaling;
  exec: boolean;
  alerts: AlertTopics;
  /** Of what answers requests. */
  balancer?: ServiceBalancer;
  /** Shifts the balancer's rules. Undefined: deployments are rolling. */
  shifter?: Shifter;
  /** Of what takes messages: its queue's name. */
  queueName?: pulumi.Input<string>;
}

/** Seconds: an unhealthy answer of the load balancer's check does not end a task that has only just started. */
const GRACE_SECONDS = 90;

/** The provider waits 20 minutes by default: a canary with its bake times takes longer than that. */
const DEPLOYMENT_TIMEOUTS = { create: "40m", update: "60m" };

/** By what ECS moves requests from one target group to the other. */
export interface Shifter {
  roleArn: pulumi.Input<string>;
  /** A service waits for this: its first deployment shifts already. */
  grants: pulumi.Resource;
}

/** ECS documents no condition for the trust of this role (Amazon ECS Developer Guide, "Infrastructure role for load balancers"). */
export function createShifter(parent: pulumi.Resource, prefix: string, platform: Platform): Shifter {
  const name = `${prefix}-shifter-role`;
  const role = new aws.iam.Role(
    name,
    {
      description: "By which ECS shifts requests between target groups",
      assumeRolePolicy: policyJson(callerlessTrust("ecs.amazonaws.com")),
      tags: named(platform.tags, name),
    },
    { parent },
  );
  const grants = new aws.iam.RolePolicyAttachment(
    `${name}-policy`,
    {
      role: role.name,
      policyArn: `arn:${partitionOf(platform.region)}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers`,
    },
    { parent },
  );
  return { roleArn: role.arn, grants };
}

function loadBalancers({ balancer, service, shifter }: ServiceSpec): aws.types.input.ecs.ServiceLoadBalancer[] {
  if (balancer === undefined) return [];
  const target = pulumi.output(balancer.target);
  return [
    {
      containerName: service,
      containerPort: TARGET_PORT,
      targetGroupArn: target.targetGroupArn,
      ...(shifter && {
        advancedConfiguration: {
          alternateTargetGroupArn: target.alternateTargetGroupArn,
          productionListenerRule: target.ruleArn,
          roleArn: shifter.roleArn,
        },
      }),
    },
  ];
}

/** Fewer tasks than there must be, too much work for the most there may be, and a deployment that does not end. */
function createAlarms(parent: pulumi.Resource, name: string, spec: ServiceSpec, service: aws.ecs.Service): void {
  const { platform, alerts, bounds, cluster } = spec;
  const dimensions = { ClusterName: cluster.name, ServiceName: service.name };
  const minutes = { platform, dimensions, period: 60 };
  createAlarm(parent, `${name}-tasks-low`, {
    ...minutes,
    description: `Fewer than ${bounds.minTasks} tasks of ${spec.service} run. Look at the service's events and at what ended its tasks.`,
    namespace: "ECS/ContainerInsights",
    metricName: "RunningTaskCount",
    statistic: "Average",
    evaluationPeriods: 5,
    threshold: bounds.minTasks,
    comparison: "LessThanThreshold",
    topicArn: alerts.criticalArn,
  });
  createAlarm(parent, `${name}-cpu-high`, {
    ...minutes,
    description: `Tasks of ${spec.service} have been busy for 15 minutes though tasks are added: are there ${bounds.maxTasks} of them, the most that are allowed?`,
    namespace: "AWS/ECS",
    metricName: "CPUUtilization",
    statistic: "Average",
    evaluationPeriods: 15,
    threshold: 90,
    comparison: "GreaterThanThreshold",
    topicArn: alerts.warningArn,
  });
  createAlarm(parent, `${name}-deployment-long`, {
    ...minutes,
    period: 300,
    description: `A deployment of ${spec.service} has not ended for an hour: it takes 25 minutes. Look at the service's deployments; stop one to turn back.`,
    namespace: "ECS/ContainerInsights",
    metricName: "DeploymentCount",
    statistic: "Maximum",
    evaluationPeriods: 12,
    threshold: 1,
    comparison: "GreaterThanThreshold",
    topicArn: alerts.warningArn,
  });
}

/** A service that runs without a break: over all zones, without a public address, scaled, watched, and turned back by alarms. */
export function createService(parent: pulumi.Resource, prefix: string, spec: ServiceSpec): aws.ecs.Service {
  const { platform, cluster, network, bounds, balancer, service: role } = spec;
  const name = `${prefix}-${role}`;
  const target = balancer && pulumi.output(balancer.target);
  const service = new aws.ecs.Service(
    name,
    {
      cluster: cluster.arn,
      taskDefinition: spec.taskDefinitionArn,
      desiredCount: bounds.minTasks,
      capacityProviderStrategies: planCapacity(role, bounds.minTasks),
      platformVersion: "LATEST",
      networkConfiguration: {
        subnets: network.subnetIds,
        securityGroups: [network.groupId],
        assignPublicIp: false,
      },
      ...planDeployment(role, spec.strategy),
      loadBalancers: loadBalancers(spec),
      ...(target && {
        alarms: { enable: true, rollback: true, alarmNames: target.alarmNames },
        healthCheckGracePeriodSeconds: GRACE_SECONDS,
      }),
      availabilityZoneRebalancing: "ENABLED",
      enableExecuteCommand: spec.exec,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // A deployment that Ctrl-C leaves half done turns back by itself.
      sigintRollback: true,
      waitForSteadyState: true,
      tags: named(platform.tags, name),
    },
    {
      parent,
      ignoreChanges: ["desiredCount"],
      customTimeouts: DEPLOYMENT_TIMEOUTS,
      ...(spec.shifter && { dependsOn: [spec.shifter.grants] }),
    },
  );
  createAlarms(parent, name, spec, service);
  createScaling(parent, name, {
    platform,
    cluster,
    service,
    bounds,
    warningArn: spec.alerts.warningArn,
    ...(balancer &&
      target && {
        requests: {
          balancer: balancer.metricName,
          groups: [target.targetGroupMetric, target.alternateTargetGroupMetric],
        },
      }),
    ...(spec.queueName !== undefined && { queueName: spec.queueName }),
  });
  return service;
}
