import { strict as assert } from "node:assert";
import { VodServices } from "../../components";
import { SERVICE_ENVIRONMENT } from "../../contracts/environment";
import { KEY, platform } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

const image = (name: string): string =>
  `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/vod-${name}@sha256:${"a".repeat(64)}`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:catalogue`;
const build = (apiImage = image("api")): Promise<Recording> =>
  record(
    () =>
      new VodServices("s", {
        platform: platform(),
        logsKeyArn: KEY("logs"),
        dataKeyArn: KEY("data"),
        apiImage,
        workerImage: image("worker"),
        viewerOrigin: "https://vod.example.com",
        signingKeyId: "signing",
        signingKeyArn: KEY("signing"),
        keyPairId: "K1",
        catalogueQueueUrl: "https://sqs/catalogue",
        catalogueQueueArn: QUEUE,
      }),
  );

describe("VodServices", () => {
  let services: Recording;
  const task = (service: string) => services.one("aws:ecs/taskDefinition:TaskDefinition", `s-${service}-task`).inputs;
  const grants = (role: string): { Action: string[]; Resource: string[] }[] =>
    json(services.one("aws:iam/rolePolicy:RolePolicy", `s-${role}-role-grants`).inputs.policy).Statement;
  before(async () => {
    services = await build();
  });

  it("has a cluster on Fargate with Spot beside it, and runs nothing yet", () => {
    const { settings } = services.one("aws:ecs/cluster:Cluster", "s-cluster").inputs;
    assert.deepEqual(settings, [{ name: "containerInsights", value: "enhanced" }]);
    const { capacityProviders, defaultCapacityProviderStrategies } = services.one(
      "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
      "s-cluster-capacity",
    ).inputs;
    assert.deepEqual(capacityProviders, ["FARGATE", "FARGATE_SPOT"]);
    assert.deepEqual(defaultCapacityProviderStrategies, [{ capacityProvider: "FARGATE", weight: 1, base: 0 }]);
    assert.equal(services.all("aws:ecs/service:Service").length, 0);
  });

  for (const [service, size] of Object.entries({ api: ["512", "1024"], worker: ["1024", "2048"] })) {
    it(`${service}: a task on Fargate and ARM with two roles of its own`, () => {
      const { cpu, memory, family, networkMode, requiresCompatibilities, runtimePlatform, ...rest } = task(service);
      assert.deepEqual([cpu, memory, family, networkMode], [...size, `vod-dev-${service}`, "awsvpc"]);
      assert.deepEqual(requiresCompatibilities, ["FARGATE"]);
      assert.deepEqual(runtimePlatform, { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" });
      assert.match(rest.executionRoleArn, new RegExp(`s-${service}-execution-role`));
      assert.match(rest.taskRoleArn, new RegExp(`s-${service}-task-role`));
    });

    it(`${service}: a container that may change nothing and runs as nobody`, () => {
      const [container, ...others] = json(task(service).containerDefinitions);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [container.name, container.image, container.user, container.readonlyRootFilesystem, container.privileged],
        [service, image(service), "65532:65532", true, false],
      );
      assert.deepEqual(container.linuxParameters, {
        initProcessEnabled: true,
        capabilities: { add: [], drop: ["ALL"] },
      });
      assert.deepEqual(container.mountPoints, [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }]);
      assert.deepEqual(task(service).volumes, [{ name: "tmp" }]);
      assert.deepEqual(container.logConfiguration, {
        logDriver: "awslogs",
        options: {
          "awslogs-group": `/vod/dev/${service}`,
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": service,
          mode: "non-blocking",
          "max-buffer-size": "4m",
        },
      });
    });

    it(`${service}: the variables that its code reads, sorted`, () => {
      const [{ environment }] = json(task(service).containerDefinitions);
      const names = [...SERVICE_ENVIRONMENT[service as "api" | "worker"]].sort();
      assert.deepEqual(
        environment.map(({ name }: { name: string }) => name),
        names,
      );
    });

    it(`${service}: an execution role that pulls its one image and writes its one log`, () => {
      assert.deepEqual(
        grants(`${service}-execution`).map(({ Action, Resource }) => [Action[0], Resource]),
        [
          ["ecr:GetAuthorizationToken", ["*"]],
          ["ecr:BatchCheckLayerAvailability", [`arn:aws:ecr:us-east-1:${ACCOUNT}:repository/vod-${service}`]],
          ["logs:CreateLogStream", [`arn:aws:cloudwatch:us-east-1:${ACCOUNT}:/vod/dev/${service}:*`]],
        ],
      );
    });
  }

  it("tells the api the viewer's origin and the key", () => {
    const [{ environment, portMappings }] = json(task("api").containerDefinitions);
    assert.deepEqual(environment, [
      { name: "KEY_PAIR_ID", value: "K1" },
      { name: "MEDIA_ORIGIN", value: "https://vod.example.com" },
      { name: "PORT", value: "8080" },
      { name: "SIGNING_KEY_ID", value: "signing" },
      { name: "STACK", value: "dev" },
    ]);
    assert.deepEqual(portMappings, [{ name: "http", containerPort: 8080, hostPort: 8080, protocol: "tcp" }]);
    assert.deepEqual(json(task("worker").containerDefinitions)[0].portMappings, []);
  });

  it("lets the api sign and the worker take messages, and neither anything else", () => {
    const rows = (role: string) => grants(role).map(({ Action, Resource }) => [Action, Resource]);
    assert.deepEqual(rows("api-task"), [[["kms:Sign"], [KEY("signing")]]]);
    assert.deepEqual(rows("worker-task"), [
      [["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [QUEUE]],
      [["kms:Decrypt"], [KEY("data")]],
    ]);
  });

  it("refuses an image that may change under its name", async () => {
    await assert.rejects(build("vod-api:latest"), /image "vod-api:latest" is not <account>\.dkr\.ecr/);
  });
});
