import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { named } from "../../lib/tags";
import { stateful, type Platform } from "../shared/platform";

/** Characters: 285 bits. */
const LENGTH = 48;

/**
 * What the distribution and nobody else tells the balancer. AWS makes it up once; `ignoreChanges` keeps it, or every
 * update would bring a new one. It is encrypted in the state, as every secret.
 *
 * To change it, replace the version (`pulumi up --replace <its URN>`): while the distribution is deployed, which takes
 * minutes, the balancer refuses what still comes with the old one.
 */
export function createOriginSecret(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  keyArn: pulumi.Input<string>,
): pulumi.Output<string> {
  const secret = new aws.secretsmanager.Secret(
    name,
    {
      description: "What the distribution tells the load balancer",
      kmsKeyId: keyArn,
      recoveryWindowInDays: (platform.protect ?? true) ? 30 : 7,
      tags: { ...named(platform.tags, name), rotation: "external" },
    },
    stateful(platform, parent),
  );
  const { randomPassword } = aws.secretsmanager.getRandomPasswordOutput(
    { passwordLength: LENGTH, excludePunctuation: true },
    { parent },
  );
  const version = new aws.secretsmanager.SecretVersion(
    `${name}-version`,
    { secretId: secret.id, secretString: pulumi.secret(randomPassword) },
    { parent, ignoreChanges: ["secretString"] },
  );
  return pulumi.secret(version.secretString.apply((text) => text ?? ""));
}
