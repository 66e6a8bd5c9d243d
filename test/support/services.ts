import { DeploymentStrategy, VodServices, type VodServicesArgs } from "../../components";
import { KEY, platform, TOPICS } from "./platform";
import { ACCOUNT, record, type Recording } from "./recorder";

export const image = (name: string): string =>
  `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/vod-${name}@sha256:${"a".repeat(64)}`;
export const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:catalogue`;
export const MASTER = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:master`;

const target = (service: string) => ({
  targetGroupArn: `${service}-blue`,
  alternateTargetGroupArn: `${service}-green`,
  ruleArn: `${service}-rule`,
  targetGroupMetric: `targetgroup/${service}-blue/1`,
  alternateTargetGroupMetric: `targetgroup/${service}-green/2`,
  alarmNames: [`${service}-blue-errors`, `${service}-green-errors`],
});

/** A VodServices "s" that names all its images. */
export const buildServices = (change: Partial<VodServicesArgs> = {}): Promise<Recording> =>
  record(
    () =>
      new VodServices("s", {
        platform: platform(),
        logsKeyArn: KEY("logs"),
        dataKeyArn: KEY("data"),
        imagesKeyArn: KEY("images"),
        secretsKeyArn: KEY("secrets"),
        databaseKeyArn: KEY("database"),
        alerts: TOPICS,
        network: { subnetIds: ["subnet-a", "subnet-b"], groupId: "sg-services" },
        balancer: { metricName: "app/balancer/1", api: target("api"), backoffice: target("backoffice") },
        database: {
          writerEndpoint: "writer.rds.amazonaws.com",
          readerEndpoint: "reader.rds.amazonaws.com",
          databaseName: "vod",
          databaseResourceId: "cluster-A1",
          masterSecretArn: MASTER,
        },
        images: {
          api: image("api"),
          worker: image("worker"),
          pgbouncer: image("pgbouncer"),
          backoffice: image("backoffice"),
        },
        deployment: DeploymentStrategy.Canary,
        scaling: { minTasks: 2, maxTasks: 10 },
        viewerOrigin: "https://vod.example.com",
        signingKeyId: "signing",
        signingKeyArn: KEY("signing"),
        keyPairId: "K1",
        catalogueQueueUrl: "https://sqs/catalogue",
        catalogueQueueArn: QUEUE,
        ...change,
      }),
  );
