/** Keys, alarms, logs. */
import { ALLOWANCES } from "../prices";
import { LOG_GB_PER_CALL } from "../usage";
import { beyond, counted, line, sum, thousands, type Pricing } from "./pricing";

export const GUARD: Readonly<Record<string, Pricing>> = {
  "aws:kms/key:Key": (keys, { kmsRequests, signatures }) => [
    line(
      "Security",
      `KMS, ${counted(keys, "key")}`,
      sum(["kmsKey", keys.length]),
      "each of its first two rotations adds $1",
    ),
    line(
      "Security",
      "KMS requests",
      sum(["kmsRequest", beyond(kmsRequests, ALLOWANCES.kmsRequests) + signatures]),
      `${thousands(kmsRequests)}, 20,000 are free; ${thousands(signatures)} signatures at most`,
    ),
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": (alarms) => [
    line("Monitoring", `CloudWatch, ${counted(alarms, "alarm")}`, sum(["alarm", alarms.length]), "$0.10 each"),
  ],
  "aws:cloudwatch/logGroup:LogGroup": (groups, { messages, reconcileRuns, customMetrics }) => {
    const gb = (messages + reconcileRuns) * LOG_GB_PER_CALL;
    return [
      line(
        "Monitoring",
        `CloudWatch Logs, ${counted(groups, "group")}`,
        sum(["logIngested", gb]),
        "$0.50 a GB taken in",
      ),
      line(
        "Monitoring",
        "CloudWatch metrics",
        sum(["customMetric", customMetrics]),
        `${customMetrics} of the functions`,
      ),
    ];
  },
  "aws:cloudwatch/logDelivery:LogDelivery": () => [
    line(
      "Monitoring",
      "CloudFront access logs",
      null,
      "the price of delivering vended logs to S3 is not in the sheet; nothing without viewers",
    ),
  ],
  "aws:sns/topic:Topic": (topics) => [
    line("Monitoring", `SNS, ${counted(topics, "topic")}`, 0, "1,000 e-mails a month are free"),
  ],
};
