/** The ledger's table on DynamoDB. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { LEDGER_INDEXES, LEDGER_KEY } from "../../contracts/ledgerTable";
import type { IndexName, Item, Table, Write } from "./schema";

/** DynamoDB's limit for BatchGetItem. */
const BATCH = 100;
/** Reasons of a cancelled transaction that mean "somebody else was first": decide again. */
const LOST_RACES = new Set(["ConditionalCheckFailed", "TransactionConflict", "None"]);

export class DynamoTable implements Table {
  private readonly client: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly name: string,
  ) {
    this.client = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  async get(pk: string): Promise<Item | undefined> {
    const reply = await this.client.send(
      new GetCommand({ TableName: this.name, Key: { [LEDGER_KEY]: pk }, ConsistentRead: true }),
    );
    return reply.Item as Item | undefined;
  }

  async getMany(pks: string[]): Promise<Item[]> {
    const items: Item[] = [];
    const left = [...new Set(pks)];
    while (left.length > 0) {
      const keys = left.splice(0, BATCH).map((pk) => ({ [LEDGER_KEY]: pk }));
      const reply = await this.client.send(new BatchGetCommand({ RequestItems: { [this.name]: { Keys: keys } } }));
      items.push(...((reply.Responses?.[this.name] ?? []) as Item[]));
      left.push(...(reply.UnprocessedKeys?.[this.name]?.Keys ?? []).map((key) => String(key[LEDGER_KEY])));
    }
    return items;
  }

  async write(writes: Write[]): Promise<boolean> {
    const puts = writes.map((write) => this.put(write));
    const [first] = puts;
    try {
      if (puts.length === 1 && first) await this.client.send(new PutCommand(first));
      else await this.client.send(new TransactWriteCommand({ TransactItems: puts.map((Put) => ({ Put })) }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (reasons.length > 0 && reasons.every(({ Code }) => LOST_RACES.has(Code ?? "None"))) return false;
      throw error;
    }
  }

  private put({ item, expected }: Write): PutCommandInput & { Item: Item } {
    const input = { TableName: this.name, Item: item };
    if (expected === null)
      return {
        ...input,
        ConditionExpression: "attribute_not_exists(#pk)",
        ExpressionAttributeNames: { "#pk": LEDGER_KEY },
      };
    return {
      ...input,
      ConditionExpression: "#revision = :expected",
      ExpressionAttributeNames: { "#revision": "revision" },
      ExpressionAttributeValues: { ":expected": expected },
    };
  }

  async query(
    index: IndexName,
    hash: string,
    { upTo, limit }: { upTo?: string; limit?: number } = {},
  ): Promise<Item[]> {
    const { name, hashKey, rangeKey } = LEDGER_INDEXES[index];
    const bounded = upTo !== undefined;
    const input: QueryCommandInput = {
      TableName: this.name,
      IndexName: name,
      KeyConditionExpression: bounded ? "#hash = :hash AND #range <= :upTo" : "#hash = :hash",
      ExpressionAttributeNames: { "#hash": hashKey, ...(bounded ? { "#range": rangeKey } : {}) },
      ExpressionAttributeValues: { ":hash": hash, ...(bounded ? { ":upTo": upTo } : {}) },
    };
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const left = limit === undefined ? {} : { Limit: limit - items.length };
      const reply = await this.client.send(new QueryCommand({ ...input, ...left, ExclusiveStartKey: start }));
      items.push(...((reply.Items ?? []) as Item[]));
      start = reply.LastEvaluatedKey;
    } while (start && (limit === undefined || items.length < limit));
    return items;
  }
}
