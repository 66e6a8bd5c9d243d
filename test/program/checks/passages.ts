/** What the ways of the VPC do to who uses them: no grant ends at an endpoint's policy, no zone is cut off from another. */
import { Reachability } from "../../support/reachability";
import { at, label, ofType, textsOf, type Check } from "./check";
import { statements, type Statement } from "./documents";

type Program = Parameters<Check>[0];

/** Endpoint of each service's actions, where it is not named alike. */
const ENDPOINT_OF: Readonly<Record<string, string>> = { ecr: "ecr.api", cloudwatch: "monitoring" };

/** A policy's pattern against a text that may be one itself. */
const covers = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  ).test(text);

/** ARNs of the roles that act inside the VPC: tasks', their execution's, and those of functions with subnets. */
function rolesInside(program: Program): Set<string> {
  const functions = ofType(program, "aws:lambda/function:Function").filter(({ inputs }) => at(inputs, "vpcConfig"));
  const tasks = ofType(program, "aws:ecs/taskDefinition:TaskDefinition");
  const arns = [
    ...functions.map(({ inputs }) => inputs.role),
    ...tasks.flatMap(({ inputs }) => [inputs.taskRoleArn, inputs.executionRoleArn]),
  ];
  return new Set(arns.flatMap(textsOf));
}

/** Statements that let requests through each endpoint; a policy of its own takes the place of the endpoint's. */
function passagesOf(program: Program, all: readonly Statement[]): Map<string, Statement[]> {
  return new Map(
    ofType(program, "aws:ec2/vpcEndpoint:VpcEndpoint").map((endpoint) => {
      const service = String(endpoint.inputs.serviceName).replace(/^.*?amazonaws\.[a-z0-9-]+\./, "");
      const narrowed = ofType(program, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy").find(
        ({ inputs }) => inputs.vpcEndpointId === endpoint.id,
      );
      const holder = narrowed ?? endpoint;
      return [service, all.filter(({ resource, effect }) => resource.urn === holder.urn && effect === "Allow")];
    }),
  );
}

function letsPass(
  { actions, resources = [], principals = [] }: Statement,
  role: string,
  action: string,
  resource: string,
) {
  const account = role.replace(/:role\/.*$/, ":root");
  return (
    principals.some(([, value]) => value === "*" || value === role || value === account) &&
    actions.some((pattern) => covers(pattern, action)) &&
    resources.some((pattern) => covers(pattern, resource))
  );
}

/** What a role inside the VPC may do passes the endpoint by which its calls leave. */
export const grantsPassEndpoints: Check = (program) => {
  const all = statements(program);
  const passages = passagesOf(program, all);
  const inside = rolesInside(program);
  const roles = new Map(ofType(program, "aws:iam/role:Role").map(({ id, outputs }) => [id, String(outputs.arn)]));
  return all.flatMap(({ resource, label: sid, effect, actions, resources = [] }) => {
    const role = roles.get(String(resource.inputs.role)) ?? "";
    if (effect !== "Allow" || resource.type !== "aws:iam/rolePolicy:RolePolicy" || !inside.has(role)) return [];
    return actions.flatMap((action) => {
      const prefix = action.split(":")[0] ?? "";
      const service = ENDPOINT_OF[prefix] ?? prefix;
      const passage = passages.get(service);
      if (!passage) return [];
      return resources
        .filter((arn) => !passage.some((statement) => letsPass(statement, role, action, arn)))
        .map((arn) => `${label(resource)}: ${sid} grants ${action} on ${arn} → the endpoint of ${service} stops it`);
    });
  });
};

/** Which ways must be open from every zone to every zone, of those that have both ends. */
const WAYS: readonly [from: string, to: string, port: number][] = [
  ["alb", "services", 8080],
  ["services", "database", 5432],
  ["services", "search", 443],
  ["services", "cache", 6379],
  ["services", "endpoints", 443],
  ["functions", "search", 443],
  ["functions", "transcoder", 443],
  ["functions", "endpoints", 443],
];

/** A way that is open in one zone is open between all: half of the requests would time out else. */
export const zonesAreJoined: Check = (program) => {
  const reach = new Reachability(program);
  const places = reach.occupants();
  const of = (group: string) => places.filter((place) => place.group === group);
  return WAYS.flatMap(([from, to, port]) =>
    of(from).flatMap((sender) =>
      of(to)
        .filter((receiver) => !reach.reaches(sender, receiver, port))
        .map((receiver) => `${sender.subnet?.name} → ${receiver.subnet?.name}:${port} is shut for ${from} → ${to}`),
    ),
  );
};
