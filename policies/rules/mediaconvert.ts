import { statementsOf } from "../documents";
import { Fields } from "../fields";
import type { ResourceNode } from "../graph";
import { resourceRule, stackRule, type Subject } from "../rule";
import { CLOUDFORMATION, EVENTS, IAM, KMS, MEDIACONVERT, S3 } from "../tokens";

const noReserved = resourceRule({
  name: "no-reserved-queue",
  displayName: "Transcoding is paid by use",
  description: "A reserved queue is a commitment of twelve months, made by one line of code and not to be undone.",
  severity: "high",
  tags: ["mediaconvert", "cost"],
  url: "https://docs.aws.amazon.com/mediaconvert/latest/ug/working-with-reserved-queues.html",
  remedy: 'set pricingPlan: "ON_DEMAND" and remove reservationPlanSettings',
  types: MEDIACONVERT.queue,
  check: ({ node: { inputs }, report }) => {
    const plan = inputs.text("pricingPlan") ?? "ON_DEMAND";
    if (plan !== "ON_DEMAND" || inputs.one("reservationPlanSettings").has("commitment"))
      report(`the queue is a commitment of twelve months · pricingPlan ${plan}`);
  },
});

const takenByMediaConvert = (role: ResourceNode): boolean =>
  statementsOf(role.inputs.json("assumeRolePolicy")).some((statement) =>
    statement.principals().some(({ value }) => value === "mediaconvert.amazonaws.com"),
  );

const JOB_SERVICES = ["s3", "kms"];

const jobRole = stackRule({
  name: "mediaconvert-job-role",
  displayName: "Jobs reach two buckets and one key",
  description:
    "A job reads sources and writes renditions. Its inputs come from uploaders: whatever its role may read, a crafted playlist could make it read.",
  severity: "critical",
  tags: ["mediaconvert", "iam", "least-privilege"],
  url: "https://docs.aws.amazon.com/mediaconvert/latest/ug/iam-role.html",
  remedy: "grant s3 actions on the ingest and the media bucket and kms actions on the media key, and nothing else",
  types: IAM.role,
  check: ({ node, report, part }, graph) => {
    if (!takenByMediaConvert(node)) return;
    const policies = graph.referring(node, IAM.rolePolicy, "role");
    const reached = (types: readonly string[]): string[] => [
      ...new Set(policies.flatMap((policy) => graph.linked(policy, "policy", types)).map(({ name }) => name)),
    ];
    const buckets = reached(S3.bucket);
    const keys = reached(KMS.key);
    if (buckets.length > 2) report(`jobs reach ${buckets.length} buckets · ${buckets.join(", ")}`);
    if (keys.length > 1) report(`jobs use ${keys.length} keys · ${keys.join(", ")}`);
    if (policies.length === 0 || node.inputs.has("managedPolicyArns"))
      report("the job role's grants are not in a policy of its own");
    for (const policy of policies) {
      part(() => {
        const actions = statementsOf(policy.inputs.json("policy")).flatMap((statement) => statement.actions());
        const others = actions.filter((action) => !JOB_SERVICES.includes(action.split(":")[0] ?? ""));
        if (others.length > 0) report(`jobs may do more than read and write objects · ${others.join(", ")}`);
      });
    }
  },
});

/** Jobs that ended, whichever way: what the ledger waits for. */
const ENDS = ["COMPLETE", "ERROR"];

/** Whether a rule takes the ends of jobs; a pattern without statuses takes every one. */
function takesEnds({ inputs }: ResourceNode): boolean {
  const pattern = inputs.json("eventPattern");
  if (!pattern.texts("source").includes("aws.mediaconvert")) return false;
  const detail = pattern.one("detail");
  return !detail.has("status") || ENDS.every((end) => detail.texts("status").includes(end));
}

const endsHeard = stackRule({
  name: "mediaconvert-events",
  displayName: "The end of every job is heard",
  description:
    "MediaConvert forgets jobs after three months and tells their end once: a rule must take COMPLETE and ERROR.",
  severity: "high",
  tags: ["mediaconvert", "events"],
  url: "https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_cwe_events.html",
  remedy: `add an aws.cloudwatch.EventRule on source aws.mediaconvert with detail.status ${ENDS.join(" and ")} and this queue's ARN in detail.queue`,
  types: MEDIACONVERT.queue,
  check: ({ node, report }, graph) => {
    const jobQueues = (rule: ResourceNode): ResourceNode[] => graph.linked(rule, "eventPattern", MEDIACONVERT.queue);
    const naming = graph.of(EVENTS.rule).filter((rule) => jobQueues(rule).includes(node));
    // A pattern that names no queue takes the jobs of all.
    const open = graph.of(EVENTS.rule).filter((rule) => jobQueues(rule).length === 0);
    if (!(naming.length > 0 ? naming : open).some(takesEnds))
      report("no event rule takes the end of this queue's jobs");
  },
});

const RENDITIONS = [1080, 720, 480, 360];
const SEPARATE_GROUPS = ["HLS_GROUP_SETTINGS", "DASH_ISO_GROUP_SETTINGS", "MS_SMOOTH_GROUP_SETTINGS"];

function checkCmaf(groups: readonly Fields[], { report }: Subject): void {
  const type = (group: Fields): string => group.one("OutputGroupSettings").text("Type") ?? "";
  const separate = groups.map(type).filter((name) => SEPARATE_GROUPS.includes(name));
  if (separate.length > 0) report(`separate groups double the bill · ${separate.join(", ")}`);
  const cmaf = groups.filter((group) => type(group) === "CMAF_GROUP_SETTINGS");
  if (cmaf.length !== 1) report(`the job has ${cmaf.length} CMAF groups, not one`);
  for (const group of cmaf) {
    const settings = group.one("OutputGroupSettings").one("CmafGroupSettings");
    for (const manifest of ["WriteHlsManifest", "WriteDashManifest"])
      if (settings.text(manifest) !== "ENABLED") report(`a manifest is not written · ${manifest}`);
    const videos = group.many("Outputs").filter((output) => output.has("VideoDescription"));
    const heights = videos.map((output) => output.one("VideoDescription").number("Height"));
    const missing = RENDITIONS.filter((height) => !heights.includes(height));
    if (missing.length > 0) report(`renditions are missing · ${missing.join(", ")}`);
    for (const output of videos) {
      const mode = output.one("VideoDescription").one("CodecSettings").one("H264Settings").text("RateControlMode");
      if (mode !== "QVBR") report(`a rendition is not of constant quality · RateControlMode ${mode ?? "unset"}`);
    }
  }
}

function checkOutputKeys(groups: readonly Fields[], { report }: Subject): void {
  for (const group of groups) {
    const holder = group.one("OutputGroupSettings");
    for (const name of holder.keys().filter((key) => key.endsWith("GroupSettings"))) {
      const encryption = holder.one(name).one("DestinationSettings").one("S3Settings").one("Encryption");
      if (encryption.text("EncryptionType") !== "SERVER_SIDE_ENCRYPTION_KMS" || !encryption.has("KmsKeyArn"))
        report(`outputs of ${name} are not under a key of ours`);
    }
  }
}

const template = resourceRule({
  name: "mediaconvert-template",
  displayName: "The job template is the platform's job",
  description:
    "One CMAF group with both manifests (separate groups double the bill), the four renditions, constant quality, and outputs under our key.",
  severity: "high",
  tags: ["mediaconvert", "cost", "encryption"],
  url: "https://docs.aws.amazon.com/mediaconvert/latest/ug/choosing-your-streaming-output-groups.html",
  remedy: `use one CMAF_GROUP_SETTINGS with WriteHlsManifest and WriteDashManifest, heights ${RENDITIONS.join(", ")}, QVBR, and S3Settings.Encryption with our KmsKeyArn in every group`,
  types: CLOUDFORMATION.stack,
  check: (subject) => {
    const resources = subject.node.inputs.json("templateBody").one("Resources");
    for (const id of resources.keys()) {
      const resource = resources.one(id);
      if (resource.text("Type") !== "AWS::MediaConvert::JobTemplate") continue;
      const groups = resource.one("Properties").json("SettingsJson").many("OutputGroups");
      subject.part(() => checkCmaf(groups, subject));
      subject.part(() => checkOutputKeys(groups, subject));
    }
  },
});

const readable = resourceRule({
  name: "cloudformation-readable",
  displayName: "Templates can be judged",
  description: "A template at a URL or in YAML hides what it creates from plan, price and policies.",
  severity: "medium",
  tags: ["cloudformation", "visibility"],
  url: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html",
  remedy: "give templateBody as JSON text",
  types: CLOUDFORMATION.stack,
  check: ({ node: { inputs }, report }) => {
    if (inputs.has("templateUrl")) return report("the template lies elsewhere · templateUrl");
    if (inputs.json("templateBody").one("Resources").keys().length === 0)
      report("the template is no JSON with resources");
  },
});

export const mediaconvertRules = [noReserved, jobRole, endsHeard, template, readable];
