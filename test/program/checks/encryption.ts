/** Everything that a service can encrypt with a key of ours is. */
import type { ProgramRecord, ResourceRecord } from "../../../model/record";
import { at, customs, label, ofType, type Check } from "./check";
import { inputsOf } from "./structure";

/** Paths of the key for each type; a path that ends in "?" counts only where the block before it is set. */
export const KEY_PATHS: Readonly<Record<string, readonly string[]>> = {
  "aws:backup/vault:Vault": ["kmsKeyArn"],
  "aws:cloudwatch/eventBus:EventBus": ["kmsKeyIdentifier"],
  "aws:cloudwatch/logGroup:LogGroup": ["kmsKeyId"],
  "aws:dynamodb/table:Table": ["serverSideEncryption.kmsKeyArn"],
  "aws:ecr/repository:Repository": ["encryptionConfigurations.kmsKey"],
  "aws:ecs/cluster:Cluster": ["configuration.executeCommandConfiguration.kmsKeyId?"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["kmsKeyId"],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ["serverSideEncryption.keyArn"],
  "aws:lambda/function:Function": ["kmsKeyArn"],
  "aws:opensearch/domain:Domain": ["encryptAtRest.kmsKeyId"],
  "aws:rds/cluster:Cluster": ["kmsKeyId", "masterUserSecretKmsKeyId"],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId",
  ],
  "aws:secretsmanager/secret:Secret": ["kmsKeyId"],
  "aws:sns/topic:Topic": ["kmsMasterKeyId"],
  "aws:sqs/queue:Queue": ["kmsMasterKeyId"],
  "aws:xray/encryptionConfig:EncryptionConfig": ["keyId"],
};

/** Types with an input that looks like a key or an encryption, and why none of ours is asked for there. */
const NOT_HERE: Readonly<Record<string, string>> = {
  "aws:kms/alias:Alias": "names a key",
  "aws:lambda/eventSourceMapping:EventSourceMapping": "its key encrypts filter criteria, and no feed has any",
  "aws:rds/clusterInstance:ClusterInstance": "has its cluster's storage; Database Insights is set on the cluster",
  "aws:scheduler/schedule:Schedule": "what it sends names resources, and holds no data",
  "aws:s3/bucket:Bucket": "the inline block is deprecated; the setting resource is judged",
};

/** Resources that a service can only write to with S3's own keys. */
const S3_MANAGED: readonly [name: RegExp, why: string][] = [
  [
    /-access-logs-/,
    "S3 server access logs and load-balancer logs reach only buckets with SSE-S3 (Amazon S3 User Guide)",
  ],
];

const KEY = "aws:kms/key:Key";
const LOOKS_LIKE_KEY = /kms|encrypt/i;

/** Region in an ARN; the type's own ARN tells the region of a resource that is in the stack's, too. */
const regionOf = ({ inputs, outputs }: ResourceRecord, home: string): string =>
  typeof inputs.region === "string" ? inputs.region : String(outputs.arn ?? "").split(":")[3] || home;

/** Region of the stack: that of a key which names none of its own. */
const homeOf = (program: ProgramRecord): string =>
  ofType(program, KEY)
    .filter(({ inputs }) => inputs.region === undefined)
    .map((key) => regionOf(key, ""))[0] ?? "";

/** Keys by ARN and id, with their region. */
function ownKeys(program: ProgramRecord): Map<string, string> {
  return new Map(
    ofType(program, KEY).flatMap((key) =>
      [key.outputs.arn, key.id].map((name): [string, string] => [String(name), regionOf(key, "")]),
    ),
  );
}

function faultOf(resource: ResourceRecord, path: string, keys: Map<string, string>, home: string): string[] {
  const optional = path.endsWith("?");
  const bare = path.replace(/\?$/, "");
  const value = at(resource.inputs, bare);
  if (optional && at(resource.inputs, bare.slice(0, bare.lastIndexOf("."))) === undefined) return [];
  if (value === undefined)
    return [`${label(resource)}: no key of ours encrypts it · ${bare} not set → a key of VodKeys`];
  const region = keys.get(String(value));
  if (region === undefined)
    return [`${label(resource)}: ${bare} is no key of the plan · ${String(value)} → one of VodKeys`];
  if (region === regionOf(resource, home)) return [];
  return [`${label(resource)}: ${bare} is a key of another region · ${String(value)} → one of its own`];
}

/** What can be encrypted with a key of ours is, in its own region; a type that could be and is unknown here is a fault. */
export const encryptedByOurs: Check = (program) => {
  const keys = ownKeys(program);
  const home = homeOf(program);
  return customs(program).flatMap((resource) => {
    const paths = KEY_PATHS[resource.type];
    if (paths !== undefined) {
      if (S3_MANAGED.some(([name]) => resource.type.startsWith("aws:s3/") && name.test(resource.name))) return [];
      return paths.flatMap((path) => faultOf(resource, path, keys, home));
    }
    const looks = resource.type.startsWith("aws:kms/")
      ? []
      : inputsOf(resource.type).filter((name) => LOOKS_LIKE_KEY.test(name));
    if (looks.length === 0 || NOT_HERE[resource.type] !== undefined) return [];
    return [
      `${label(resource)}: nothing says which key it needs · ${looks.join()} → a row in test/program/checks/encryption.ts`,
    ];
  });
};
