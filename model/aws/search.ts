/** OpenSearch, and what only it needs. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { digest, physicalName } from "../naming";

/** OpenSearch Service API, CreateDomain. */
const DOMAIN_NAME_LIMIT = 28;

const domain: Behaviour = (resource, context) => {
  const domainName = physicalName(resource, "domainName", DOMAIN_NAME_LIMIT);
  const domainArn = arn(context, "es", `domain/${domainName}`);
  const endpoint = `vpc-${domainName}-${digest(resource.urn, 26)}.${context.region}.es.amazonaws.com`;
  return {
    id: domainArn,
    outputs: {
      domainName,
      arn: domainArn,
      domainId: `${context.accountId}/${domainName}`,
      endpoint,
      dashboardEndpoint: `${endpoint}/_dashboards`,
    },
  };
};

const invocation: Behaviour = ({ urn, inputs }) => ({
  id: `${text(inputs.functionName)}_${digest(urn, 32)}`,
  outputs: { result: "null" },
});

const permission: Behaviour = ({ urn, inputs }) => {
  const statementId = text(inputs.statementId) || `terraform-${digest(urn, 26)}`;
  return { id: statementId, outputs: { statementId } };
};

const serviceLinkedRole: Behaviour = ({ inputs }, context) => {
  const service = text(inputs.awsServiceName);
  const name = "AWSServiceRoleForAmazonOpenSearchService";
  const roleArn = arn(context, "iam", `role/aws-service-role/${service}/${name}`, { region: "" });
  return { id: roleArn, outputs: { name, arn: roleArn, path: `/aws-service-role/${service}/` } };
};

export const SEARCH: Record<string, Behaviour> = {
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": (resource) => {
    const policyName = physicalName(resource, "policyName");
    return { id: policyName, outputs: { policyName } };
  },
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": serviceLinkedRole,
  "aws:lambda/invocation:Invocation": invocation,
  "aws:lambda/permission:Permission": permission,
  "aws:opensearch/domain:Domain": domain,
  "aws:opensearch/domainPolicy:DomainPolicy": ({ inputs }, context) => ({
    id: arn(context, "es", `domain/${text(inputs.domainName)}`),
    outputs: {},
  }),
};
