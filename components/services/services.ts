import * as pulumi from "@pulumi/pulumi";
import { createCluster } from "./cluster";
import { DeploymentStrategy } from "./deployment.plan";
import { createImage, type DeployedImage } from "./images";
import { checkScaling } from "./scaling.plan";
import { createService, createShifter } from "./service";
import { Tasks, type Images } from "./platformTasks";
import { createSecrets } from "./secrets";
import type { ServiceImages, VodServicesArgs } from "./servicesArgs";
import type { CreatedTask } from "./tasks";
import { createUsers, type TokenIssuer } from "./users";

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
 * Cost (AWS Fargate pricing, us-east-1, ARM): a task of api or backoffice $14.42 a month, one of the worker $28.84, on
 * Spot about half of it; twice as many tasks run during a deployment that shifts traffic.
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
