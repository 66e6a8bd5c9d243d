import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProgramRecord } from "../../model/record";
import { add, finds, one, recordWhole, whole, type Change, type Inputs } from "./broken";
import { encryptedByOurs, KEY_PATHS } from "./checks/encryption";
import { ignoresWhatAwsChanges } from "./checks/ignored";
import { NAME_RULES, namesWithinLimits, sharedNames } from "./checks/names";
import { reachableIsMatrix } from "./checks/reach";
import { noPlainSecrets } from "./checks/secrets";
import { alarmsAct, queuesGiveUp } from "./checks/watch";

const BUCKET = "aws:s3/bucket:Bucket";
const GRANTS = "aws:iam/rolePolicy:RolePolicy";
const QUEUE = "aws:sqs/queue:Queue";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const FUNCTION = "aws:lambda/function:Function";

describe("the checks of the whole program: names", () => {
  before(recordWhole);

  it("too long with Pulumi's suffix, too long as given, not legal", () => {
    const long = "vod-balancer-for-everything";
    finds(namesWithinLimits, (changed) => add(changed, "aws:lb/loadBalancer:LoadBalancer", long, {}), [
      `${long} (aws:lb/loadBalancer:LoadBalancer): name is 3 too long for 32 · ${long}-1a2b3c4 → a shorter one`,
    ]);
    const domainName = "vod-search-of-a-very-long-stack";
    finds(namesWithinLimits, (changed) => add(changed, "aws:opensearch/domain:Domain", "search", { domainName }), [
      `search (aws:opensearch/domain:Domain): domainName is 3 too long for 28 · ${domainName} → a shorter one`,
    ]);
    finds(namesWithinLimits, (changed) => void (one(changed, BUCKET, "-ingest").inputs.bucket = "Ingest"), [
      `vod-storage-ingest (${BUCKET}): bucket is no legal name · Ingest → one that matches ^(?!xn--)[a-z0-9][a-z0-9-]+[a-z0-9]$`,
    ]);
  });

  it("a name that another stack takes, not one that stands under a parent", () => {
    const program = structuredClone(whole());
    program.resources = [one(program, QUEUE, "-catalogue"), one(program, GRANTS, "ingest-role-grants")];
    assert.deepEqual(sharedNames(program, program), []);
    for (const { inputs } of program.resources) inputs.name = "taken";
    assert.deepEqual(sharedNames(program, program), [
      `vod-pipeline-catalogue (${QUEUE}): two stacks take one name · ${QUEUE}  taken → put the stack into it`,
    ]);
  });
});

describe("the checks of the whole program: secrets", () => {
  before(recordWhole);

  it("a password that is not marked, a key in the text, a variable by its name", () => {
    const secret: Inputs = { secretString: "open sesame" };
    finds(noPlainSecrets, (changed) => add(changed, "aws:secretsmanager/secretVersion:SecretVersion", "s", secret), [
      "s (aws:secretsmanager/secretVersion:SecretVersion): the input secretString is not marked secret → pulumi.secret()",
    ]);
    const change: Change = (changed) => {
      const { inputs } = one(changed, FUNCTION, "-ingest");
      inputs.description = "connects to postgres://vod:pass@host/vod";
      (inputs.environment as { variables: Inputs }).variables.DB_PASSWORD = "x";
      changed.outputs.access = `AKIA${"A".repeat(16)}`;
    };
    finds(noPlainSecrets, change, [
      `vod-pipeline-ingest (${FUNCTION}): description holds a secret in the clear → read it at run time`,
      `vod-pipeline-ingest (${FUNCTION}): the variable DB_PASSWORD holds a secret in the clear → secrets with valueFrom`,
      "stack output access holds a secret in the clear → leave it out",
    ]);
  });

  it("none where the input is marked", () => {
    const type = "aws:secretsmanager/secretVersion:SecretVersion";
    finds(
      noPlainSecrets,
      (changed) => add(changed, type, "s", { secretString: "x" }, { secrets: ["secretString"] }),
      [],
    );
  });
});

describe("the checks of the whole program: encryption", () => {
  before(recordWhole);

  const where = `vod-pipeline-catalogue (${QUEUE})`;

  it("no key, a key of nobody, a key of another region", () => {
    const set =
      (key: string | undefined): Change =>
      (changed) => {
        one(changed, QUEUE, "-catalogue").inputs.kmsMasterKeyId = key;
      };
    finds(encryptedByOurs, set(undefined), [
      `${where}: no key of ours encrypts it · kmsMasterKeyId not set → a key of VodKeys`,
    ]);
    finds(encryptedByOurs, set("alias/aws/sqs"), [
      `${where}: kmsMasterKeyId is no key of the plan · alias/aws/sqs → one of VodKeys`,
    ]);
    const replica = String(one(whole(), "aws:kms/key:Key", "-media-replica").outputs.arn);
    finds(encryptedByOurs, set(replica), [
      `${where}: kmsMasterKeyId is a key of another region · ${replica} → one of its own`,
    ]);
  });
});

describe("the checks of the whole program: alarms and queues", () => {
  before(recordWhole);

  it("an alarm that tells nobody, somebody else, or a topic elsewhere", () => {
    const name = `vod-pipeline-ingest-dead-alarm (${ALARM})`;
    const set =
      (alarmActions: string[]): Change =>
      (changed) => {
        one(changed, ALARM, "ingest-dead-alarm").inputs.alarmActions = alarmActions;
      };
    finds(alarmsAct, set([]), [`${name}: tells nobody · no action → alarmActions: [a topic]`]);
    const other = "arn:aws:sns:us-east-1:000000000000:other";
    finds(alarmsAct, set([other]), [`${name}: the topic is not in the plan · ${other} → one of the stack's`]);
    const west = "arn:aws:sns:us-west-2:000000000000:west";
    const change: Change = (changed) => {
      add(changed, "aws:sns/topic:Topic", "west", {}, { outputs: { arn: west } });
      set([west])(changed);
    };
    finds(alarmsAct, change, [`${name}: the topic is in another region than us-east-1 · ${west} → a topic there`]);
  });

  it("a queue without a dead-letter queue, and a dead-letter queue without an alarm", () => {
    finds(queuesGiveUp, (changed) => add(changed, QUEUE, "alone", {}, { outputs: { name: "alone", arn: "a" } }), [
      `alone (${QUEUE}): has no dead-letter queue → set redrivePolicy`,
    ]);
    const unwatched: Change = ({ resources }) => {
      resources.splice(
        resources.findIndex(({ name }) => name === "vod-pipeline-catalogue-dead-alarm"),
        1,
      );
    };
    finds(queuesGiveUp, unwatched, [
      `vod-pipeline-catalogue-dead (${QUEUE}): no alarm counts its messages → an alarm on ApproximateNumberOfMessagesVisible`,
    ]);
  });
});

describe("the checks of the whole program: what AWS changes", () => {
  before(recordWhole);

  const SERVICE = "aws:ecs/service:Service";
  const TARGET = "aws:appautoscaling/target:Target";
  const RULE = "aws:lb/listenerRule:ListenerRule";
  const scaled = (changed: ProgramRecord, ignoreChanges: string[]): void => {
    add(changed, SERVICE, "extra", { name: "extra-7" }, { options: { ignoreChanges } });
    add(changed, TARGET, "extra-target", { resourceId: "service/cluster/extra-7" });
  };

  it("the count of a service that scales, and not of one that does not", () => {
    finds(ignoresWhatAwsChanges, (changed) => scaled(changed, []), [
      `extra (${SERVICE}): desiredCount is not ignored · Application Auto Scaling sets the count; an update would set it back in the middle of a peak → ignoreChanges`,
    ]);
    finds(ignoresWhatAwsChanges, (changed) => scaled(changed, ["desiredCount"]), []);
    const options = { ignoreChanges: ["desiredCount"] };
    finds(ignoresWhatAwsChanges, (changed) => add(changed, SERVICE, "extra", { name: "e" }, { options }), [
      `extra (${SERVICE}): desiredCount is ignored without a reason → take it out of ignoreChanges`,
    ]);
  });

  it("the weights of a rule that ECS shifts, and nothing of another", () => {
    const arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:listener-rule/app/x/1/2/3";
    const change: Change = (changed) => {
      add(changed, RULE, "extra-rule", {}, { outputs: { arn } });
      add(changed, SERVICE, "extra", { loadBalancers: [{ advancedConfiguration: { productionListenerRule: arn } }] });
    };
    finds(ignoresWhatAwsChanges, change, [
      `extra-rule (${RULE}): actions is not ignored · ECS swings the weights of the two target groups at each deployment; an update would send viewers to an empty one → ignoreChanges`,
    ]);
    finds(ignoresWhatAwsChanges, (changed) => void (one(changed, BUCKET).options.ignoreChanges = ["tags"]), [
      `${one(whole(), BUCKET).name} (${BUCKET}): tags is ignored without a reason → take it out of ignoreChanges`,
    ]);
  });
});

describe("the checks of the whole program: ways", () => {
  before(recordWhole);
  const GROUP = "aws:ec2/securityGroup:SecurityGroup";
  const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
  const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
  const groupId = (program: ProgramRecord, role: string): string => String(one(program, GROUP, `-${role}-group`).id);
  const tier = (program: ProgramRecord, name: string): unknown[] =>
    program.resources
      .filter((each) => each.name.startsWith(`vod-network-${name}-`) && each.type.includes("subnet:"))
      .map(({ id }) => id);

  /** A function, a service, a database and a cache, whether or not the program has them. */
  const inhabited = (program: ProgramRecord): void => {
    const stand = (name: string, role: string, subnetIds: unknown[]): void =>
      add(program, FUNCTION, name, { vpcConfig: { subnetIds, securityGroupIds: [groupId(program, role)] } });
    stand("f", "functions", tier(program, "app"));
    stand("s", "services", tier(program, "app"));
    stand("d", "database", tier(program, "data"));
    stand("c", "cache", tier(program, "data"));
  };
  const open = (program: ProgramRecord, from: string, to: string, port: number): void => {
    const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
    const ids = { from: groupId(program, from), to: groupId(program, to) };
    add(program, INGRESS, `in-${port}`, { securityGroupId: ids.to, referencedSecurityGroupId: ids.from, ...tcp });
    add(program, EGRESS, `out-${port}`, { securityGroupId: ids.from, referencedSecurityGroupId: ids.to, ...tcp });
  };
  const broken =
    (change: Change): Change =>
    (program) => {
      inhabited(program);
      change(program);
    };

  it("none is missing where everybody is at home", () => {
    finds(reachableIsMatrix, inhabited, []);
  });

  it("a pair of rules that lets functions into the database", () => {
    finds(
      reachableIsMatrix,
      broken((program) => open(program, "functions", "database", 5432)),
      ["functions → database:5432 is open → no such way in the matrix"],
    );
  });

  it("nothing where the second wall holds", () => {
    finds(
      reachableIsMatrix,
      broken((program) => open(program, "services", "database", 22)),
      [],
    );
  });

  it("both walls open", () => {
    const change = broken((program) => {
      open(program, "services", "database", 22);
      const rule = { ruleNo: 1, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 };
      for (const { type, inputs } of program.resources) {
        if (type !== "aws:ec2/networkAcl:NetworkAcl") continue;
        inputs.ingress = [rule, ...(inputs.ingress as Inputs[])];
        inputs.egress = [rule, ...(inputs.egress as Inputs[])];
      }
    });
    finds(reachableIsMatrix, change, ["services → database:22 is open → no such way in the matrix"]);
  });

  it("a way of the document that is shut", () => {
    const change = broken((program) => {
      const index = program.resources.findIndex(({ name }) => name === "vod-network-services-to-cache-6379");
      program.resources.splice(index, 1);
    });
    finds(reachableIsMatrix, change, ["services → cache:6379 is shut → the matrix has it"]);
  });
});

describe("the tables of the checks", () => {
  /** Names of the inputs, by the provider's own type files: also of types that the program does not have yet. */
  function inputsOf(type: string): string[] {
    const [, path = "", name = ""] = type.split(":");
    const text = readFileSync(join(__dirname, "../../node_modules/@pulumi/aws", `${path}.d.ts`), "utf8");
    const args = text.slice(text.indexOf(`export interface ${name}Args {`));
    return [...args.matchAll(/^ {4}(\w+)\??: /gm)].map(([, input = ""]) => input);
  }

  it("speak of inputs that the provider has", () => {
    const rows: [type: string, input: string][] = [
      ...Object.entries(NAME_RULES).map(([type, { property }]): [string, string] => [type, property]),
      ...Object.entries(KEY_PATHS).flatMap(([type, paths]) =>
        paths.map((path): [string, string] => [type, /^\w+/.exec(path)?.[0] ?? ""]),
      ),
    ];
    assert.ok(rows.length > 80);
    assert.deepEqual(
      rows.filter(([type, input]) => !inputsOf(type).includes(input)),
      [],
    );
  });
});
