import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { MEDIA_PREFIX, POSTER_PREFIX } from "../../contracts/keys";
import { admit, admitToKey, allow, policyDocument } from "../../lib/iam";
import { createBucketPolicy } from "../shared/bucketPolicy";
import { encryptionKeyStatements } from "../shared/keyPolicy";
import { policyJson, type Platform } from "../shared/platform";
import { createDistribution, type ViewerDomain } from "./distribution";
import { createAccessLog } from "./logging";

/** A bucket that the distribution serves. */
export interface ServedBucket {
  name: pulumi.Input<string>;
  arn: pulumi.Input<string>;
  /** Regional DNS name. */
  domain: pulumi.Input<string>;
}

export interface VodEdgeArgs {
  platform: Platform;
  media: ServedBucket;
  web: ServedBucket;
  accessLogBucketArn: pulumi.Input<string>;
  /** Encrypts both buckets; its policy is written here, because it names the distribution. */
  mediaKeyArn: pulumi.Input<string>;
  /** RSA 2048 key that signs the viewers' cookies. */
  signingKeyId: pulumi.Input<string>;
  /**
   * Where CloudFront serves from.
   * @default "PriceClass_100" (North America and Europe)
   */
  priceClass?: pulumi.Input<string>;
  /**
   * The viewer's own host name.
   * @default - CloudFront's, where the least TLS version cannot be chosen
   */
  domain?: ViewerDomain;
}

/** CloudFront checks cookies with the public half; the private one never leaves KMS and is in no state file. */
function createKeyGroup(parent: VodEdge, name: string, signingKeyId: pulumi.Input<string>) {
  const { publicKeyPem } = aws.kms.getPublicKeyOutput({ keyId: signingKeyId }, { parent });
  const publicKey = new aws.cloudfront.PublicKey(
    `${name}-public-key`,
    {
      comment: "Checks the viewers' cookies",
      // CloudFront keeps the text with one line end; another would be a difference at every preview.
      encodedKey: publicKeyPem.apply((pem) => `${pem.trim()}\n`),
    },
    { parent },
  );
  const keyGroup = new aws.cloudfront.KeyGroup(
    `${name}-key-group`,
    { comment: "Keys that may sign the viewers' cookies", items: [publicKey.id] },
    { parent },
  );
  return { publicKey, keyGroup };
}

/** Bucket and key admit the distribution, and no other one. */
function admitDistribution(
  parent: VodEdge,
  name: string,
  args: VodEdgeArgs,
  distributionArn: pulumi.Output<string>,
): void {
  const { platform, media, web, mediaKeyArn } = args;
  const cloudFront = { Service: "cloudfront.amazonaws.com" };
  const byUs = { StringEquals: { "aws:SourceArn": distributionArn } };
  const read = (keys: pulumi.Input<string>[]) => admit(cloudFront, allow("Distribution", ["s3:GetObject"], keys, byUs));
  const served = [MEDIA_PREFIX, POSTER_PREFIX].map((prefix) => pulumi.interpolate`${media.arn}/${prefix}*`);
  createBucketPolicy(parent, `${name}-media`, media, [read(served)]);
  createBucketPolicy(parent, `${name}-web`, web, [read([pulumi.interpolate`${web.arn}/*`])]);
  new aws.kms.KeyPolicy(
    `${name}-media-key-policy`,
    {
      keyId: mediaKeyArn,
      policy: policyJson(
        policyDocument([
          ...encryptionKeyStatements(platform),
          admitToKey("Distribution", cloudFront, ["kms:Decrypt"], byUs),
        ]),
      ),
    },
    { parent },
  );
}

/**
 * The distribution over pages and media: private buckets by origin access control, media by signed cookie only, posters
 * and pages free. The api's path joins it with the network.
 *
 * Cost: by use; egress decides (docs/cost.md).
 */
export class VodEdge extends pulumi.ComponentResource {
  public readonly distributionId: pulumi.Output<string>;
  /** CloudFront's own host name of the distribution. */
  public readonly distributionDomain: pulumi.Output<string>;
  /** Scheme and host that viewers see: the start of every cookie's policy. */
  public readonly viewerOrigin: pulumi.Output<string>;
  /** Id of the public key, which every cookie names. */
  public readonly keyPairId: pulumi.Output<string>;

  constructor(name: string, args: VodEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodEdge", name, args, opts);
    const { platform, domain } = args;
    const { publicKey, keyGroup } = createKeyGroup(this, name, args.signingKeyId);
    const distribution = createDistribution(this, name, {
      platform,
      priceClass: args.priceClass ?? "PriceClass_100",
      domain,
      mediaBucketDomain: args.media.domain,
      webBucketDomain: args.web.domain,
      keyGroup,
    });
    admitDistribution(this, name, args, distribution.arn);
    createAccessLog(this, name, platform, distribution.arn, args.accessLogBucketArn);

    this.distributionId = distribution.id;
    this.distributionDomain = distribution.domainName;
    this.viewerOrigin = pulumi.interpolate`https://${domain ? domain.name : distribution.domainName}`;
    this.keyPairId = publicKey.id;
    this.registerOutputs({
      distributionId: this.distributionId,
      distributionDomain: this.distributionDomain,
      viewerOrigin: this.viewerOrigin,
      keyPairId: this.keyPairId,
    });
  }
}
