import { stackRule } from "../rule";
import { WATCH } from "../tokens";
import { lacksOwnKey } from "./shared";

/** Days that CloudWatch Logs takes (API, PutRetentionPolicy). 0 means for ever. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const retention = stackRule({
  name: "log-group-retention-kms",
  displayName: "Logs end and are encrypted with our keys",
  description: "Logs hold addresses of people: they have an end, and a key of ours.",
  severity: "high",
  tags: ["logs", "encryption", "privacy"],
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  remedy: `set retentionInDays to one of ${RETENTIONS.slice(0, 12).join(", ")} … and kmsKeyId to our key's ARN`,
  types: WATCH.logGroup,
  check: ({ node, report, part }, graph) => {
    part(() => {
      const days = node.inputs.number("retentionInDays") ?? 0;
      if (!RETENTIONS.includes(days)) report(`the log has no legal end · retentionInDays ${days}`);
    });
    const lack = lacksOwnKey(graph, node, "kmsKeyId");
    if (lack !== undefined) report(`the log is not under a key of ours · ${lack}`);
  },
});

export const logsRules = [retention];
