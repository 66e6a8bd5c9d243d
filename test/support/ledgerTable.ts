/** The ledger's table in the emulated cloud, for tests that run without the program. */
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LEDGER_INDEXES, LEDGER_KEY, LEDGER_KEY_ATTRIBUTES } from "../../contracts/ledgerTable";

export async function createLedgerTable(dynamo: DynamoDBClient, TableName: string): Promise<void> {
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: LEDGER_KEY, KeyType: "HASH" }],
      AttributeDefinitions: LEDGER_KEY_ATTRIBUTES.map((AttributeName) => ({
        AttributeName,
        AttributeType: "S" as const,
      })),
      GlobalSecondaryIndexes: Object.values(LEDGER_INDEXES).map(({ name, hashKey, rangeKey }) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: hashKey, KeyType: "HASH" as const },
          { AttributeName: rangeKey, KeyType: "RANGE" as const },
        ],
        Projection: { ProjectionType: "ALL" as const },
      })),
    }),
  );
}
