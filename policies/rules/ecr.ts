/** Repositories of container images. */
import { resourceRule, stackRule } from "../rule";
import { ECR } from "../tokens";
import { lacksOwnKey } from "./shared";

const scan = resourceRule({
  name: "ecr-scan",
  displayName: "Images are scanned when they are pushed",
  description: "Known vulnerabilities are found before an image runs.",
  severity: "high",
  tags: ["ecr", "supply-chain"],
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
  remedy: "set imageScanningConfiguration { scanOnPush: true }",
  types: ECR.repository,
  check: ({ node: { inputs }, report }) => {
    if (!inputs.one("imageScanningConfiguration").flag("scanOnPush")) report("images are not scanned · scanOnPush");
  },
});

const immutable = resourceRule({
  name: "ecr-immutable-tags",
  displayName: "A tag keeps its image",
  description: "A tag that moves runs other bytes than those that were tested.",
  severity: "high",
  tags: ["ecr", "supply-chain"],
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
  remedy: 'set imageTagMutability "IMMUTABLE"',
  types: ECR.repository,
  check: ({ node: { inputs }, report }) => {
    const mutability = inputs.text("imageTagMutability") ?? "MUTABLE";
    if (mutability !== "IMMUTABLE") report(`tags can be moved · imageTagMutability ${mutability}`);
  },
});

const lifecycle = stackRule({
  name: "ecr-lifecycle",
  displayName: "Old images end",
  description: "Images that nobody goes back to cost storage and stay findings for ever.",
  severity: "low",
  tags: ["ecr", "cost"],
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
  remedy: "add a LifecyclePolicy with a rule that expires images",
  types: ECR.repository,
  check: ({ node, report, part }, graph) => {
    const policies = graph.referring(node, ECR.lifecycle, "repository");
    if (policies.length === 0) return report("no lifecycle policy ends old images");
    for (const { inputs } of policies) {
      part(() => {
        const expires = inputs
          .json("policy")
          .many("rules")
          .some((rule) => rule.one("action").text("type") === "expire");
        if (!expires) report("the lifecycle policy ends no images");
      });
    }
  },
});

const encrypted = stackRule({
  name: "ecr-own-key",
  displayName: "Images are encrypted with a key of ours",
  description: "Who may pull an image is told by the key's policy too.",
  severity: "medium",
  tags: ["ecr", "encryption"],
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
  remedy: 'set encryptionConfigurations [{ encryptionType: "KMS", kmsKey }] with a key of this stack',
  types: ECR.repository,
  check: ({ node, report }, graph) => {
    const configuration = node.inputs.one("encryptionConfigurations");
    const kind = configuration.text("encryptionType") ?? "AES256";
    if (kind !== "KMS") return report(`images are encrypted with S3's own keys · encryptionType ${kind}`);
    const lack = lacksOwnKey(graph, node, "encryptionConfigurations", configuration, "kmsKey");
    if (lack !== undefined) report(`images are encrypted with a key of AWS · ${lack}`);
  },
});

export const ecrRules = [scan, immutable, lifecycle, encrypted];
