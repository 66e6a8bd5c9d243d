/** What AWS changes by itself: Pulumi must leave it alone, and nothing else. */
import type { ProgramRecord, ResourceRecord } from "../../../model/record";
import { at, customs, label, ofType, textsIn, type Check } from "./check";
import { statements } from "./documents";

interface Ignored {
  type: string;
  /** As in `ignoreChanges`. */
  property: string;
  why: string;
  /** Whether it happens to this resource. */
  applies(resource: ResourceRecord, program: ProgramRecord): boolean;
  /** Whether it may come to that with another setting alone. */
  may?(resource: ResourceRecord): boolean;
}

const names = (program: ProgramRecord, type: string, texts: string[]): boolean =>
  ofType(program, type).some(({ inputs }) => textsIn(inputs).some(([, text]) => texts.includes(text)));

const scaled = (resource: ResourceRecord, program: ProgramRecord): boolean => {
  const target = String(resource.outputs.name ?? resource.inputs.name);
  return ofType(program, "aws:appautoscaling/target:Target").some(({ inputs }) =>
    String(inputs.resourceId).split("/").includes(target),
  );
};

/** Rules whose weights ECS shifts: those that a service names as its production or test rule. */
const shifted = (resource: ResourceRecord, program: ProgramRecord): boolean =>
  names(program, "aws:ecs/service:Service", [String(resource.outputs.arn), String(resource.id)]);

const scheduled = ({ inputs }: ResourceRecord, program: ProgramRecord): boolean =>
  ofType(program, "aws:appautoscaling/scheduledAction:ScheduledAction").some(
    (action) => action.inputs.resourceId === inputs.resourceId,
  );

const grown = (_: ResourceRecord, program: ProgramRecord): boolean =>
  statements(program).some(({ actions, effect }) => effect === "Allow" && actions.includes("es:UpdateDomainConfig"));

/** Versions that only hold a place for what an operator or a rotation puts there. */
const replaced = ({ inputs }: ResourceRecord): boolean => inputs.secretString !== undefined;

const ruledApart = (resource: ResourceRecord, program: ProgramRecord): boolean =>
  names(program, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", [String(resource.id)]);

const TABLE: readonly Ignored[] = [
  {
    type: "aws:ecs/service:Service",
    property: "desiredCount",
    why: "Application Auto Scaling sets the count; an update would set it back in the middle of a peak",
    applies: scaled,
  },
  {
    type: "aws:lb/listenerRule:ListenerRule",
    property: "actions",
    why: "ECS swings the weights of the two target groups at each deployment; an update would send viewers to an empty one",
    applies: shifted,
    may: ({ inputs }) => textsIn(inputs.actions).some(([, text]) => text.includes(":targetgroup/")),
  },
  {
    type: "aws:appautoscaling/target:Target",
    property: "minCapacity",
    why: "scheduled actions change the bounds; an update would undo the evening's",
    applies: scheduled,
  },
  {
    type: "aws:appautoscaling/target:Target",
    property: "maxCapacity",
    why: "scheduled actions change the bounds; an update would undo the evening's",
    applies: (resource, program) =>
      scheduled(resource, program) &&
      ofType(program, "aws:appautoscaling/scheduledAction:ScheduledAction").some(
        ({ inputs }) =>
          inputs.resourceId === resource.inputs.resourceId &&
          at(inputs.scalableTargetAction, "maxCapacity") !== undefined,
      ),
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    property: "policy",
    why: "its policy is a resource of its own, which names what is made after the endpoint",
    applies: ruledApart,
  },
  {
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    property: "engineVersion",
    why: "ElastiCache upgrades by itself; going back replaces the cache by an empty one",
    applies: ({ inputs }) => inputs.autoMinorVersionUpgrade !== false,
  },
  {
    type: "aws:rds/cluster:Cluster",
    property: "availabilityZones",
    why: "Aurora chooses the zones of the volume; another list replaces the cluster",
    applies: () => true,
  },
  {
    type: "aws:opensearch/domain:Domain",
    property: "clusterConfig.instanceCount",
    why: "the grower adds nodes; an update would take them away with what they hold",
    applies: grown,
  },
  {
    type: "aws:opensearch/domain:Domain",
    property: "ebsOptions",
    why: "the grower makes volumes larger; an update would ask for smaller ones, which OpenSearch refuses",
    applies: grown,
  },
  {
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    property: "secretString",
    why: "operators and rotations put the real value there; an update would put the place-holder back",
    applies: replaced,
  },
  {
    type: "aws:wafv2/webAcl:WebAcl",
    property: "rules",
    why: "rules that are resources of their own stand in the list too",
    applies: (resource, program) => names(program, "aws:wafv2/webAclRule:WebAclRule", [String(resource.outputs.arn)]),
  },
];

/** `ebsOptions` also covers `ebsOptions.volumeSize`, and the other way round. */
const covers = (given: string, wanted: string): boolean => given === wanted || given.startsWith(`${wanted}.`);

/** Both ways: what AWS changes is ignored, and what it does not is not, since that would hide a real difference. */
export const ignoresWhatAwsChanges: Check = (program) =>
  customs(program).flatMap((resource) => {
    const given = resource.options.ignoreChanges ?? [];
    const wanted = TABLE.filter(({ type, applies }) => type === resource.type && applies(resource, program));
    const missing = wanted.filter(({ property }) => !given.some((one) => covers(one, property)));
    const fine = TABLE.filter(({ type, may }) => type === resource.type && may?.(resource));
    const surplus = given.filter((one) => ![...wanted, ...fine].some(({ property }) => covers(one, property)));
    return [
      ...missing.map(({ property, why }) => `${label(resource)}: ${property} is not ignored · ${why} → ignoreChanges`),
      ...surplus.map((one) => `${label(resource)}: ${one} is ignored without a reason → take it out of ignoreChanges`),
    ];
  });
