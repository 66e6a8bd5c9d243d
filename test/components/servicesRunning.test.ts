/** The running services: where they stand, how releases take over, when they scale, what is told. */
import { strict as assert } from "node:assert";
import { DeploymentStrategy } from "../../components";
import { TOPICS } from "../support/platform";
import type { Recording } from "../support/recorder";
import { buildServices, image } from "../support/services";

const SERVICE = "aws:ecs/service:Service";
const POLICY = "aws:appautoscaling/policy:Policy";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const ROLE_ARN = /iam:.*s-shifter-role/;

describe("VodServices: running services", () => {
  let services: Recording;
  const service = (name: string) => services.one(SERVICE, `s-${name}`);
  before(async () => {
    services = await buildServices({
      scaling: { minTasks: 2, maxTasks: 10, peak: { from: 19, to: 23, timeZone: "America/Santiago" } },
    });
  });

  for (const name of ["api", "backoffice", "worker"]) {
    it(`${name}: stands in the app subnets of all zones without a public address, and no update sets its count back`, () => {
      const { inputs, options } = service(name);
      assert.deepEqual(inputs.networkConfiguration, {
        subnets: ["subnet-a", "subnet-b"],
        securityGroups: ["sg-services"],
        assignPublicIp: false,
      });
      assert.match(inputs.taskDefinition, new RegExp(`s-${name}-task`));
      const { desiredCount, platformVersion, availabilityZoneRebalancing, enableExecuteCommand, propagateTags } =
        inputs;
      assert.deepEqual(
        [desiredCount, platformVersion, availabilityZoneRebalancing, enableExecuteCommand, propagateTags],
        [2, "LATEST", "ENABLED", false, "SERVICE"],
      );
      assert.deepEqual(options.ignoreChanges, ["desiredCount"]);
      assert.equal(inputs.launchType, undefined);
    });
  }

  it("keeps what answers requests off Spot, and all workers but one on it", () => {
    for (const name of ["api", "backoffice"])
      assert.deepEqual(service(name).inputs.capacityProviderStrategies, [
        { capacityProvider: "FARGATE", base: 2, weight: 1 },
      ]);
    assert.deepEqual(service("worker").inputs.capacityProviderStrategies, [
      { capacityProvider: "FARGATE", base: 1, weight: 1 },
      { capacityProvider: "FARGATE_SPOT", base: 0, weight: 3 },
    ]);
  });

  it("shifts a tenth of the api's requests first, the backoffice's all at once, and turns back by the alarms of both groups", () => {
    assert.deepEqual(service("api").inputs.deploymentConfiguration, {
      strategy: "CANARY",
      bakeTimeInMinutes: "15",
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "5" },
    });
    assert.deepEqual(service("backoffice").inputs.deploymentConfiguration, {
      strategy: "BLUE_GREEN",
      bakeTimeInMinutes: "15",
    });
    for (const name of ["api", "backoffice"]) {
      const { alarms, deploymentCircuitBreaker, loadBalancers, healthCheckGracePeriodSeconds } = service(name).inputs;
      const alarmNames = [`${name}-blue-errors`, `${name}-green-errors`];
      assert.deepEqual(alarms, { enable: true, rollback: true, alarmNames });
      assert.deepEqual([deploymentCircuitBreaker, healthCheckGracePeriodSeconds], [undefined, 90]);
      const [{ advancedConfiguration, ...balancer }, ...others] = loadBalancers;
      assert.deepEqual(balancer, { containerName: name, containerPort: 8080, targetGroupArn: `${name}-blue` });
      assert.match(advancedConfiguration.roleArn, ROLE_ARN);
      assert.deepEqual(
        [advancedConfiguration.alternateTargetGroupArn, advancedConfiguration.productionListenerRule, others],
        [`${name}-green`, `${name}-rule`, []],
      );
    }
    const [attachment] = services.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    assert.equal(
      attachment?.inputs.policyArn,
      "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
    );
    assert.ok(service("api").options.dependsOn?.includes(attachment?.urn ?? ""));
  });

  it("replaces workers one by one, and turns back by itself", () => {
    const { deploymentConfiguration, deploymentCircuitBreaker, loadBalancers, alarms, ...rest } =
      service("worker").inputs;
    assert.deepEqual(deploymentConfiguration, { strategy: "ROLLING" });
    assert.deepEqual(deploymentCircuitBreaker, { enable: true, rollback: true });
    assert.deepEqual([loadBalancers, alarms], [[], undefined]);
    assert.deepEqual([rest.deploymentMinimumHealthyPercent, rest.deploymentMaximumPercent], [100, 200]);
  });

  it("scales within its bounds by CPU and memory, by requests of both groups, by what waits", () => {
    for (const name of ["api", "backoffice", "worker"]) {
      const { minCapacity, maxCapacity, resourceId } = services.one(
        "aws:appautoscaling/target:Target",
        `s-${name}-scaling`,
      ).inputs;
      assert.deepEqual([minCapacity, maxCapacity, resourceId], [2, 10, `service/s-cluster-1a2b3c4/s-${name}-1a2b3c4`]);
      const targets = ["cpu", "memory"].map(
        (by) => services.one(POLICY, `s-${name}-by-${by}`).inputs.targetTrackingScalingPolicyConfiguration.targetValue,
      );
      assert.deepEqual(targets, [70, 80]);
    }
    const { customizedMetricSpecification } = services.one(POLICY, "s-api-by-requests").inputs
      .targetTrackingScalingPolicyConfiguration;
    const [blue, green, tasks, perTask] = customizedMetricSpecification.metrics;
    assert.deepEqual(
      [blue, green].map(({ metricStat }) => [metricStat.metric.metricName, metricStat.metric.dimensions[1].value]),
      [
        ["RequestCount", "targetgroup/api-blue/1"],
        ["RequestCount", "targetgroup/api-green/2"],
      ],
    );
    assert.deepEqual(
      [tasks.metricStat.metric.metricName, perTask.expression, perTask.returnData],
      ["RunningTaskCount", "(FILL(group0, 0) + FILL(group1, 0)) / tasks", true],
    );
    const backlog = services.one(POLICY, "s-worker-by-backlog");
    assert.equal(backlog.inputs.policyType, "StepScaling");
    const alarm = services.one(ALARM, "s-worker-backlog").inputs;
    assert.deepEqual(alarm.alarmActions, [backlog.outputs.arn, TOPICS.warningArn]);
    assert.deepEqual(alarm.metricQueries[0].metric.dimensions, { QueueName: "catalogue" });
    assert.deepEqual([alarm.metricQueries[2].expression, alarm.threshold], ["waiting / tasks", 100]);
    assert.equal(services.all(POLICY).length, 3 + 3 + 3);
  });

  it("doubles the least number before viewers come, in their time zone, and leaves the clock's value alone", () => {
    const actions = services.all("aws:appautoscaling/scheduledAction:ScheduledAction");
    assert.deepEqual(
      actions.map(({ name, inputs }) => [name, inputs.schedule, inputs.timezone, inputs.scalableTargetAction]).sort(),
      ["api", "backoffice"].flatMap((name) => [
        [`s-${name}-peak-begins`, "cron(0 19 * * ? *)", "America/Santiago", { minCapacity: 4 }],
        [`s-${name}-peak-ends`, "cron(0 23 * * ? *)", "America/Santiago", { minCapacity: 2 }],
      ]),
    );
    const ignored = (name: string) =>
      services.one("aws:appautoscaling/target:Target", `s-${name}-scaling`).options.ignoreChanges;
    assert.deepEqual([ignored("api"), ignored("worker")], [["minCapacity"], undefined]);
  });

  it("tells when tasks are missing, when they are too busy, when a deployment does not end", () => {
    for (const name of ["api", "backoffice", "worker"]) {
      const alarms = ["tasks-low", "cpu-high", "deployment-long"].map(
        (role) => services.one(ALARM, `s-${name}-${role}`).inputs,
      );
      assert.deepEqual(
        alarms.map((alarm) => [alarm.metricName, alarm.comparisonOperator, alarm.threshold, alarm.alarmActions[0]]),
        [
          ["RunningTaskCount", "LessThanThreshold", 2, TOPICS.criticalArn],
          ["CPUUtilization", "GreaterThanThreshold", 90, TOPICS.warningArn],
          ["DeploymentCount", "GreaterThanThreshold", 1, TOPICS.warningArn],
        ],
      );
      for (const { dimensions } of alarms)
        assert.deepEqual(dimensions, { ClusterName: "s-cluster-1a2b3c4", ServiceName: `s-${name}-1a2b3c4` });
    }
  });

  it("runs no backoffice without an image, and puts a single worker on Spot", async () => {
    const images = { api: image("api"), worker: image("worker"), pgbouncer: image("pgbouncer") };
    const small = await buildServices({ images, scaling: { minTasks: 1, maxTasks: 2 } });
    assert.deepEqual(
      small
        .all(SERVICE)
        .map(({ name }) => name)
        .sort(),
      ["s-api", "s-worker"],
    );
    assert.ok(!small.resources.some(({ name }) => name.includes("backoffice")));
    const { capacityProviderStrategies } = small.one(SERVICE, "s-worker").inputs;
    assert.deepEqual(capacityProviderStrategies, [{ capacityProvider: "FARGATE_SPOT", base: 0, weight: 3 }]);
  });

  it("needs no role to shift requests when releases roll", async () => {
    const rolling = await buildServices({ deployment: DeploymentStrategy.Rolling });
    const { loadBalancers, deploymentCircuitBreaker, alarms } = rolling.one(SERVICE, "s-api").inputs;
    assert.deepEqual(loadBalancers, [{ containerName: "api", containerPort: 8080, targetGroupArn: "api-blue" }]);
    assert.deepEqual([deploymentCircuitBreaker, alarms.rollback], [{ enable: true, rollback: true }, true]);
    assert.equal(rolling.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment").length, 0);
  });

  it("refuses bounds that no number of tasks fits", async () => {
    await assert.rejects(
      buildServices({ scaling: { minTasks: 0, maxTasks: 2 } }),
      /^Error: 0 to 2 tasks → whole numbers/,
    );
    await assert.rejects(buildServices({ scaling: { minTasks: 3, maxTasks: 2 } }), /3 to 2 tasks/);
  });
});

describe("VodServices: images", () => {
  const REPOSITORY = "aws:ecr/repository:Repository";
  const LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

  it("has a repository for each: scanned, encrypted, with tags that stay and an end for old images", async () => {
    const services = await buildServices();
    const names = ["api", "backoffice", "pgbouncer", "worker"].map((role) => `s-${role}-repository`);
    assert.deepEqual(
      services
        .all(REPOSITORY)
        .map(({ name }) => name)
        .sort(),
      names,
    );
    for (const name of names) {
      const { inputs, parent } = services.one(REPOSITORY, name);
      assert.equal(parent, services.one("awsx:ecr:Repository", name).urn);
      assert.deepEqual(inputs.encryptionConfigurations, [
        { encryptionType: "KMS", kmsKey: "arn:aws:kms:us-east-1:000000000000:key/images" },
      ]);
      assert.deepEqual(
        [inputs.imageScanningConfiguration, inputs.imageTagMutability, inputs.forceDelete],
        [{ scanOnPush: true }, "IMMUTABLE", false],
      );
      const { rules } = JSON.parse(services.one(LIFECYCLE, name).inputs.policy);
      assert.deepEqual(
        rules.map(({ rulePriority, selection }: { rulePriority: number; selection: object }) => [
          rulePriority,
          selection,
        ]),
        [
          [1, { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 }],
          [2, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 }],
        ],
      );
    }
  });

  it("builds nothing when every image is named", async () => {
    assert.equal((await buildServices()).all("awsx:ecr:Image").length, 0);
  });

  it("builds and pushes what is not named, for ARM, and runs what it has pushed by its digest", async () => {
    const services = await buildServices({ images: { worker: image("worker") } });
    const built = services.all("awsx:ecr:Image").map(({ name, inputs }) => [name, inputs.dockerfile, inputs.platform]);
    assert.deepEqual(built.sort(), [
      ["s-api-image", "services/api/Dockerfile", "linux/arm64"],
      ["s-pgbouncer-image", "images/pgbouncer/Dockerfile", "linux/arm64"],
    ]);
    const url = services.one(REPOSITORY, "s-api-repository").outputs.repositoryUrl as string;
    assert.equal(services.one("awsx:ecr:Image", "s-api-image").inputs.repositoryUrl, url);
    const [{ image: runs }] = JSON.parse(
      services.one("aws:ecs/taskDefinition:TaskDefinition", "s-api-task").inputs.containerDefinitions,
    );
    assert.match(runs.replace(url, "<repository>"), /^<repository>@sha256:[0-9a-f]{64}$/);
    const grants = services.one("aws:iam/rolePolicy:RolePolicy", "s-api-execution-role-grants").inputs.policy;
    const pulls = JSON.parse(grants).Statement.find(({ Sid }: { Sid: string }) => Sid === "PullImages").Resource;
    assert.deepEqual(
      pulls,
      ["api", "pgbouncer"].map((role) => services.one(REPOSITORY, `s-${role}-repository`).outputs.arn),
    );
  });
});
