import { strict as assert } from "node:assert";
import type { ProgramRecord, ResourceRecord } from "../../model/record";
import { add, finds, one, recordWhole, whole, type Change, type Inputs } from "./broken";
import { environments } from "./checks/environment";
import { attachedPolicies, noEverybody, noWildcards, vpcJoinDenied } from "./checks/grants";
import { namedResourcesExist } from "./checks/references";
import { keepsData, modelled, parents, tags, uniqueUrns } from "./checks/structure";

const BUCKET = "aws:s3/bucket:Bucket";
const GRANTS = "aws:iam/rolePolicy:RolePolicy";
const QUEUE = "aws:sqs/queue:Queue";
const FUNCTION = "aws:lambda/function:Function";
const TASK = "aws:ecs/taskDefinition:TaskDefinition";

/** Adds a statement to a role's grants. */
function grant(program: ProgramRecord, statement: Inputs): void {
  const { inputs } = one(program, GRANTS, "ingest-role-grants");
  const document = JSON.parse(String(inputs.policy)) as { Statement: Inputs[] };
  document.Statement.push({ Sid: "Added", Effect: "Allow", ...statement });
  inputs.policy = JSON.stringify(document);
}

const GRANTEE = `vod-pipeline-ingest-role-grants (${GRANTS})`;

describe("the checks of the whole program: structure", () => {
  before(recordWhole);

  it("a URN that is used twice", () => {
    const { urn } = one(whole(), BUCKET, "-ingest");
    finds(uniqueUrns, ({ resources }) => void resources.push(...resources.filter((other) => other.urn === urn)), [
      `vod-storage-ingest (${BUCKET}): the URN is used twice · ${urn} → give one of them another name`,
    ]);
  });

  it("a resource without a component, and one with another's name", () => {
    finds(parents, (changed) => void (one(changed, BUCKET, "-ingest").parent = null), [
      `vod-storage-ingest (${BUCKET}): no component is its parent · none → pass { parent: this }`,
    ]);
    finds(parents, (changed) => void (one(changed, BUCKET, "-ingest").name = "ingest"), [
      `ingest (${BUCKET}): not named after its component · vod-storage → begin with vod-storage-`,
    ]);
  });

  it("a tag that is missing or another resource's", () => {
    const change: Change = (changed) => {
      one(changed, QUEUE, "-catalogue").inputs.tags = { Project: "vod", Stack: "prod", Name: "queue" };
    };
    finds(tags, change, [
      `vod-pipeline-catalogue (${QUEUE}): tag ManagedBy is not pulumi · not set → tags: named(platform.tags, name)`,
      `vod-pipeline-catalogue (${QUEUE}): tag Name is not vod-pipeline-catalogue · queue → tags: named(platform.tags, name)`,
    ]);
  });

  it("data that would go with the stack, and a try-out that would stay", () => {
    const found = "protect false, retainOnDelete false";
    finds(keepsData, (changed) => void (one(changed, BUCKET, "-ingest").options = {}), [
      `vod-storage-ingest (${BUCKET}): may be deleted · ${found} → stateful(platform, parent)`,
    ]);
    const dev: Change = (changed) => {
      changed.stack = "dev";
      for (const { options, name } of changed.resources) options.protect = name === "vod-storage-ingest";
    };
    finds(keepsData, dev, [
      `vod-storage-ingest (${BUCKET}): is kept · protect true, retainOnDelete true → stateful(platform, parent)`,
    ]);
  });

  it("a type without a property list", () => {
    finds(modelled, (changed) => add(changed, "aws:glue/job:Job", "job", {}), [
      "job (aws:glue/job:Job): the type has no property list → npm run generate",
    ]);
  });
});

describe("the checks of the whole program: grants", () => {
  before(recordWhole);

  const wild: [Inputs, string][] = [
    [{ Action: "s3:*", Resource: ["arn:aws:s3:::x"] }, "allows a wildcard · s3:* → name each action"],
    [{ Action: ["*"], Resource: ["arn:aws:s3:::x"] }, "allows a wildcard · * → name each action"],
    [{ Action: ["s3:Get?bject"], Resource: [] }, "allows a wildcard · s3:Get?bject → name each action"],
    [
      { Action: ["sqs:SendMessage"], Resource: "*" },
      "allows it on every resource · sqs:SendMessage → name the resources",
    ],
    [{ NotAction: ["iam:PassRole"], Resource: [] }, "allows all but a list · NotAction → name what is allowed"],
  ];
  for (const [statement, finding] of wild) {
    it(JSON.stringify(statement), () => {
      finds(noWildcards, (changed) => grant(changed, statement), [`${GRANTEE}: statement Added ${finding}`]);
    });
  }

  it("none in a denial, nor on an action that knows no resource", () => {
    finds(noWildcards, (changed) => grant(changed, { Effect: "Deny", Action: "*", Resource: "*" }), []);
    finds(noWildcards, (changed) => grant(changed, { Action: ["xray:PutTraceSegments"], Resource: "*" }), []);
  });

  it("a function whose own code could make network interfaces", () => {
    const action = "ec2:CreateNetworkInterface";
    const statement = { Action: [action], Resource: ["arn:aws:ec2:us-east-1:000000000000:subnet/*"] };
    finds(
      vpcJoinDenied,
      (changed) => grant(changed, { ...statement, Sid: "Two", Action: ["ec2:DescribeSubnets"] }),
      [],
    );
    // An added grant stands beside the role's own denial, if it has one: another role has none.
    const alone: Change = (changed) =>
      add(changed, GRANTS, "other", { policy: JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] }) });
    finds(vpcJoinDenied, alone, [
      `other (${GRANTS}): the function's own code may call ${action} → deny it where lambda:SourceFunctionArn is the function`,
    ]);
  });

  it("a policy of AWS's own", () => {
    const policyArn = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    const type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
    finds(attachedPolicies, (changed) => add(changed, type, "broad", { policyArn }), [
      `broad (${type}): a policy of AWS's own is attached · AmazonS3FullAccess → write the grants out`,
    ]);
  });

  it("a queue that is open to everybody", () => {
    const change: Change = (changed) => {
      const { inputs } = one(changed, "aws:sqs/queuePolicy:QueuePolicy", "catalogue-policy");
      const open = {
        Sid: "Open",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "sqs:SendMessage",
        Resource: "x",
      };
      inputs.policy = JSON.stringify({ Statement: [open] });
    };
    finds(noEverybody, change, [
      "vod-pipeline-catalogue-policy (aws:sqs/queuePolicy:QueuePolicy): statement Open admits everybody → name the principals",
    ]);
  });
});

describe("the checks of the whole program: references", () => {
  before(recordWhole);

  const nowhere: [arn: string, found: boolean][] = [
    ["arn:aws:s3:::somebody-elses/*", true],
    ["arn:aws:sqs:us-east-1:000000000000:vod-pipeline-nothing", true],
    ["arn:aws:sqs:us-east-1:000000000000:other-*", true],
    ["arn:aws:kms:us-east-1:000000000000:key/*", false],
    ["arn:aws:iam::000000000000:role/other", true],
    ["arn:aws:iam::000000000000:root", false],
    ["arn:aws:mediaconvert:us-east-1:000000000000:jobs/*", false],
    ["arn:aws:rds-db:us-east-1:000000000000:dbuser:cluster-NOTOURS/vod", true],
  ];
  for (const [arn, found] of nowhere) {
    it(`${found ? "no" : "a"} resource is ${arn}`, () => {
      const { inputs } = one(whole(), GRANTS, "ingest-role-grants");
      const { length } = (JSON.parse(String(inputs.policy)) as { Statement: unknown[] }).Statement;
      const path = `policy.Statement.${length}.Resource.0`;
      const finding = `${GRANTEE}: ${path} names nothing in the plan · ${arn} → the ARN of a resource`;
      finds(
        namedResourcesExist,
        (changed) => grant(changed, { Action: ["x:Y"], Resource: [arn] }),
        found ? [finding] : [],
      );
    });
  }

  it("a part of a resource is the resource, a longer name is another", () => {
    const { outputs } = one(whole(), BUCKET, "-ingest");
    const resource = [`${String(outputs.arn)}/jobs/*`, `${String(outputs.arn)}x/*`];
    const change: Change = (changed) => grant(changed, { Action: ["s3:GetObject"], Resource: resource });
    const changed = structuredClone(whole());
    change(changed);
    const found = namedResourcesExist(changed).filter((finding) => finding.startsWith(GRANTEE));
    assert.equal(found.length, 1);
    assert.ok(found[0]?.includes(`Resource.1 names nothing in the plan · ${String(outputs.arn)}x/*`));
  });
});

describe("the checks of the whole program: variables", () => {
  before(recordWhole);

  const variables = (fn: ResourceRecord): Inputs => (fn.inputs.environment as { variables: Inputs }).variables;

  it("one that the code reads and nobody sets, one that nobody reads", () => {
    const change: Change = (changed) => {
      const set = variables(one(changed, FUNCTION, "-ingest"));
      delete set.LEDGER_TABLE;
      set.LEDGER = "x";
    };
    finds(environments, change, [
      `vod-pipeline-ingest (${FUNCTION}): the code reads a variable that is not set · LEDGER_TABLE → set it`,
      `vod-pipeline-ingest (${FUNCTION}): a variable is set that nobody reads · LEDGER → leave it out`,
    ]);
  });

  it("the same in a container, whose secrets count", () => {
    const change: Change = (changed) => {
      const { inputs } = one(changed, TASK, "-worker-task");
      const containers = JSON.parse(String(inputs.containerDefinitions)) as { name: string; environment: Inputs[] }[];
      const worker = containers.find(({ name }) => name === "worker");
      assert.ok(worker);
      worker.environment = [...worker.environment.filter(({ name }) => name !== "STACK"), { name: "STAK", value: "x" }];
      inputs.containerDefinitions = JSON.stringify(containers);
    };
    const where = `vod-services-worker-task (${TASK}), container worker`;
    finds(environments, change, [
      `${where}: the code reads a variable that is not set · STACK → set it`,
      `${where}: a variable is set that nobody reads · STAK → leave it out`,
    ]);
  });

  it("code that is nobody's", () => {
    finds(environments, (changed) => void (one(changed, FUNCTION, "-track").inputs.code = { archive: "dist/other" }), [
      `vod-pipeline-track (${FUNCTION}): its code is none of handlers/ · other → a folder there`,
    ]);
  });
});
