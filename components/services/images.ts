/** Where images come from: a repository for each, and what is built when the stack names no digest. */
import * as pulumi from "@pulumi/pulumi";
// The package's whole index loads its every part, which takes longer than the rest of a plan's imports but one.
import { Image, Repository } from "@pulumi/awsx/ecr";
import { repositoryArn } from "../../lib/arn";
import { named } from "../../lib/tags";
import type { Platform } from "../shared/platform";

export interface ImageSpec {
  platform: Platform;
  /** Encrypts the images. */
  imagesKeyArn: pulumi.Input<string>;
  /** Image in ECR, named by its digest. Undefined: it is built from `dockerfile` and pushed. */
  image?: string;
  /** From the root of this repository. Undefined: there is nothing to build. */
  dockerfile?: string;
}

export interface DeployedImage {
  /** Named by its digest. */
  uri: pulumi.Output<string>;
  /** Of the repository that it is pulled from, for grants. */
  repositoryArn: pulumi.Output<string>;
  /** Where a release is pushed to. */
  repositoryUrl: pulumi.Output<string>;
}

/** Releases to go back to; older images and those without a tag cost storage and are findings for ever. */
const KEPT_IMAGES = 30;
const UNTAGGED_DAYS = 7;

function createRepository(parent: pulumi.Resource, name: string, { platform, imagesKeyArn }: ImageSpec): Repository {
  return new Repository(
    name,
    {
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: imagesKeyArn }],
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: "IMMUTABLE",
      // A stack that keeps its data keeps the images it could go back to.
      forceDelete: !(platform.protect ?? true),
      lifecyclePolicy: {
        rules: [
          { description: "Images that lost their tag", tagStatus: "untagged", maximumAgeLimit: UNTAGGED_DAYS },
          { description: "Releases to go back to", tagStatus: "any", maximumNumberOfImages: KEPT_IMAGES },
        ],
      },
      tags: named(platform.tags, name),
    },
    { parent },
  );
}

/**
 * A repository with scan on push, a key of ours, tags that stay and an end for old images; and the image: the one that
 * the stack names, or one that is built here and pushed there.
 *
 * Cost (Amazon ECR pricing): $0.10 a GB and month; basic scans are free.
 */
export function createImage(parent: pulumi.Resource, name: string, spec: ImageSpec): DeployedImage {
  const repository = createRepository(parent, `${name}-repository`, spec);
  if (spec.image !== undefined) {
    const arn = repositoryArn(spec.image);
    return { uri: pulumi.output(spec.image), repositoryArn: pulumi.output(arn), repositoryUrl: repository.url };
  }
  if (spec.dockerfile === undefined)
    throw new Error(`${name}: neither an image nor a Dockerfile → name the image by its digest`);
  const built = new Image(
    `${name}-image`,
    { repositoryUrl: repository.url, context: ".", dockerfile: spec.dockerfile, platform: "linux/arm64" },
    { parent },
  );
  return {
    uri: built.imageUri,
    repositoryArn: repository.repository.apply(({ arn }) => arn),
    repositoryUrl: repository.url,
  };
}
