/** When a service gets more tasks, as data. */
import type { types } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";

type Tracking = types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration;
type Metric =
  types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetric;

/** Hours with more viewers, each day. */
export interface PeakHours {
  /** Hour in which it begins, 0 to 23. */
  from: number;
  /** Hour in which it ends, 0 to 23. */
  to: number;
  /** IANA name, such as America/Santiago. */
  timeZone: string;
}

export interface ServiceScaling {
  /** Tasks of each service that always run, 1 to `maxTasks`. */
  minTasks: number;
  /** @default 10, as in the architecture document */
  maxTasks: number;
  /**
   * Hours in which twice the least number of tasks run before anybody asks for them.
   * @default - none
   */
  peak?: PeakHours;
}

/** @throws Error when no number of tasks fits. */
export function checkScaling({ minTasks, maxTasks }: ServiceScaling): void {
  const whole = [minTasks, maxTasks].every(Number.isInteger);
  if (!whole || minTasks < 1 || maxTasks < minTasks)
    throw new Error(`${minTasks} to ${maxTasks} tasks → whole numbers, at least 1, the greater one last`);
}

/** Seconds: ECS needs a minute or two until a task answers; going back is slower, so that a wave does not rock it. */
const COOLDOWN = { scaleOutCooldown: 60, scaleInCooldown: 300 };
/** Percent, from the architecture document. */
const CPU_TARGET = 70;
const MEMORY_TARGET = 80;
/** Requests a minute of one task: half of what half a vCPU answers from its cache. */
const REQUESTS_TARGET = 6_000;

export const trackCpu = (): Tracking => ({
  ...COOLDOWN,
  predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
  targetValue: CPU_TARGET,
});
export const trackMemory = (): Tracking => ({
  ...COOLDOWN,
  predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
  targetValue: MEMORY_TARGET,
});

/** Names of what is counted, as CloudWatch has them. */
export interface MetricNames {
  cluster: Input<string>;
  service: Input<string>;
}

const runningTasks = ({ cluster, service }: MetricNames) => ({
  namespace: "ECS/ContainerInsights",
  metricName: "RunningTaskCount",
  dimensions: { ClusterName: cluster, ServiceName: service },
});

/**
 * Requests a minute and running task, over both target groups: ALBRequestCountPerTarget knows one group, and
 * "is not supported for the blue/green deployment type" (Amazon ECS Developer Guide, "Target tracking").
 */
export function trackRequests(names: MetricNames, balancer: Input<string>, groups: Input<string>[]): Tracking {
  const count = (id: string, group: Input<string>): Metric => ({
    id,
    metricStat: {
      metric: {
        namespace: "AWS/ApplicationELB",
        metricName: "RequestCount",
        dimensions: [
          { name: "LoadBalancer", value: balancer },
          { name: "TargetGroup", value: group },
        ],
      },
      stat: "Sum",
    },
    returnData: false,
  });
  const { namespace, metricName, dimensions } = runningTasks(names);
  const tasks: Metric = {
    id: "tasks",
    metricStat: {
      metric: {
        namespace,
        metricName,
        dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
      },
      stat: "Average",
    },
    returnData: false,
  };
  const ids = groups.map((_, index) => `group${index}`);
  const sum = ids.map((id) => `FILL(${id}, 0)`).join(" + ");
  return {
    ...COOLDOWN,
    targetValue: REQUESTS_TARGET,
    customizedMetricSpecification: {
      metrics: [
        ...groups.map((group, index) => count(`group${index}`, group)),
        tasks,
        { id: "perTask", expression: `(${sum}) / tasks`, label: "Requests a minute and task", returnData: true },
      ],
    },
  };
}

/** Messages that wait, for each running task, beyond which workers are added. */
export const BACKLOG_PER_TASK = 100;

/** One more worker from 100 waiting messages a task, two from 500, four from 2,000. */
export const BACKLOG_STEPS: types.input.appautoscaling.PolicyStepScalingPolicyConfiguration = {
  adjustmentType: "ChangeInCapacity",
  cooldown: 120,
  metricAggregationType: "Average",
  stepAdjustments: [
    { metricIntervalLowerBound: "0", metricIntervalUpperBound: "400", scalingAdjustment: 1 },
    { metricIntervalLowerBound: "400", metricIntervalUpperBound: "1900", scalingAdjustment: 2 },
    { metricIntervalLowerBound: "1900", scalingAdjustment: 4 },
  ],
};

/** Waiting messages a running task. */
export function backlogQueries(
  names: MetricNames,
  queueName: Input<string>,
): types.input.cloudwatch.MetricAlarmMetricQuery[] {
  const period = 60;
  return [
    {
      id: "waiting",
      metric: {
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queueName },
        period,
        stat: "Average",
      },
      returnData: false,
    },
    { id: "tasks", metric: { ...runningTasks(names), period, stat: "Average" }, returnData: false },
    { id: "perTask", expression: "waiting / tasks", label: "Messages a task", returnData: true },
  ];
}

/** The two daily changes of the least number of tasks; the greatest stays. */
export function planPeak(scaling: ServiceScaling): { role: string; schedule: string; minCapacity: number }[] {
  const { peak, minTasks, maxTasks } = scaling;
  if (peak === undefined) return [];
  return [
    { role: "peak-begins", schedule: `cron(0 ${peak.from} * * ? *)`, minCapacity: Math.min(maxTasks, 2 * minTasks) },
    { role: "peak-ends", schedule: `cron(0 ${peak.to} * * ? *)`, minCapacity: minTasks },
  ];
}
