import { MOST_SEARCH_STORAGE, searchClass } from "../../lib/openSearch";
import { admitsService, reportOpenings } from "../documents";
import type { Fields } from "../fields";
import { isServing } from "../graph";
import { isArchive, rulesOf } from "../lifecycle";
import { resourceRule, stackRule } from "../rule";
import { IAM, OPENSEARCH, S3 } from "../tokens";
import { lacksOwnKey } from "./shared";

const GUIDE = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide";

/** T3 nodes of a domain (Developer Guide, "Supported instance types"). */
const MOST_T3 = 10;
/** Oldest release whose standard support goes on past 2027 (Developer Guide, "What is"). */
const OLDEST = { major: 2, minor: 19 };
/** TLS 1.2 at least, with forward secrecy. */
const TLS_POLICIES = ["Policy-Min-TLS-1-2-PFS-2023-10", "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08"];
const LOG_TYPES = ["INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS", "ES_APPLICATION_LOGS", "AUDIT_LOGS"];

const clusterOf = (inputs: Fields) => {
  const cluster = inputs.one("clusterConfig");
  return {
    cluster,
    type: cluster.text("instanceType") ?? "m4.large.search",
    count: cluster.number("instanceCount") ?? 1,
  };
};

const t3 = resourceRule({
  name: "os-t3-compat",
  displayName: "T3 nodes are asked for what they can",
  description: "T3 nodes have no standby, no warm or cold storage, no Auto-Tune, and a domain has at most ten of them.",
  severity: "high",
  tags: ["opensearch", "compatibility"],
  url: `${GUIDE}/supported-instance-types.html`,
  remedy: "leave out what T3 lacks, or choose a class such as m7g.medium.search",
  types: OPENSEARCH.domain,
  check: ({ node: { inputs }, report, part }) => {
    const cluster = inputs.one("clusterConfig");
    if (!(cluster.text("instanceType") ?? "").startsWith("t3.")) return;
    for (const flag of ["multiAzWithStandbyEnabled", "warmEnabled"])
      part(() => {
        if (cluster.flag(flag)) report(`T3 nodes cannot have it · clusterConfig.${flag}`);
      });
    part(() => {
      if (cluster.one("coldStorageOptions").flag("enabled")) report("T3 nodes cannot have it · coldStorageOptions");
    });
    part(() => {
      const tune = inputs.one("autoTuneOptions").text("desiredState") ?? "DISABLED";
      if (tune !== "DISABLED") report(`T3 nodes cannot have it · autoTuneOptions.desiredState ${tune}`);
    });
    part(() => {
      const count = cluster.number("instanceCount") ?? 1;
      if (count > MOST_T3) report(`a domain has at most ${MOST_T3} T3 nodes · instanceCount ${count}`);
    });
  },
});

const threeZones = resourceRule({
  name: "os-three-nodes-three-az",
  displayName: "Search outlives a zone",
  description:
    "In prod and staging three data nodes lie in three zones: without one of them the rest are still a majority.",
  severity: "high",
  tags: ["opensearch", "availability"],
  url: `${GUIDE}/managedomains-multiaz.html`,
  remedy: "set instanceCount to 3 or more, zoneAwarenessEnabled and zoneAwarenessConfig.availabilityZoneCount: 3",
  types: OPENSEARCH.domain,
  check: ({ node: { urn, inputs }, report, part }) => {
    if (!isServing(urn)) return;
    const { cluster } = clusterOf(inputs);
    part(() => {
      const count = cluster.number("instanceCount") ?? 1;
      if (count < 3) report(`the domain has too few data nodes · instanceCount ${count}`);
    });
    part(() => {
      if (!cluster.flag("zoneAwarenessEnabled"))
        report("nodes may all lie in one zone · zoneAwarenessEnabled is not true");
    });
    part(() => {
      const zones = cluster.one("zoneAwarenessConfig").number("availabilityZoneCount") ?? 2;
      if (zones !== 3) report(`the nodes lie in ${zones} zones`);
    });
  },
});

const volumes = resourceRule({
  name: "os-ebs-limits",
  displayName: "Search's volumes are within their class's limits",
  description:
    "Each instance class takes volumes of a certain size only; the service refuses others when they are created or grow.",
  severity: "medium",
  tags: ["opensearch", "storage"],
  url: `${GUIDE}/limits.html`,
  remedy: "set ebsOptions.volumeSize within the limits, or choose a larger class",
  types: OPENSEARCH.domain,
  check: ({ node: { inputs }, report }) => {
    const { type } = clusterOf(inputs);
    const limits = searchClass(type);
    if (limits === undefined) return report(`the limits of ${type} are not in the table`);
    const size = inputs.one("ebsOptions").number("volumeSize") ?? 0;
    if (size < limits.leastGb || size > limits.mostGb)
      report(`${type} takes volumes of ${limits.leastGb} to ${limits.mostGb} GB · volumeSize ${size}`);
  },
});

const total = resourceRule({
  name: "os-total-storage-cap",
  displayName: "Search has an end",
  description: `All nodes' volumes together hold at most ${MOST_SEARCH_STORAGE} GB, where the architecture stops growth.`,
  severity: "medium",
  tags: ["opensearch", "storage", "cost"],
  url: `${GUIDE}/sizing-domains.html`,
  remedy: "set instanceCount × volumeSize within the cap",
  types: OPENSEARCH.domain,
  check: ({ node: { inputs }, report }) => {
    const { count } = clusterOf(inputs);
    const size = inputs.one("ebsOptions").number("volumeSize") ?? 0;
    if (count * size > MOST_SEARCH_STORAGE)
      report(`${count} nodes of ${size} GB are ${count * size} GB, above ${MOST_SEARCH_STORAGE}`);
  },
});

const encrypted = stackRule({
  name: "os-encrypted",
  displayName: "Search is encrypted with our keys",
  description: "Indices, their snapshots and logs on disk lie under a key of ours, and nodes speak TLS to each other.",
  severity: "high",
  tags: ["opensearch", "encryption"],
  url: `${GUIDE}/encryption-at-rest.html`,
  remedy: "set encryptAtRest to { enabled: true, kmsKeyId: our key } and nodeToNodeEncryption.enabled: true",
  types: OPENSEARCH.domain,
  check: ({ node, report, part }, graph) => {
    part(() => {
      const block = node.inputs.one("encryptAtRest");
      if (!block.flag("enabled")) return report("indices lie in plain · encryptAtRest is not enabled");
      const lack = lacksOwnKey(graph, node, "encryptAtRest", block, "kmsKeyId");
      if (lack !== undefined) report(`indices are not under a key of ours · ${lack}`);
    });
    part(() => {
      if (!node.inputs.one("nodeToNodeEncryption").flag("enabled")) report("nodes speak in plain to each other");
    });
  },
});

const secure = resourceRule({
  name: "os-secure",
  displayName: "Search knows who asks, by TLS only",
  description:
    "Fine-grained access with an IAM role as master, no passwords inside the domain, nobody unnamed, TLS 1.2 with forward secrecy, inside the VPC.",
  severity: "critical",
  tags: ["opensearch", "access", "tls"],
  url: `${GUIDE}/fgac.html`,
  remedy: `set advancedSecurityOptions with masterUserArn and without a user database, enforceHttps with ${TLS_POLICIES[0]}, and vpcOptions`,
  types: OPENSEARCH.domain,
  check: ({ node: { inputs }, report, part }) => {
    part(() => {
      const access = inputs.one("advancedSecurityOptions");
      if (!access.flag("enabled")) return report("access is not fine-grained · advancedSecurityOptions is not enabled");
      if (access.flag("internalUserDatabaseEnabled"))
        report("the domain keeps passwords · internalUserDatabaseEnabled");
      if (access.flag("anonymousAuthEnabled")) report("the domain admits everybody · anonymousAuthEnabled");
      if (!access.one("masterUserOptions").has("masterUserArn"))
        report("the master is no role · masterUserArn is not set");
    });
    part(() => {
      if (!inputs.one("domainEndpointOptions").flag("enforceHttps"))
        report("plain HTTP is served · enforceHttps is not true");
    });
    part(() => {
      const policy = inputs.one("domainEndpointOptions").text("tlsSecurityPolicy") ?? "unset";
      if (!TLS_POLICIES.includes(policy)) report(`old TLS is accepted · tlsSecurityPolicy ${policy}`);
    });
    part(() => {
      const place = inputs.one("vpcOptions");
      if (!place.has("subnetIds") || !place.has("securityGroupIds"))
        report("the domain stands on the internet · vpcOptions");
    });
  },
});

const closed = resourceRule({
  name: "os-access-closed",
  displayName: "Who reaches search is named",
  description: "The access policy of a domain names roles; everybody inside the VPC is not a role.",
  severity: "critical",
  tags: ["opensearch", "access"],
  url: `${GUIDE}/ac.html`,
  remedy: "name the roles that may use the domain",
  types: [...OPENSEARCH.domain, ...OPENSEARCH.policy],
  check: (subject) => reportOpenings(subject.node.inputs.json("accessPolicies"), subject),
});

const logs = resourceRule({
  name: "os-logs",
  displayName: "Search writes its logs",
  description: "Errors, refused requests and slow searches are seen in CloudWatch, or nowhere.",
  severity: "medium",
  tags: ["opensearch", "logs"],
  url: `${GUIDE}/createdomain-configure-slow-logs.html`,
  remedy: `set logPublishingOptions for ${LOG_TYPES.join(", ")}`,
  types: OPENSEARCH.domain,
  check: ({ node: { inputs }, report }) => {
    const published = inputs
      .many("logPublishingOptions")
      .filter((option) => (option.text("enabled") ?? "true") === "true" && option.has("cloudwatchLogGroupArn"))
      .map((option) => option.text("logType"));
    const missing = LOG_TYPES.filter((type) => !published.includes(type));
    if (missing.length > 0) report(`logs are not published · ${missing.join(", ")}`);
  },
});

const engine = resourceRule({
  name: "os-engine-supported",
  displayName: "Search runs a release that is looked after",
  description: "Old releases cost extra and end; the service's own updates are installed within the quiet hours.",
  severity: "medium",
  tags: ["opensearch", "supply-chain"],
  url: `${GUIDE}/what-is.html`,
  remedy: `set engineVersion to OpenSearch_${OLDEST.major}.${OLDEST.minor} or later, and softwareUpdateOptions.autoSoftwareUpdateEnabled: true`,
  types: OPENSEARCH.domain,
  check: ({ node: { inputs }, report, part }) => {
    part(() => {
      const version = inputs.text("engineVersion") ?? inputs.text("elasticsearchVersion") ?? "unset";
      const [, major = "0", minor = "0"] = /^OpenSearch_(\d+)\.(\d+)$/.exec(version) ?? [];
      const behind = Number(major) === OLDEST.major ? Number(minor) < OLDEST.minor : Number(major) < OLDEST.major;
      if (behind) report(`the engine is too old or not pinned · ${version}`);
    });
    part(() => {
      if (!inputs.one("softwareUpdateOptions").flag("autoSoftwareUpdateEnabled"))
        report("updates of the service wait for somebody · autoSoftwareUpdateEnabled is not true");
    });
  },
});

const snapshots = stackRule({
  name: "snapshot-bucket-no-glacier",
  displayName: "Snapshots of search stay readable",
  description:
    "OpenSearch reads and deletes the files of every snapshot at any time: archived ones break the repository.",
  severity: "high",
  tags: ["opensearch", "s3", "recovery"],
  url: `${GUIDE}/managedomains-snapshots.html`,
  remedy: "keep no transition to a Glacier class on the bucket; OpenSearch deletes old snapshots by itself",
  types: S3.lifecycle,
  check: ({ node, report, part }, graph) => {
    const reached = graph
      .linked(node, "bucket", S3.bucket)
      .flatMap((bucket) => graph.referring(bucket, IAM.rolePolicy, "policy"))
      .flatMap((policy) => graph.linked(policy, "role", IAM.role));
    for (const rule of rulesOf(node.inputs)) {
      part(() => {
        const archives = rule
          .steps()
          .filter(({ storageClass }) => isArchive(storageClass) || storageClass === "GLACIER_IR");
        if (!rule.isEnabled() || archives.length === 0) return;
        const isOurs = reached.some(({ inputs }) =>
          admitsService(inputs.json("assumeRolePolicy"), /^(es|opensearchservice)\./, ["sts:AssumeRole"]),
        );
        if (isOurs)
          report(`rule ${rule.id} archives snapshots · ${archives.map((step) => step.storageClass).join(", ")}`);
      });
    }
  },
});

export const opensearchRules = [t3, threeZones, volumes, total, encrypted, secure, closed, logs, engine, snapshots];
