import * as pulumi from "@pulumi/pulumi";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { createAurora, type AuroraSettings } from "./aurora";
import { createCache, type CacheSettings } from "./cache";
import { createRecoveryCopies, type RecoverySettings } from "./recovery";
import { createSearch, type SearchSettings } from "./search";
import type { SearchHandle } from "./searchAccess";

export interface VodDatabaseArgs {
  platform: Platform;
  /** Subnets without a way out, in at least two zones. */
  dataSubnetIds: pulumi.Input<string[]>;
  databaseGroupId: pulumi.Input<string>;
  cacheGroupId: pulumi.Input<string>;
  /** Key of the volume, the master secret, Database Insights, the cache. */
  databaseKeyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  alerts: AlertTopics;
  aurora: AuroraSettings;
  cache: CacheSettings;
  /**
   * Where Aurora's snapshots are copied to, every day.
   * @default - no copy: the database is lost with its region
   */
  recovery?: RecoverySettings;
  /** @default - no search domain; the api searches the database */
  search?: SearchSettings;
}

/**
 * Where the catalogue lies: Aurora PostgreSQL, a Valkey cache before it and, on request, an OpenSearch domain beside it.
 * All speak TLS only, know their clients by IAM, and stand in subnets without a way out.
 *
 * Cost (Amazon Aurora and Amazon ElastiCache pricing, us-east-1): an instance db.t3.medium $59.86 a month, a serverless
 * capacity unit $0.12 an hour and nothing while paused, $0.10 a GB, $0.20 a million reads or writes; a node
 * cache.t3.micro $9.93 a month, cache.r7g.large $127.90. Amazon OpenSearch Service pricing: three t3.small.search
 * $78.84 a month, a GB of their volumes $0.122.
 */
export class VodDatabase extends pulumi.ComponentResource {
  public readonly writerEndpoint: pulumi.Output<string>;
  /** Spreads connections over the readers; the writer's when there is none. */
  public readonly readerEndpoint: pulumi.Output<string>;
  public readonly databaseName: pulumi.Output<string>;
  /** `cluster-…`: grants of `rds-db:connect` name it. */
  public readonly databaseResourceId: pulumi.Output<string>;
  /** A secret of Pulumi: who can read it there knows where the master password lies. */
  public readonly masterSecretArn: pulumi.Output<string>;
  /** Configuration endpoint: clients learn the shards from it. */
  public readonly cacheEndpoint: pulumi.Output<string>;
  public readonly cachePort: pulumi.Output<number>;
  /** Clients sign it into their tokens. */
  public readonly cacheName: pulumi.Output<string>;
  public readonly cacheArn: pulumi.Output<string>;
  public readonly cacheUserName: pulumi.Output<string>;
  public readonly cacheUserArn: pulumi.Output<string>;
  /** Host of the search domain; this and the next two are undefined without one. */
  public readonly searchEndpoint?: pulumi.Output<string>;
  public readonly searchDomainArn?: pulumi.Output<string>;
  /** For `VodSearchAccess`. */
  public readonly searchHandle?: pulumi.Output<SearchHandle>;

  constructor(name: string, args: VodDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodDatabase", name, args, opts);
    const { platform, dataSubnetIds: subnetIds, databaseKeyArn: keyArn, logsKeyArn, alerts } = args;
    const shared = { platform, subnetIds, keyArn, logsKeyArn, topics: alerts };
    const aurora = createAurora(this, `${name}-aurora`, {
      ...shared,
      groupId: args.databaseGroupId,
      settings: args.aurora,
    });
    if (args.recovery) {
      const { recovery: settings } = args;
      const clusterArn = aurora.cluster.arn;
      createRecoveryCopies(this, `${name}-backup`, { platform, keyArn, topics: alerts, clusterArn, settings });
    }
    const cache = createCache(this, `${name}-cache`, { ...shared, groupId: args.cacheGroupId, settings: args.cache });

    this.writerEndpoint = aurora.cluster.endpoint;
    this.readerEndpoint = aurora.cluster.readerEndpoint;
    this.databaseName = aurora.cluster.databaseName;
    this.databaseResourceId = aurora.cluster.clusterResourceId;
    this.masterSecretArn = aurora.masterSecretArn;
    this.cacheEndpoint = cache.group.configurationEndpointAddress;
    this.cachePort = pulumi.output(cache.port);
    this.cacheName = cache.group.replicationGroupId;
    this.cacheArn = cache.group.arn;
    this.cacheUserName = cache.user.userName;
    this.cacheUserArn = cache.user.arn;
    if (args.search) {
      const { domain, setup } = createSearch(this, name, { ...shared, settings: args.search });
      this.searchEndpoint = domain.endpoint;
      this.searchDomainArn = domain.arn;
      this.searchHandle = pulumi.output({
        domainName: domain.domainName,
        domainArn: domain.arn,
        setupFunction: setup.fn.name,
        setupRoleArn: setup.role.arn,
      });
    }
    this.registerOutputs({
      writerEndpoint: this.writerEndpoint,
      readerEndpoint: this.readerEndpoint,
      databaseName: this.databaseName,
      databaseResourceId: this.databaseResourceId,
      masterSecretArn: this.masterSecretArn,
      cacheEndpoint: this.cacheEndpoint,
      cachePort: this.cachePort,
      cacheName: this.cacheName,
      cacheArn: this.cacheArn,
      cacheUserName: this.cacheUserName,
      cacheUserArn: this.cacheUserArn,
      searchEndpoint: this.searchEndpoint,
      searchDomainArn: this.searchDomainArn,
      searchHandle: this.searchHandle,
    });
  }
}
