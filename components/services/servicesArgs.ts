/** What the services are told. */
import type * as pulumi from "@pulumi/pulumi";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import type { DeploymentStrategy } from "./deployment.plan";
import type { BalancerTarget } from "./loadBalancer";
import type { ServiceScaling } from "./scaling.plan";
import type { SecretSettings } from "./secrets";
import type { ServiceNetwork } from "./service";
import type { UserSettings } from "./users";

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
