/** The table, log groups and alarms. */
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import { type Creator, creator, orWhenThere, type Tags, tagList } from "../creator.js";

interface KeyedInputs {
  name: string;
  hashKey: string;
  rangeKey?: string;
}

interface TableInputs extends KeyedInputs {
  billingMode?: dynamodb.BillingMode;
  attributes: { name: string; type: dynamodb.ScalarAttributeType }[];
  globalSecondaryIndexes?: (KeyedInputs & { projectionType: dynamodb.ProjectionType })[];
  pointInTimeRecovery?: { enabled: boolean };
  serverSideEncryption?: { enabled: boolean; kmsKeyArn?: string };
  deletionProtectionEnabled?: boolean;
  tags?: Tags;
}

const keySchema = ({ hashKey, rangeKey }: KeyedInputs): dynamodb.KeySchemaElement[] => [
  { AttributeName: hashKey, KeyType: "HASH" },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
];

function tableSettings(inputs: TableInputs): dynamodb.CreateTableCommandInput {
  const encryption = inputs.serverSideEncryption;
  return {
    TableName: inputs.name,
    BillingMode: inputs.billingMode,
    KeySchema: keySchema(inputs),
    AttributeDefinitions: inputs.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index),
      Projection: { ProjectionType: index.projectionType },
    })),
    SSESpecification: encryption && {
      Enabled: encryption.enabled,
      SSEType: "KMS",
      KMSMasterKeyId: encryption.kmsKeyArn,
    },
    DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
    Tags: tagList(inputs.tags),
  };
}

const table = creator<TableInputs>(async ({ tables: client }, properties) => {
  await orWhenThere(["ResourceInUseException"], () =>
    client.send(new dynamodb.CreateTableCommand(tableSettings(properties))),
  );
  const PointInTimeRecoverySpecification = {
    PointInTimeRecoveryEnabled: properties.pointInTimeRecovery?.enabled ?? false,
  };
  const change = { TableName: properties.name, PointInTimeRecoverySpecification };
  await client.send(new dynamodb.UpdateContinuousBackupsCommand(change));
});

interface LogGroupInputs {
  name: string;
  retentionInDays?: number;
  kmsKeyId?: string;
  tags?: Tags;
}

const logGroup = creator<LogGroupInputs>(async ({ logs: client }, properties) => {
  const { name: logGroupName, kmsKeyId, tags, retentionInDays } = properties;
  await orWhenThere(["ResourceAlreadyExistsException"], () =>
    client.send(new logs.CreateLogGroupCommand({ logGroupName, kmsKeyId, tags })),
  );
  if (retentionInDays !== undefined) {
    await client.send(new logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  }
});

interface AlarmInputs {
  name: string;
  alarmDescription?: string;
  namespace: string;
  metricName: string;
  dimensions?: Record<string, string>;
  statistic: cloudwatch.Statistic;
  period: number;
  evaluationPeriods: number;
  threshold: number;
  comparisonOperator: cloudwatch.ComparisonOperator;
  treatMissingData?: string;
  alarmActions?: string[];
  okActions?: string[];
  tags?: Tags;
}

const alarm = creator<AlarmInputs>(async ({ alarms: client }, inputs) => {
  await client.send(
    new cloudwatch.PutMetricAlarmCommand({
      AlarmName: inputs.name,
      AlarmDescription: inputs.alarmDescription,
      Namespace: inputs.namespace,
      MetricName: inputs.metricName,
      Dimensions: Object.entries(inputs.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      Statistic: inputs.statistic,
      Period: inputs.period,
      EvaluationPeriods: inputs.evaluationPeriods,
      Threshold: inputs.threshold,
      ComparisonOperator: inputs.comparisonOperator,
      TreatMissingData: inputs.treatMissingData,
      AlarmActions: inputs.alarmActions,
      OKActions: inputs.okActions,
      Tags: tagList(inputs.tags),
    }),
  );
});

export const DATA_CREATORS: Record<string, Creator> = {
  "aws:dynamodb/table:Table": table,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
};
