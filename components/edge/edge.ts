import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { admitDistribution, type ReplicaBucket, type ServedBucket } from "./admission";
import { createViewerAlarms } from "./alarms";
import { createDistribution, type ViewerDomain } from "./distribution";
import { edgeRegionOf } from "./edgeRegion";
import { createAccessLog } from "./logging";
import { checkBalancer, type BalancerOrigin } from "./origins";
import { createViewerAcl, guardBalancer, viewerAclSpec, type ProtectionArgs } from "./protection";
import { createRecords } from "./records";

export interface VodEdgeArgs {
  platform: Platform;
  media: ServedBucket;
  /** The copy in the recovery region, which CloudFront asks when the media bucket fails. */
  mediaReplica: ReplicaBucket;
  web: ServedBucket;
  /** What answers `/api/*`. */
  balancer: BalancerOrigin;
  accessLogBucketArn: pulumi.Input<string>;
  /** Encrypts media and pages; its policy is written here, because it names the distribution. */
  mediaKeyArn: pulumi.Input<string>;
  /** Encrypts the logs of the web ACLs. */
  logsKeyArn: pulumi.Input<string>;
  /** Encrypts what the distribution tells an internet-facing balancer. */
  secretsKeyArn: pulumi.Input<string>;
  /** RSA 2048 key that signs the viewers' cookies. */
  signingKeyId: pulumi.Input<string>;
  alerts: AlertTopics;
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
  /**
   * Public hosted zone of Route 53 for the domain and the balancer's host name.
   * @default - whoever keeps the domain makes the records
   */
  hostedZoneId?: string;
  /**
   * Countries that are served, ISO 3166 alpha-2 in capitals, by CloudFront's own restriction.
   * @default - every country
   */
  servedCountries?: string[];
  /**
   * What the web ACL refuses.
   * @default - AWS's groups against OWASP's ten and bad addresses, rates, hotlinks
   */
  protection?: ProtectionArgs;
  /**
   * CloudFront's additional metrics: cache hits, latency of the origins, errors by status. Cost: about $2.40 a month.
   * @default false
   */
  detailedMetrics?: boolean;
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

/**
 * The distribution over pages, media and the api, and the web ACLs in front of it and of an internet-facing balancer:
 * private buckets by origin access control, media by signed cookie only and from either region, posters and pages free,
 * `/api/*` to the balancer.
 *
 * Cost: by use; egress decides (docs/cost.md). A web ACL is $5 a month, $1 a rule and $0.60 for a million requests.
 *
 * @throws Error for an internet-facing balancer without a host name, a hosted zone without a domain, and limits that AWS
 * WAF does not take.
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
    const { platform, domain, balancer, alerts } = args;
    checkBalancer(balancer);
    if (args.hostedZoneId !== undefined && domain === undefined)
      throw new Error(`hostedZoneId is ${args.hostedZoneId} and there is no domain → give both, or neither`);
    const acl = viewerAclSpec(args.protection ?? {}, domain?.name);
    const edge = edgeRegionOf(this, name, platform, { logsKeyArn: args.logsKeyArn, alerts });
    const { publicKey, keyGroup } = createKeyGroup(this, name, args.signingKeyId);
    const distribution = createDistribution(this, name, {
      platform,
      priceClass: args.priceClass ?? "PriceClass_100",
      domain,
      servedCountries: args.servedCountries ?? [],
      keyGroup,
      webAclArn: createViewerAcl(this, name, platform, acl, edge).arn,
      buckets: { media: args.media.domain, mediaReplica: args.mediaReplica.domain, web: args.web.domain },
      balancer,
      secret: guardBalancer(this, name, args),
    });
    admitDistribution(this, name, { ...args, distributionArn: distribution.arn });
    createAccessLog(this, name, platform, distribution.arn, args.accessLogBucketArn);
    createViewerAlarms(this, name, platform, distribution, edge.alerts);
    this.#createExtras(name, args, distribution);

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

  #createExtras(name: string, args: VodEdgeArgs, distribution: aws.cloudfront.Distribution): void {
    const { domain, hostedZoneId, balancer } = args;
    if (hostedZoneId !== undefined && domain !== undefined)
      createRecords(this, name, { zoneId: hostedZoneId, host: domain.name, distribution, balancer });
    if (args.detailedMetrics ?? false) {
      new aws.cloudfront.MonitoringSubscription(
        `${name}-metrics`,
        {
          distributionId: distribution.id,
          monitoringSubscription: {
            realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" },
          },
        },
        { parent: this },
      );
    }
  }
}
