import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { LEDGER_INDEXES, LEDGER_KEY, LEDGER_KEY_ATTRIBUTES } from "../../contracts/ledgerTable";
import { named } from "../../lib/tags";
import { stateful, type Platform } from "../shared/platform";

export interface Ledger {
  table: aws.dynamodb.Table;
  /** ARN of the index of what is overdue, the only one that a function searches. */
  outstandingArn: pulumi.Output<string>;
}

/** On demand, encrypted with the data key, with point-in-time recovery over 35 days (DynamoDB's longest and default). */
export function createLedger(
  parent: pulumi.Resource,
  prefix: string,
  platform: Platform,
  keyArn: pulumi.Input<string>,
): Ledger {
  const name = `${prefix}-ledger`;
  const indexes = Object.values(LEDGER_INDEXES);
  const table = new aws.dynamodb.Table(
    name,
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: LEDGER_KEY,
      attributes: LEDGER_KEY_ATTRIBUTES.map((attribute) => ({ name: attribute, type: "S" })),
      globalSecondaryIndexes: indexes.map((index) => ({ ...index, projectionType: "ALL" })),
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
      deletionProtectionEnabled: platform.protect ?? true,
      tags: named(platform.tags, name),
    },
    stateful(platform, parent),
  );
  return { table, outstandingArn: pulumi.interpolate`${table.arn}/index/${LEDGER_INDEXES.outstanding.name}` };
}
