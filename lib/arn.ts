/** ARNs for every partition: nothing else in the program writes `arn:aws:`. */

/** Partition of a region (AWS General Reference, "Amazon Resource Names"). */
export function partitionOf(region: string): string {
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  if (region.startsWith("cn-")) return "aws-cn";
  return "aws";
}

export interface ArnParts {
  /** Region that decides the partition; also the ARN's region unless `global` or `regionless` services leave it out. */
  partition: string;
  service: string;
  /** Empty for global services such as IAM and for S3. */
  region?: string;
  /** Empty for S3. */
  account?: string;
  resource: string;
}

/** @throws Error when a part is missing or holds a character that would move the parts. */
export function formatArn(parts: ArnParts): string {
  const { partition, service, region = "", account = "", resource } = parts;
  for (const [name, value] of Object.entries({ partition, service, region, account })) {
    if (value.includes(":")) throw new Error(`ARN part ${name} "${value}" holds a colon → give the bare value`);
  }
  if (!partition || !service || !resource) {
    throw new Error(`ARN ${JSON.stringify(parts)} lacks a part → partition, service and resource are required`);
  }
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** `<account>.dkr.ecr.<region>.<suffix>/<repository>@sha256:<64 hex digits>`: an image that cannot change under its name. */
const ECR_IMAGE =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([a-z0-9][a-z0-9._/-]*)@sha256:[0-9a-f]{64}$/;

export const isEcrImage = (image: string): boolean => ECR_IMAGE.test(image);

/**
 * ARN of the repository that holds an image.
 * @throws Error when the image is not an ECR image named by its digest.
 */
export function repositoryArn(image: string): string {
  const [, account, region = "", repository = ""] = ECR_IMAGE.exec(image) ?? [];
  if (account === undefined) {
    throw new Error(`image "${image}" is not <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest>`);
  }
  return formatArn({
    partition: partitionOf(region),
    service: "ecr",
    region,
    account,
    resource: `repository/${repository}`,
  });
}
