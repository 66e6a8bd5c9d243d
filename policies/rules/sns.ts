import { deniesPlainText, reportOpenings } from "../documents";
import { resourceRule, stackRule } from "../rule";
import { SNS } from "../tokens";
import { lacksOwnKey } from "./shared";

const encrypted = stackRule({
  name: "sns-encrypted",
  displayName: "Topics are encrypted with our keys",
  description: "Alarms and notices lie under a key of ours. The AWS key alias/aws/sns cannot admit CloudWatch at all.",
  severity: "high",
  tags: ["sns", "encryption"],
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
  remedy: "set kmsMasterKeyId to our key",
  types: SNS.topic,
  check: ({ node, report }, graph) => {
    const lack = lacksOwnKey(graph, node, "kmsMasterKeyId");
    if (lack !== undefined) report(`messages are not under a key of ours · ${lack}`);
  },
});

const tlsOnly = stackRule({
  name: "sns-tls-only",
  displayName: "Topics refuse plain HTTP",
  description: "A topic policy denies every publication that does not come by TLS.",
  severity: "medium",
  tags: ["sns", "tls"],
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
  remedy: 'deny sns:Publish to Principal "*" under Bool aws:SecureTransport "false" in the topic\'s policy',
  types: SNS.topic,
  check: ({ node, report }, graph) => {
    const holders = [node, ...graph.referring(node, SNS.policy, "arn")];
    if (!holders.some(({ inputs }) => deniesPlainText(inputs.json("policy"))))
      report("no topic policy denies plain HTTP");
  },
});

const policyClosed = resourceRule({
  name: "sns-policy-closed",
  displayName: "Topic policies admit nobody unnamed",
  description: "No topic policy admits everybody, and services are admitted for our own alarms or account only.",
  severity: "critical",
  tags: ["sns", "access"],
  url: "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
  remedy: "name the principal; give services a condition on aws:SourceArn or aws:SourceAccount",
  types: [...SNS.topic, ...SNS.policy],
  check: (subject) => reportOpenings(subject.node.inputs.json("policy"), subject),
});

export const snsRules = [encrypted, tlsOnly, policyClosed];
