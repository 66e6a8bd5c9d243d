import * as pulumi from "@pulumi/pulumi";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { createCluster } from "./cluster";
import { DeploymentStrategy } from "./deployment.plan";
import { createImage, type DeployedImage } from "./images";
import type { BalancerTarget } from "./loadBalancer";
import { checkScaling, type ServiceScaling } from "./scaling.plan";
import { createService, createShifter, type ServiceNetwork } from "./service";
import { Tasks, type Images } from "./platformTasks";
import { createSecrets, type SecretSettings } from "./secrets";
import type { CreatedTask } from "./tasks";
import { createUsers, type TokenIssuer, type UserSettings } from "./users";

/** Images in ECR, each named by its digest. */
export interface ServiceImages {
  /** @default - built from this repository and pushed */
  api?: string;
  /** @default - built from this repository and pushed */
  worker?: string;
  /** @default - built from this repository and pushed */
  pgbouncer?: string;
  /** @default - no backoffice runs: there is no program to build it from yet */
  backoffice?: string;
}

/** Where the catalogue's database is, and who may sign in. */
export interface ServiceDatabase {
  writerEndpoint: pulumi.Input<string>;
  readerEndpoint: pulumi.Input<string>;
  databaseName: pulumi.Input<string>;
  /** As `cluster-…`: grants to sign in by IAM name it. */
  databaseResourceId: pulumi.Input<string>;
  /** Secret of the administrator, which the migration alone is given. */
  masterSecretArn: pulumi.Input<string>;
}

/** The load balancer of the services. */
export interface ServicesBalancer {
  metricName: pulumi.Input<string>;
  api: pulumi.Input<BalancerTarget>;
  backoffice: pulumi.Input<BalancerTarget>;
}

export interface VodServicesArgs {
  platform: Platform;
  logsKeyArn: pulumi.Input<string>;
  /** Encrypts the queues. */
  dataKeyArn: pulumi.Input<string>;
  /** Encrypts what others issue: API keys, credentials. */
  secretsKeyArn: pulumi.Input<string>;
  /** Encrypts the images. */
  imagesKeyArn: pulumi.Input<string>;
  alerts: AlertTopics;
  network: ServiceNetwork;
  balancer: ServicesBalancer;
  database: ServiceDatabase;
  /** Encrypts the administrator's secret. */
  databaseKeyArn: pulumi.Input<string>;
  /**
   * What runs.
   * @default - everything is built here, and no backoffice runs
   */
  images?: ServiceImages;
  /** @default DeploymentStrategy.Canary */
  deployment?: DeploymentStrategy;
  scaling: ServiceScaling;
  /**
   * Whether operators may open a session in a container.
   * @default false
   */
  exec?: boolean;
  /** @default - the staff's sign-ins are rated by risk, and Cognito sends the mail */
  users?: UserSettings;
  /** @default - none */
  secrets?: SecretSettings;
  /** Scheme and host that viewers see. */
  viewerOrigin: pulumi.Input<string>;
  /** Key that signs the viewers' cookies. */
  signingKeyId: pulumi.Input<string>;
  signingKeyArn: pulumi.Input<string>;
  /** Id of the key's public half at CloudFront. */
  keyPairId: pulumi.Input<string>;
  catalogueQueueUrl: pulumi.Input<string>;
  catalogueQueueArn: pulumi.Input<string>;
}

function createImages(parent: pulumi.Resource, name: string, args: VodServicesArgs): Images {
  const { platform, imagesKeyArn, images = {} } = args;
  const image = (role: keyof ServiceImages, dockerfile?: string): DeployedImage =>
    createImage(parent, `${name}-${role}`, { platform, imagesKeyArn, image: images[role], dockerfile });
  return {
    api: image("api", "services/api/Dockerfile"),
    worker: image("worker", "services/worker/Dockerfile"),
    pgbouncer: image("pgbouncer", "images/pgbouncer/Dockerfile"),
    ...(images.backoffice !== undefined && { backoffice: image("backoffice") }),
  };
}

/**
 * Repositories, cluster, task definitions and the running services: api, worker and, with an image, backoffice. Each task
 * has a pooler of database connections and a collector of traces beside its service.
 *
 * Cost (AWS Fargate pricing, us-east-1, ARM): a task of api or backoffice $14.42 a month, one of the worker $28.83, on
 * Spot less than half of it; twice as many tasks run during a deployment that shifts traffic.
 */
export class VodServices extends pulumi.ComponentResource {
  public readonly clusterName: pulumi.Output<string>;
  public readonly apiTaskRoleArn: pulumi.Output<string>;
  public readonly workerTaskRoleArn: pulumi.Output<string>;
  /** Task definition of the migration, for `aws ecs run-task` in the app subnets with the services' group. */
  public readonly migrationTaskArn: pulumi.Output<string>;
  public readonly apiRepositoryUrl: pulumi.Output<string>;
  public readonly workerRepositoryUrl: pulumi.Output<string>;
  public readonly pgbouncerRepositoryUrl: pulumi.Output<string>;
  public readonly viewers: pulumi.Output<TokenIssuer>;
  public readonly staff: pulumi.Output<TokenIssuer>;
  /** ARN of each secret by its word, for the operator who puts the values in. */
  public readonly secretArns: pulumi.Output<{ [word: string]: string }>;

  constructor(name: string, args: VodServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodServices", name, args, opts);
    const { platform, balancer, exec = false, deployment = DeploymentStrategy.Canary } = args;
    checkScaling(args.scaling);
    const cluster = createCluster(this, name, { platform, logsKeyArn: args.logsKeyArn, exec });
    const images = createImages(this, name, args);
    const secrets = createSecrets(this, name, { platform, keyArn: args.secretsKeyArn, ...args.secrets });
    const users = createUsers(this, name, {
      platform,
      viewerOrigin: args.viewerOrigin,
      logsKeyArn: args.logsKeyArn,
      ...args.users,
    });
    const tasks = new Tasks(this, name, args, images, secrets.readGrants);
    const shifter = deployment === DeploymentStrategy.Rolling ? undefined : createShifter(this, name, platform);
    const common = { platform, cluster, network: args.network, strategy: deployment, exec, alerts: args.alerts };
    const run = (task: CreatedTask, service: "api" | "backoffice"): void => {
      createService(this, name, {
        ...common,
        service,
        taskDefinitionArn: task.definition.arn,
        bounds: args.scaling,
        balancer: { metricName: balancer.metricName, target: balancer[service] },
        shifter,
      });
    };

    const api = tasks.api();
    run(api, "api");
    if (images.backoffice) run(tasks.backoffice(images.backoffice), "backoffice");
    const worker = tasks.worker();
    secrets.admit([worker.roleArn]);
    const { peak: _, ...bounds } = args.scaling;
    createService(this, name, {
      ...common,
      service: "worker",
      taskDefinitionArn: worker.definition.arn,
      // Viewers' evenings are not its peak: it follows what is uploaded.
      bounds,
      queueName: pulumi.output(args.catalogueQueueArn).apply((arn) => arn.slice(arn.lastIndexOf(":") + 1)),
    });

    this.clusterName = cluster.name;
    this.apiTaskRoleArn = api.roleArn;
    this.workerTaskRoleArn = worker.roleArn;
    this.migrationTaskArn = tasks.migrate().definition.arn;
    this.apiRepositoryUrl = images.api.repositoryUrl;
    this.workerRepositoryUrl = images.worker.repositoryUrl;
    this.pgbouncerRepositoryUrl = images.pgbouncer.repositoryUrl;
    this.viewers = users.viewers;
    this.staff = users.staff;
    this.secretArns = pulumi.secret(pulumi.output(secrets.arns));
    this.registerOutputs({
      clusterName: this.clusterName,
      apiTaskRoleArn: this.apiTaskRoleArn,
      workerTaskRoleArn: this.workerTaskRoleArn,
      migrationTaskArn: this.migrationTaskArn,
      apiRepositoryUrl: this.apiRepositoryUrl,
      workerRepositoryUrl: this.workerRepositoryUrl,
      pgbouncerRepositoryUrl: this.pgbouncerRepositoryUrl,
      viewers: this.viewers,
      staff: this.staff,
      secretArns: this.secretArns,
    });
  }
}
