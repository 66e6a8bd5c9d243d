/** The tasks of the platform: what each is told, and what it may do. */
import * as pulumi from "@pulumi/pulumi";
import { DATABASE_USERS, pooledUrl, type DatabaseClient } from "../../contracts/databaseUsers";
import { allow, type Statement } from "../../lib/iam";
import { arnIn } from "../shared/platform";
import type { DeployedImage } from "./images";
import { TARGET_PORT } from "./loadBalancer.plan";
import type { VodServicesArgs } from "./servicesArgs";
import type { PoolerVariables } from "./sidecars.plan";
import { createTask, type CreatedTask, type TaskSpec } from "./tasks";
import { heartbeatHealth, HTTP_HEALTH, STOP_SECONDS } from "./taskDefinition.plan";

/**
 * Connections of one task to each endpoint. 10 tasks of each service, twice as many while a deployment runs, hold 180 of
 * the 450 that a db.t3.medium takes; 360 if every service used both endpoints and one instance stood behind them.
 */
const POOL_SIZE = { api: 5, backoffice: 2, worker: 2 } as const satisfies Record<DatabaseClient, number>;

const HEARTBEAT_FILE = "/tmp/heartbeat";

export interface Images {
  api: DeployedImage;
  worker: DeployedImage;
  pgbouncer: DeployedImage;
  backoffice?: DeployedImage;
}

/** Makes the tasks of one set of services. */
export class Tasks {
  constructor(
    private readonly parent: pulumi.Resource,
    private readonly name: string,
    private readonly args: VodServicesArgs,
    private readonly images: Images,
    /** Reads what others issue: the worker tells viewers of new titles by outside services. */
    private readonly secretGrants: Statement[],
  ) {}

  #create(spec: Omit<TaskSpec, "platform" | "logsKeyArn" | "exec">): CreatedTask {
    const { platform, logsKeyArn, exec = false } = this.args;
    return createTask(this.parent, this.name, { platform, logsKeyArn, exec, ...spec });
  }

  /** The pooler signs in as the service's own user, by a token that IAM makes for its role. */
  #pooled(client: DatabaseClient): {
    database: { image: DeployedImage; variables: PoolerVariables };
    signIn: Statement;
  } {
    const { database, platform } = this.args;
    const user = DATABASE_USERS[client];
    const userArn = arnIn(platform, "rds-db", pulumi.interpolate`dbuser:${database.databaseResourceId}/${user}`);
    return {
      database: {
        image: this.images.pgbouncer,
        variables: {
          DATABASE_WRITER: database.writerEndpoint,
          DATABASE_READER: database.readerEndpoint,
          DATABASE_NAME: database.databaseName,
          DATABASE_USER: user,
          POOL_SIZE: String(POOL_SIZE[client]),
        },
      },
      signIn: allow("SignInToDatabase", ["rds-db:connect"], [userArn]),
    };
  }

  api(): CreatedTask {
    const { args } = this;
    const { database, signIn } = this.#pooled("api");
    return this.#create({
      service: "api",
      image: this.images.api,
      database,
      container: {
        variables: {
          STACK: args.platform.stack,
          PORT: String(TARGET_PORT),
          MEDIA_ORIGIN: args.viewerOrigin,
          SIGNING_KEY_ID: args.signingKeyId,
          KEY_PAIR_ID: args.keyPairId,
          // It only reads: the readers are there for it.
          DATABASE_URL: pooledUrl("api", "readers"),
        },
        listens: true,
        health: HTTP_HEALTH,
        stopSeconds: STOP_SECONDS,
      },
      grants: [allow("SignCookies", ["kms:Sign"], [args.signingKeyArn]), signIn],
    });
  }

  /** What its program will read is not known yet: it is told what every service is told. */
  backoffice(image: DeployedImage): CreatedTask {
    const { database, signIn } = this.#pooled("backoffice");
    return this.#create({
      service: "backoffice",
      image,
      database,
      container: {
        variables: {
          STACK: this.args.platform.stack,
          PORT: String(TARGET_PORT),
          DATABASE_URL: pooledUrl("backoffice", "writer"),
        },
        listens: true,
        health: HTTP_HEALTH,
        stopSeconds: STOP_SECONDS,
      },
      grants: [signIn],
    });
  }

  worker(): CreatedTask {
    const { args } = this;
    const { database, signIn } = this.#pooled("worker");
    return this.#create({
      service: "worker",
      image: this.images.worker,
      database,
      container: {
        variables: {
          STACK: args.platform.stack,
          CATALOGUE_QUEUE_URL: args.catalogueQueueUrl,
          DATABASE_URL: pooledUrl("worker", "writer"),
          HEARTBEAT_FILE,
        },
        health: heartbeatHealth(HEARTBEAT_FILE),
        stopSeconds: STOP_SECONDS,
      },
      grants: [
        allow(
          "TakeMessages",
          ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
          [args.catalogueQueueArn],
        ),
        allow("OpenMessages", ["kms:Decrypt"], [args.dataKeyArn]),
        ...this.secretGrants,
        signIn,
      ],
    });
  }

  /**
   * A task that a release runs once before its services start. It is started anew each time, so that the injected
   * password is the one that the last rotation left.
   */
  migrate(): CreatedTask {
    const { database } = this.args;
    // The ARN tells where the password lies, and opens nothing: hidden, it would hide the whole task from policies.
    const secretArn = pulumi.unsecret(pulumi.output(database.masterSecretArn));
    return this.#create({
      service: "migrate",
      image: this.images.worker,
      container: {
        command: ["migrate.js"],
        variables: { DATABASE_HOST: database.writerEndpoint, DATABASE_NAME: database.databaseName },
        secrets: {
          DATABASE_USER: pulumi.interpolate`${secretArn}:username::`,
          DATABASE_PASSWORD: pulumi.interpolate`${secretArn}:password::`,
        },
        stopSeconds: STOP_SECONDS,
      },
      secrets: [{ arn: secretArn, keyArn: this.args.databaseKeyArn }],
      grants: [],
    });
  }
}
