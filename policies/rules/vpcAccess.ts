/** What stands in the VPC and by which door it calls AWS. */
import { isEverybody, statementsOf, type Statement } from "../documents";
import type { Graph, ResourceNode } from "../graph";
import { resourceRule, stackRule } from "../rule";
import { EC2, IAM, LAMBDA } from "../tokens";
import { eachGrant, GRANTS } from "./iam";

const callsTranscoder = (statement: Statement): boolean =>
  statement.allows() && statement.actions().some((action) => action === "*" || action.startsWith("mediaconvert:"));

const byEndpoint = (statement: Statement): boolean =>
  statement.condition("aws:SourceVpce", ["StringEquals"]).length > 0;

const rolePolicies = (graph: Graph, fn: ResourceNode): ResourceNode[] =>
  graph.linked(fn, "role", IAM.role).flatMap((role) => graph.referring(role, IAM.rolePolicy, "role"));

const transcoderByEndpoint = stackRule({
  name: "mediaconvert-vpce-only",
  displayName: "MediaConvert is called from the VPC, by its endpoint",
  description:
    "Grants on MediaConvert count on the way through the VPC's endpoint alone, and the functions that have them stand in the VPC.",
  severity: "high",
  tags: ["mediaconvert", "network", "iam"],
  url: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
  remedy:
    "add the condition StringEquals aws:SourceVpce of MediaConvert's endpoint to the grant, and vpcConfig to the function",
  types: [...GRANTS, ...LAMBDA.function],
  check: (subject, graph) => {
    const { node, report, part } = subject;
    if (!LAMBDA.function.includes(node.type)) {
      eachGrant(subject, (statement) => {
        if (callsTranscoder(statement) && !byEndpoint(statement))
          report(`statement ${statement.label} counts from everywhere · no aws:SourceVpce`);
      });
      return;
    }
    if (node.inputs.one("vpcConfig").has("subnetIds")) return;
    for (const policy of rolePolicies(graph, node)) {
      part(() => {
        if (statementsOf(policy.inputs.json("policy")).some(callsTranscoder))
          report("the function calls MediaConvert from outside the VPC");
      });
    }
  },
});

const severalZones = stackRule({
  name: "lambda-several-zones",
  displayName: "Functions in a VPC stand in several zones",
  description: "A function whose only subnet's zone is down does not start.",
  severity: "medium",
  tags: ["lambda", "availability"],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-5",
  remedy: "name subnets of two zones in vpcConfig.subnetIds",
  types: LAMBDA.function,
  check: ({ node, report }, graph) => {
    const config = node.inputs.one("vpcConfig");
    if (!config.has("subnetIds")) return;
    const linked = graph.linked(node, "vpcConfig", EC2.subnet).length;
    if (linked < 2 && new Set(config.texts("subnetIds")).size < 2) report("the function stands in one subnet");
  },
});

/** Whose requests may pass, as a condition. */
const OWN = ["aws:principalaccount", "aws:principalorgid", "aws:sourceaccount"];
/** ECR hands out image layers by addresses that it has signed itself. */
const LAYERS = /:s3:::prod-[a-z0-9-]+-starport-layer-bucket\/\*$/;

const accountBound = resourceRule({
  name: "endpoint-own-account",
  displayName: "Endpoints carry this account's requests",
  description: "Credentials of somebody else's account that are brought into the VPC are a way out for data.",
  severity: "high",
  tags: ["ec2", "access"],
  url: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
  remedy: "name this account's principals, or everybody with the condition aws:PrincipalAccount",
  types: [...EC2.endpoint, ...EC2.endpointPolicy],
  check: ({ node: { inputs }, report, part }) => {
    if (!inputs.has("policy")) return;
    for (const statement of statementsOf(inputs.json("policy"))) {
      part(() => {
        if (!statement.allows() || !statement.principals().some(isEverybody)) return;
        const layers = statement.resources();
        if (layers.length > 0 && layers.every((resource) => LAYERS.test(resource))) return;
        if (!statement.conditionKeys().some((key) => OWN.includes(key)))
          report(`statement ${statement.label} carries everybody's requests`);
      });
    }
  },
});

export const vpcAccessRules = [transcoderByEndpoint, severalZones, accountBound];
