import { isServing } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { DYNAMODB } from "../tokens";
import { lacksOwnKey } from "./shared";

const encryption = stackRule({
  name: "dynamodb-encryption",
  displayName: "Tables are encrypted with our keys",
  description: "The ledger is under a key whose grants we can withdraw and whose use is logged.",
  severity: "high",
  tags: ["dynamodb", "encryption"],
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html",
  remedy: "set serverSideEncryption to { enabled: true, kmsKeyArn: our key's ARN }",
  types: DYNAMODB.table,
  check: ({ node, report }, graph) => {
    const block = node.inputs.one("serverSideEncryption");
    if (!block.flag("enabled")) return report("the table is under a key of AWS · serverSideEncryption is not enabled");
    const lack = lacksOwnKey(graph, node, "serverSideEncryption", block, "kmsKeyArn");
    if (lack !== undefined) report(`the table is not under a key of ours · ${lack}`);
  },
});

const recovery = resourceRule({
  name: "dynamodb-pitr",
  displayName: "Tables can be taken back in time",
  description: "Point-in-time recovery undoes a bad write within 35 days.",
  severity: "medium",
  tags: ["dynamodb", "recovery"],
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html",
  remedy: "set pointInTimeRecovery.enabled: true",
  types: DYNAMODB.table,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.one("pointInTimeRecovery").flag("enabled")) report("the table has no point-in-time recovery");
  },
});

const onDemand = resourceRule({
  name: "dynamodb-on-demand",
  displayName: "Tables scale by themselves",
  description: "Provisioned capacity throttles the pipeline in a bulk import; on-demand capacity follows the load.",
  severity: "medium",
  tags: ["dynamodb", "scaling"],
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html",
  remedy: 'set billingMode: "PAY_PER_REQUEST"',
  types: DYNAMODB.table,
  check: ({ node: { inputs }, report }) => {
    const mode = inputs.text("billingMode") ?? "PROVISIONED";
    if (mode !== "PAY_PER_REQUEST") report(`the table does not scale · billingMode ${mode}`);
  },
});

const deletion = resourceRule({
  name: "dynamodb-deletion-protection",
  displayName: "Tables outlive mistakes",
  description: "In prod and staging the ledger cannot be deleted in one step.",
  severity: "high",
  tags: ["dynamodb", "recovery"],
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html",
  remedy: "set deletionProtectionEnabled: true",
  types: DYNAMODB.table,
  check: ({ node, report }) => {
    if (isServing(node.urn) && !node.inputs.flag("deletionProtectionEnabled"))
      report("the table can be deleted in one step · deletionProtectionEnabled is not true");
  },
});

export const dynamodbRules = [encryption, recovery, onDemand, deletion];
