/** Secrets: who keeps the value, under which key, who may read it, and when it changes. */
import { isEverybody, reportOpenings, statementsOf } from "../documents";
import { isServing } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { SECRETS } from "../tokens";
import { lacksOwnKey } from "./shared";

const GUIDE = "https://docs.aws.amazon.com/secretsmanager/latest/userguide";

const ownKey = stackRule({
  name: "secret-own-key",
  displayName: "Secrets are encrypted with a key of ours",
  description: "Under AWS's own key everybody in the account who may read a secret may also open it.",
  severity: "high",
  tags: ["secretsmanager", "encryption"],
  url: `${GUIDE}/security-encryption.html`,
  remedy: "set kmsKeyId to a key of this stack",
  types: SECRETS.secret,
  check: ({ node, report }, graph) => {
    const lack = lacksOwnKey(graph, node, "kmsKeyId");
    if (lack !== undefined) report(`the secret is not under a key of ours · ${lack}`);
  },
});

/** Tag that says why no function changes the secret: somebody outside issues it. */
const OUTSIDE = "external";
/** Secrets Manager controls of AWS Security Hub, SecretsManager.4. */
const LONGEST_DAYS = 90;

const rotation = stackRule({
  name: "secret-rotation",
  displayName: "Secrets change by themselves, or say who changes them",
  description: `A secret that never changes is known to everybody who ever saw it: every ${LONGEST_DAYS} days, or by whoever issues it.`,
  severity: "medium",
  tags: ["secretsmanager", "rotation"],
  url: `${GUIDE}/rotating-secrets.html`,
  remedy: `add an aws.secretsmanager.SecretRotation of ${LONGEST_DAYS} days at most, or tag the secret rotation=${OUTSIDE} when another party issues it`,
  types: SECRETS.secret,
  check: ({ node, report, part }, graph) => {
    if (node.inputs.one("tags").text("rotation") === OUTSIDE) return;
    const rotations = graph.referring(node, SECRETS.rotation, "secretId");
    if (rotations.length === 0) report("nothing changes the secret");
    for (const { inputs } of rotations) {
      part(() => {
        const days = inputs.one("rotationRules").number("automaticallyAfterDays");
        const schedule = /^rate\((\d+) days?\)$/.exec(inputs.one("rotationRules").text("scheduleExpression") ?? "");
        const every = days ?? (schedule ? Number(schedule[1]) : 0);
        if (every > LONGEST_DAYS) report(`the secret changes every ${every} days`);
      });
    }
  },
});

const noValue = resourceRule({
  name: "secret-value-by-operator",
  displayName: "No secret's value stands in the program",
  description: "What the program knows is in the state, in plans and in logs: the operator or AWS makes the value.",
  severity: "critical",
  tags: ["secretsmanager", "state"],
  url: `${GUIDE}/best-practices.html`,
  remedy: "create the secret empty and put the value in by `aws secretsmanager put-secret-value`",
  types: SECRETS.version,
  check: ({ node: { name }, report }) => {
    report(`the program writes a value · ${name}`);
  },
});

const policy = resourceRule({
  name: "secret-policy-closed",
  displayName: "Secrets are for named readers",
  description: "A resource policy that admits everybody hands the secret out, whatever the roles may do.",
  severity: "critical",
  tags: ["secretsmanager", "access"],
  url: `${GUIDE}/auth-and-access_resource-policies.html`,
  remedy: "name the reading roles, deny everybody else, and set blockPublicPolicy: true",
  types: SECRETS.policy,
  check: (subject) => {
    const { inputs } = subject.node;
    if (!inputs.flag("blockPublicPolicy")) subject.report("a public policy would be taken · blockPublicPolicy");
    const document = inputs.json("policy");
    reportOpenings(document, subject);
    subject.part(() => {
      const denies = statementsOf(document).some(
        (statement) =>
          !statement.allows() &&
          statement.principals().some(isEverybody) &&
          statement.actions().includes("secretsmanager:GetSecretValue"),
      );
      if (!denies) subject.report("whoever may read secrets may read this one");
    });
  },
});

const recovery = resourceRule({
  name: "secret-recovery-window",
  displayName: "Deleted secrets can be brought back",
  description: "A secret that goes at once takes every service with it that starts a task.",
  severity: "medium",
  tags: ["secretsmanager", "recovery"],
  url: `${GUIDE}/manage_delete-secret.html`,
  remedy: "set recoveryWindowInDays to 7 or more; 30 in serving stacks",
  types: SECRETS.secret,
  check: ({ node: { urn, inputs }, report }) => {
    const days = inputs.number("recoveryWindowInDays") ?? 30;
    const least = isServing(urn) ? 30 : 7;
    if (days < least) report(`a deleted secret lasts ${days} days · recoveryWindowInDays`);
  },
});

export const secretsmanagerRules = [ownKey, rotation, noValue, policy, recovery];
