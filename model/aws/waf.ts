/** Web ACLs, and names in Route 53 that lead to what they protect. */
import { arn, text } from "../arn";
import type { Behaviour } from "../context";
import { physicalName, uuid } from "../naming";

/** 8-4-4-4-12 hexadecimal digits, as AWS WAF makes its ids. */
const webAcl: Behaviour = (resource, context) => {
  const { urn, inputs } = resource;
  const id = uuid(urn);
  const name = physicalName(resource, "name", 128);
  const where = inputs.scope === "CLOUDFRONT" ? "global" : "regional";
  return { id, outputs: { name, arn: arn(context, "wafv2", `${where}/webacl/${name}/${id}`) } };
};

/** The provider's own id: AWS knows an association by its two ends. */
const association: Behaviour = ({ inputs }) => ({
  id: `${text(inputs.webAclArn)},${text(inputs.resourceArn)}`,
  outputs: {},
});

const logging: Behaviour = ({ inputs }) => ({ id: text(inputs.resourceArn), outputs: {} });

const dnsRecord: Behaviour = ({ inputs }) => ({
  id: `${text(inputs.zoneId)}_${text(inputs.name)}_${text(inputs.type)}`,
  outputs: { fqdn: text(inputs.name) },
});

export const WAF: Record<string, Behaviour> = {
  "aws:route53/record:Record": dnsRecord,
  "aws:wafv2/webAcl:WebAcl": webAcl,
  "aws:wafv2/webAclAssociation:WebAclAssociation": association,
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": logging,
};
