/** Task definitions, their containers and their roles. */
import { strict as assert } from "node:assert";
import { SERVICE_ENVIRONMENT } from "../../contracts/environment";
import { KEY } from "../support/platform";
import { ACCOUNT, json, type Recording } from "../support/recorder";
import { buildServices, image, MASTER, QUEUE } from "../support/services";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const REPOSITORY = (name: string): string => `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/vod-${name}`;
const USER = (name: string): string => `arn:aws:rds-db:us-east-1:${ACCOUNT}:dbuser:cluster-A1/${name}`;

const SIZES = { api: ["512", "1024"], backoffice: ["512", "1024"], worker: ["1024", "2048"], migrate: ["256", "512"] };
const POOLED = ["api", "backoffice", "worker"] as const;

describe("VodServices: tasks", () => {
  let services: Recording;
  const task = (service: string) => services.one(TASK, `s-${service}-task`).inputs;
  const containers = (service: string) => json(task(service).containerDefinitions);
  const environment = (container: { environment: { name: string; value: string }[] }): Record<string, string> =>
    Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
  const grants = (role: string): [string[], string[]][] =>
    json(services.one("aws:iam/rolePolicy:RolePolicy", `s-${role}-role-grants`).inputs.policy).Statement.map(
      ({ Action, Resource }: { Action: string[]; Resource: string[] }) => [Action, Resource],
    );
  before(async () => {
    services = await buildServices();
  });

  it("has a cluster on Fargate with Spot beside it", () => {
    const { settings, configuration } = services.one("aws:ecs/cluster:Cluster", "s-cluster").inputs;
    assert.deepEqual([settings, configuration], [[{ name: "containerInsights", value: "enhanced" }], undefined]);
    const { capacityProviders, defaultCapacityProviderStrategies } = services.one(
      "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
      "s-cluster-capacity",
    ).inputs;
    assert.deepEqual(capacityProviders, ["FARGATE", "FARGATE_SPOT"]);
    assert.deepEqual(defaultCapacityProviderStrategies, [{ capacityProvider: "FARGATE", weight: 1, base: 0 }]);
  });

  for (const [service, size] of Object.entries(SIZES)) {
    it(`${service}: a task on Fargate and ARM with two roles of its own`, () => {
      const { cpu, memory, family, networkMode, requiresCompatibilities, runtimePlatform, ...rest } = task(service);
      assert.deepEqual([cpu, memory, family, networkMode], [...size, `vod-dev-${service}`, "awsvpc"]);
      assert.deepEqual(requiresCompatibilities, ["FARGATE"]);
      assert.deepEqual(runtimePlatform, { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" });
      assert.match(rest.executionRoleArn, new RegExp(`s-${service}-execution-role`));
      assert.match(rest.taskRoleArn, new RegExp(`s-${service}-task-role`));
    });

    it(`${service}: containers that may change nothing, run as nobody and share no folder`, () => {
      const all = containers(service);
      for (const container of all) {
        const { name, user, readonlyRootFilesystem, privileged, linuxParameters, mountPoints } = container;
        assert.deepEqual([user, readonlyRootFilesystem, privileged], ["65532:65532", true, false], name);
        assert.deepEqual(linuxParameters, { initProcessEnabled: true, capabilities: { add: [], drop: ["ALL"] } }, name);
        assert.deepEqual(mountPoints, [{ sourceVolume: `${name}-tmp`, containerPath: "/tmp", readOnly: false }], name);
        assert.deepEqual(container.logConfiguration, {
          logDriver: "awslogs",
          options: {
            "awslogs-group": `/vod/dev/${service}`,
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": name,
            mode: "non-blocking",
            "max-buffer-size": "4m",
          },
        });
      }
      assert.deepEqual(
        task(service).volumes,
        all.map(({ name }: { name: string }) => ({ name: `${name}-tmp` })),
      );
    });
  }

  for (const service of POOLED) {
    it(`${service}: starts behind its pooler, with a collector that it can do without`, () => {
      const [own, otel, pgbouncer, ...others] = containers(service);
      assert.deepEqual([own.name, otel.name, pgbouncer.name, others], [service, "otel", "pgbouncer", []]);
      assert.deepEqual([own.essential, otel.essential, pgbouncer.essential], [true, false, true]);
      assert.deepEqual(own.dependsOn, [
        { containerName: "otel", condition: "START" },
        { containerName: "pgbouncer", condition: "HEALTHY" },
      ]);
      assert.deepEqual([own.stopTimeout, otel.stopTimeout, pgbouncer.stopTimeout], [120, 30, 30]);
      assert.deepEqual([otel.memory, pgbouncer.memory, own.memory], [128, 128, undefined]);
      const memory = Number(task(service).memory);
      assert.equal(own.memoryReservation, Math.floor(memory * 0.7));
      assert.deepEqual(pgbouncer.healthCheck.command, ["CMD", "node", "/app/main.js", "--check"]);
      assert.match(otel.image, /^public\.ecr\.aws\/aws-observability\/aws-otel-collector@sha256:[0-9a-f]{64}$/);
      const { receivers, service: pipelines } = JSON.parse(environment(otel).AOT_CONFIG_CONTENT ?? "");
      assert.equal(receivers.otlp.protocols.grpc.endpoint, "127.0.0.1:4317");
      assert.deepEqual(pipelines.pipelines.traces.exporters, ["awsxray"]);
    });

    it(`${service}: its pooler signs in to both endpoints as its own user`, () => {
      const pooler = containers(service)[2];
      assert.equal(pooler.image, image("pgbouncer"));
      assert.deepEqual(environment(pooler), {
        DATABASE_NAME: "vod",
        DATABASE_READER: "reader.rds.amazonaws.com",
        DATABASE_USER: `vod_${service}`,
        DATABASE_WRITER: "writer.rds.amazonaws.com",
        POOL_SIZE: { api: "5", backoffice: "2", worker: "2" }[service],
      });
      assert.deepEqual(
        pooler.environment.map(({ name }: { name: string }) => name),
        [...SERVICE_ENVIRONMENT.pgbouncer].sort(),
      );
    });

    it(`${service}: an execution role that pulls its two images and writes its one log`, () => {
      assert.deepEqual(
        grants(`${service}-execution`).map(([actions, resources]) => [actions[0], resources]),
        [
          ["ecr:GetAuthorizationToken", ["*"]],
          ["ecr:BatchCheckLayerAvailability", [REPOSITORY(service), REPOSITORY("pgbouncer")]],
          ["logs:CreateLogStream", [`arn:aws:cloudwatch:us-east-1:${ACCOUNT}:/vod/dev/${service}:*`]],
        ],
      );
    });
  }

  it("tells the api and the worker what their code reads, sorted, and no password", () => {
    const [api] = containers("api");
    assert.deepEqual(environment(api), {
      DATABASE_URL: "postgres://vod_api@127.0.0.1:6432/vod_ro",
      KEY_PAIR_ID: "K1",
      MEDIA_ORIGIN: "https://vod.example.com",
      PORT: "8080",
      SIGNING_KEY_ID: "signing",
      STACK: "dev",
    });
    const [worker] = containers("worker");
    assert.deepEqual(environment(worker), {
      CATALOGUE_QUEUE_URL: "https://sqs/catalogue",
      DATABASE_URL: "postgres://vod_worker@127.0.0.1:6432/vod",
      HEARTBEAT_FILE: "/tmp/heartbeat",
      STACK: "dev",
    });
    for (const { environment: list } of [api, worker]) {
      const names: string[] = list.map(({ name }: { name: string }) => name);
      assert.deepEqual(names, names.toSorted());
    }
  });

  it("listens on 8080 where requests come, and asks /health or the worker's file", () => {
    for (const service of ["api", "backoffice"]) {
      const [{ portMappings, healthCheck }] = containers(service);
      assert.deepEqual(portMappings, [{ name: "http", containerPort: 8080, hostPort: 8080, protocol: "tcp" }]);
      assert.match(healthCheck.command.at(-1), /^fetch\("http:\/\/127\.0\.0\.1:8080\/health"\)/);
    }
    const [{ portMappings, healthCheck }] = containers("worker");
    assert.deepEqual(portMappings, []);
    assert.match(healthCheck.command.at(-1), /statSync\("\/tmp\/heartbeat"\)\.mtimeMs<180000\?0:1\)$/);
  });

  it("lets each service do what it does, and sign in as itself", () => {
    const traces = [["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]];
    const signIn = (user: string) => [["rds-db:connect"], [USER(user)]];
    assert.deepEqual(grants("api-task").slice(0, 2), [[["kms:Sign"], [KEY("signing")]], signIn("vod_api")]);
    assert.deepEqual(grants("backoffice-task")[0], signIn("vod_backoffice"));
    assert.deepEqual(grants("worker-task").slice(0, 3), [
      [["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [QUEUE]],
      [["kms:Decrypt"], [KEY("data")]],
      signIn("vod_worker"),
    ]);
    for (const service of POOLED) assert.deepEqual(grants(`${service}-task`).at(-1), traces);
  });

  it("gives the administrator's password to the migration alone, when it starts", () => {
    const [migrate, ...others] = containers("migrate");
    assert.deepEqual([migrate.image, migrate.command, others], [image("worker"), ["migrate.js"], []]);
    assert.deepEqual(migrate.secrets, [
      { name: "DATABASE_PASSWORD", valueFrom: `${MASTER}:password::` },
      { name: "DATABASE_USER", valueFrom: `${MASTER}:username::` },
    ]);
    assert.deepEqual(environment(migrate), { DATABASE_HOST: "writer.rds.amazonaws.com", DATABASE_NAME: "vod" });
    assert.deepEqual(grants("migrate-execution").slice(3), [
      [["secretsmanager:GetSecretValue"], [MASTER]],
      [["kms:Decrypt"], [KEY("database")]],
    ]);
    for (const service of POOLED) assert.ok(!JSON.stringify(containers(service)).includes(MASTER), service);
  });

  it("refuses an image that may change under its name", async () => {
    await assert.rejects(
      buildServices({ images: { api: "vod-api:latest" } }),
      /image "vod-api:latest" is not <account>\.dkr\.ecr/,
    );
  });

  it("opens sessions only where that is asked for, with all that is typed kept", async () => {
    const open = await buildServices({ exec: true });
    assert.deepEqual(open.one("aws:ecs/cluster:Cluster", "s-cluster").inputs.configuration, {
      executeCommandConfiguration: {
        kmsKeyId: KEY("logs"),
        logging: "OVERRIDE",
        logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: "/vod/dev/exec" },
      },
    });
    const [api, otel] = json(open.one(TASK, "s-api-task").inputs.containerDefinitions);
    assert.deepEqual(
      api.mountPoints.map(({ containerPath }: { containerPath: string }) => containerPath),
      ["/tmp", "/var/lib/amazon", "/var/log/amazon"],
    );
    assert.equal(otel.mountPoints.length, 1);
    const policy = open.one("aws:iam/rolePolicy:RolePolicy", "s-api-task-role-grants").inputs.policy;
    assert.ok(policy.includes("ssmmessages:OpenDataChannel"));
    assert.ok(!JSON.stringify(grants("api-task")).includes("ssmmessages"));
  });
});
