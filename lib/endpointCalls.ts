/**
 * AWS services that may get an interface endpoint, and the calls of tasks and functions that may pass it. An endpoint's
 * policy bounds what passes beside the caller's own grants: whoever grants a role more adds it here, or the call is denied
 * where the endpoint is (VPC User Guide, "Services that integrate with PrivateLink").
 */
export interface EndpointCalls {
  /** Actions on this account's own resources: ARN service, and resource. `global`: the ARN has no region. */
  onOwn?: { service: string; resource: string; global?: boolean; actions: string[] };
  /** Actions for which IAM knows no resource. */
  free?: string[];
}

const IMAGES: EndpointCalls = {
  onOwn: {
    service: "ecr",
    resource: "repository/*",
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  },
  free: ["ecr:GetAuthorizationToken"],
};

export const ENDPOINT_CALLS: Readonly<Record<string, EndpointCalls>> = {
  "ecr.api": IMAGES,
  "ecr.dkr": IMAGES,
  events: { onOwn: { service: "events", resource: "event-bus/*", actions: ["events:PutEvents"] } },
  kms: {
    onOwn: {
      service: "kms",
      resource: "key/*",
      actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GetPublicKey", "kms:Sign"],
    },
  },
  logs: {
    onOwn: {
      service: "logs",
      resource: "log-group:*",
      actions: ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    },
  },
  monitoring: { free: ["cloudwatch:PutMetricData"] },
  secretsmanager: {
    onOwn: {
      service: "secretsmanager",
      resource: "secret:*",
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    },
  },
  sqs: {
    onOwn: {
      service: "sqs",
      resource: "*",
      actions: [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
      ],
    },
  },
  ssmmessages: {
    free: [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
  },
  sts: { onOwn: { service: "iam", resource: "role/*", global: true, actions: ["sts:AssumeRole"] } },
  xray: {
    free: [
      "xray:GetSamplingRules",
      "xray:GetSamplingStatisticSummaries",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ],
  },
};

/** Names as in `com.amazonaws.<region>.<name>`. */
export const ENDPOINT_SERVICES: readonly string[] = Object.keys(ENDPOINT_CALLS);
