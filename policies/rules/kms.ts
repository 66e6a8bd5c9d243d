import { admitsService, isEverybody, reportOpenings, statementsOf } from "../documents";
import { stackOf, type Graph, type ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { CLOUDFRONT, EVENTS, KMS, RDS, S3, SNS, SQS, WATCH } from "../tokens";

/** Days (KMS API, ScheduleKeyDeletion: 7 to 30, 30 when nothing is given). */
const SHORTEST_WINDOW = 7;
const PROD_WINDOW = 30;

const rotation = resourceRule({
  name: "kms-rotation",
  displayName: "Keys rotate",
  description:
    "Symmetric encryption keys rotate automatically, at least every 365 days. Asymmetric keys cannot rotate by themselves and are exempt.",
  severity: "high",
  tags: ["kms", "encryption"],
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  remedy: "set enableKeyRotation: true and leave rotationPeriodInDays out, or between 90 and 365",
  types: KMS.key,
  check: ({ node: { inputs }, report }) => {
    const usage = inputs.text("keyUsage") ?? "ENCRYPT_DECRYPT";
    const spec = inputs.text("customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
    if (usage !== "ENCRYPT_DECRYPT" || spec !== "SYMMETRIC_DEFAULT") return;
    if (!inputs.flag("enableKeyRotation")) report("the key never rotates · enableKeyRotation is not true");
    const period = inputs.number("rotationPeriodInDays");
    if (period !== undefined && (period < 90 || period > 365)) report(`the key rotates every ${period} days`);
  },
});

const deletionWindow = resourceRule({
  name: "kms-deletion-window",
  displayName: "Deleted keys wait",
  description: "A key that is deleted by mistake can be saved: at least 7 days, in prod 30.",
  severity: "medium",
  tags: ["kms", "recovery"],
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
  remedy: "leave deletionWindowInDays out (30 days) or set it to 7 to 30, in prod to 30",
  types: KMS.key,
  check: ({ node, report }) => {
    const days = node.inputs.number("deletionWindowInDays") ?? PROD_WINDOW;
    const least = /^prod/.test(stackOf(node.urn)) ? PROD_WINDOW : SHORTEST_WINDOW;
    if (days < least) report(`the key is gone ${days} days after its deletion · deletionWindowInDays ${days}`);
  },
});

const policyClosed = resourceRule({
  name: "kms-policy-closed",
  displayName: "Key policies admit nobody unnamed",
  description:
    "A key policy names who may use the key; AWS services are admitted for our own account or resources only.",
  severity: "critical",
  tags: ["kms", "access"],
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
  remedy:
    "name the principals; give services a condition on aws:SourceArn, aws:SourceAccount, kms:ViaService or kms:EncryptionContext",
  types: [...KMS.key, ...KMS.keyPolicy],
  check: (subject) => reportOpenings(subject.node.inputs.json("policy"), subject),
});

const policyScoped = resourceRule({
  name: "kms-policy-scoped",
  displayName: "Only the account administers a key",
  description:
    "kms:* belongs to the account's root alone, which hands it on by IAM; everybody else gets named actions.",
  severity: "high",
  tags: ["kms", "access"],
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
  remedy: "name the actions, e.g. kms:Decrypt and kms:GenerateDataKey*, and keep kms:* to arn:aws:iam::<account>:root",
  types: [...KMS.key, ...KMS.keyPolicy],
  check: ({ node: { inputs }, report, part }) => {
    for (const statement of statementsOf(inputs.json("policy"))) {
      part(() => {
        if (!statement.allows() || !statement.actions().some((action) => action === "*" || action === "kms:*")) return;
        const others = statement
          .principals()
          .filter((principal) => !isEverybody(principal) && !isRoot(principal.value));
        if (others.length > 0)
          report(`statement ${statement.label} gives every action to ${others.map(({ value }) => value).join(", ")}`);
      });
    }
  },
});

/** The account itself: its root's ARN or its bare number. */
const isRoot = (principal: string): boolean => /^arn:[^:]+:iam::\d{12}:root$|^\d{12}$/.test(principal);

const noLockout = resourceRule({
  name: "kms-no-lockout-bypass",
  displayName: "Keys stay manageable",
  description: "The check that a new key policy does not lock out its own administrator stays on.",
  severity: "high",
  tags: ["kms", "recovery"],
  url: "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
  remedy: "remove bypassPolicyLockoutSafetyCheck",
  types: [...KMS.key, ...KMS.keyPolicy],
  check: ({ node: { inputs }, report }) => {
    if (inputs.flag("bypassPolicyLockoutSafetyCheck"))
      report("the key policy may lock everybody out · bypassPolicyLockoutSafetyCheck: true");
  },
});

/** Services that use a key on our behalf, and how the program shows that they will. */
const CALLERS: readonly {
  service: RegExp;
  name: string;
  why: string;
  uses(key: ResourceNode, graph: Graph): boolean;
}[] = [
  {
    service: /^logs\./,
    name: "logs.<region>.amazonaws.com",
    why: "a log group is encrypted with the key",
    uses: (key, graph) => graph.referring(key, WATCH.logGroup, "kmsKeyId").length > 0,
  },
  {
    service: /^events\.amazonaws\./,
    name: "events.amazonaws.com",
    why: "a bus or the queue of an event rule is under the key",
    uses: (key, graph) =>
      graph.referring(key, EVENTS.bus, "kmsKeyIdentifier").length > 0 ||
      graph
        .referring(key, SQS.queue, "kmsMasterKeyId")
        .some((queue) => graph.referring(queue, EVENTS.target, "arn").length > 0),
  },
  {
    service: /^cloudwatch\./,
    name: "cloudwatch.amazonaws.com",
    why: "an alarm notifies a topic under the key",
    uses: (key, graph) =>
      graph
        .referring(key, SNS.topic, "kmsMasterKeyId")
        .some((topic) => graph.referring(topic, WATCH.alarm, "alarmActions").length > 0),
  },
  {
    service: /^events\.rds\./,
    name: "events.rds.amazonaws.com",
    why: "RDS reports to a topic under the key",
    uses: (key, graph) =>
      graph
        .referring(key, SNS.topic, "kmsMasterKeyId")
        .some((topic) => graph.referring(topic, RDS.eventSubscription, "snsTopic").length > 0),
  },
  {
    service: /^cloudfront\./,
    name: "cloudfront.amazonaws.com",
    why: "a distribution reads a bucket under the key",
    uses: (key, graph) =>
      graph
        .referring(key, S3.encryption, "rules")
        .flatMap((encryption) => graph.linked(encryption, "bucket", S3.bucket))
        .some((bucket) => graph.referring(bucket, CLOUDFRONT.distribution, "origins").length > 0),
  },
];

const admitsCallers = stackRule({
  name: "kms-admits-callers",
  displayName: "Keys admit the services that use them",
  description:
    "A service that the key policy does not admit fails silently: events are dropped, alarms notify nobody, segments answer 403.",
  severity: "high",
  tags: ["kms", "delivery"],
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html",
  remedy:
    "admit the service in the key's policy to kms:Decrypt and kms:GenerateDataKey, with a condition on its caller",
  types: KMS.key,
  check: ({ node, report, part }, graph) => {
    for (const caller of CALLERS.filter(({ uses }) => uses(node, graph))) {
      part(() => {
        const holders = [node, ...graph.referring(node, KMS.keyPolicy, "keyId")];
        const admitted = holders.some(({ inputs }) =>
          admitsService(inputs.json("policy"), caller.service, ["kms:Decrypt"]),
        );
        if (!admitted) report(`the key policy does not admit ${caller.name} · ${caller.why}`);
      });
    }
  },
});

const hasAlias = stackRule({
  name: "kms-alias",
  displayName: "Keys have a name",
  description: "Operators find a key by its alias; a key without one is a UUID among others.",
  severity: "low",
  tags: ["kms", "operations"],
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
  remedy: "create an aws.kms.Alias with targetKeyId of this key",
  types: KMS.key,
  check: ({ node, report }, graph) => {
    if (graph.referring(node, KMS.alias, "targetKeyId").length === 0) report("no alias names the key");
  },
});

export const kmsRules = [rotation, deletionWindow, policyClosed, policyScoped, noLockout, admitsCallers, hasAlias];
