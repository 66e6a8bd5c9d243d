/** What the front's keys mean together: the load balancer's own name, and who may audit. */
import type { SchemaValues } from "./schema";

type Values = Partial<SchemaValues>;

interface Problem {
  /** Name of the key. */
  name: keyof SchemaValues;
  value: string | undefined;
  remedy: string;
}

/** CloudFront's certificates are here, and a balancer in the same region can carry the same one. */
const EDGE_REGION = "us-east-1";

/** Host name and certificate of the load balancer; undefined without a domain, when it is inside the VPC and speaks plain HTTP. */
export function balancerDomain({
  domain,
  certificateArn,
  balancerDomain: hostName,
  balancerCertificateArn,
}: SchemaValues): { hostName: string; certificateArn: string } | undefined {
  if (domain === "") return undefined;
  return { hostName: hostName || `origin.${domain}`, certificateArn: balancerCertificateArn || certificateArn };
}

/** Who of another account may look at the stack; undefined when nobody may. */
export function auditorOf(
  values: SchemaValues,
): { accountId: string; externalId?: string; organizationId?: string } | undefined {
  const { auditorAccount: accountId, auditorExternalId: externalId, auditorOrganization: organizationId } = values;
  if (accountId === "") return undefined;
  return { accountId, ...(externalId && { externalId }), ...(organizationId && { organizationId }) };
}

/** Region of a certificate's ARN. */
const regionOf = (certificateArn: string): string => certificateArn.split(":")[3] ?? "";

function balancerProblems(values: Values, region: string | undefined): Problem[] {
  const { domain, certificateArn, balancerDomain: hostName, balancerCertificateArn: own } = values;
  const problems: Problem[] = [];
  if (domain === "" && hostName)
    problems.push({ name: "balancerDomain", value: hostName, remedy: "a domain too; or nothing" });
  if (domain === "" && own)
    problems.push({ name: "balancerCertificateArn", value: own, remedy: "a domain too; or nothing" });
  if (own && region && regionOf(own) !== region)
    problems.push({ name: "balancerCertificateArn", value: own, remedy: `the ARN of an ACM certificate in ${region}` });
  if (domain && certificateArn && own === "" && region && region !== EDGE_REGION) {
    const remedy = `the certificate of ${hostName || `origin.${domain}`}, an ACM ARN in ${region}: the load balancer cannot carry one of ${EDGE_REGION}`;
    problems.push({ name: "balancerCertificateArn", value: undefined, remedy });
  }
  return problems;
}

function auditorProblems({ auditorAccount, auditorExternalId, auditorOrganization }: Values): Problem[] {
  const bounds = { auditorExternalId, auditorOrganization };
  if (auditorAccount && auditorExternalId === "" && auditorOrganization === "") {
    const remedy =
      "a word that the account must name, or its auditorOrganization: whoever knows the role's name could be let in by proxy";
    return [{ name: "auditorExternalId", value: undefined, remedy }];
  }
  if (auditorAccount !== "") return [];
  return (["auditorExternalId", "auditorOrganization"] as const)
    .filter((name) => bounds[name])
    .map((name) => ({ name, value: bounds[name], remedy: "an auditorAccount too; or nothing" }));
}

/** What is wrong with the keys together. Values that are wrong by themselves are absent and pass. */
export const frontProblems = (values: Values, region: string | undefined): Problem[] => [
  ...balancerProblems(values, region),
  ...auditorProblems(values),
];
