/** The load balancer's name, users, secrets for outside services, and who else may look at the account. */
import { isHostName, listOf, matching, optional, type ConfigKey } from "./key";

const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z]{2}(-[a-z]+)+-\d:\d{12}:certificate\/[0-9a-f-]{36}$/;
/** As people write the part before the @. */
const MAIL_USER = /^[A-Za-z0-9._+-]{1,64}$/;
const SECRET_WORD = /^[a-z][a-z0-9-]{1,29}$/;
const ACCOUNT = /^\d{12}$/;
/** AWS STS API, AssumeRole: 2 to 1,224 characters; a guess must be hopeless, so at least 16. */
const EXTERNAL_ID = /^[A-Za-z0-9+=,.@:/-]{16,1224}$/;
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;

/** What outside transcoding and DRM ask for. MediaConvert itself has no credentials: it is passed a role. */
const MEDIA_CREDENTIALS = ["drm", "transcoder"];
const PROTECTED_POOLS = ["staff", "all"];

function isMailAddress(text: string): boolean {
  const [user = "", host = "", ...more] = text.split("@");
  return more.length === 0 && MAIL_USER.test(user) && isHostName(host);
}

export const FRONT_KEYS = {
  balancerDomain: {
    type: "string",
    description: "Host name that leads to the load balancer; with a domain and without this, origin.<domain>",
    default: "",
    allowed: "a host name in lower case, such as origin.vod.example.com",
    parse: optional(isHostName),
  },
  balancerCertificateArn: {
    type: "string",
    description: "Certificate of the load balancer's host name, in aws:region; in us-east-1 certificateArn serves both",
    default: "",
    allowed: "the ARN of an ACM certificate in aws:region",
    parse: optional((text) => CERTIFICATE.test(text)),
  },
  mailSender: {
    type: "string",
    description: "Sender of mail to users, in a domain that SES has verified; without one, Cognito's own and 50 a day",
    default: "",
    allowed: "a mail address, such as no-reply@vod.example.com",
    parse: optional(isMailAddress),
  },
  threatProtection: {
    type: "string",
    description: "Whose sign-ins Cognito rates by risk, at $0.02 a user and month: the staff's, or all",
    default: "staff",
    allowed: `one of ${PROTECTED_POOLS.join(", ")}`,
    parse: matching((text) => PROTECTED_POOLS.includes(text)),
  },
  outsideKeys: {
    type: "string",
    description: "Outside services whose API keys are kept as secrets; the operator puts the values in",
    default: "",
    allowed: "at most 10 different words of a-z, 0-9 and -, with commas, such as push,metadata; or nothing",
    parse: (text) => listOf(text, (word) => SECRET_WORD.test(word), { least: 0, most: 10 }),
  },
  mediaCredentials: {
    type: "string",
    description: "Credentials of outside transcoding or DRM that are kept as secrets",
    default: "",
    allowed: `names with commas among ${MEDIA_CREDENTIALS.join(", ")}; or nothing`,
    parse: (text) => listOf(text, (word) => MEDIA_CREDENTIALS.includes(word), { least: 0, most: Infinity }),
  },
  auditorAccount: {
    type: "string",
    description: "Account whose people may look at this stack, for an hour at a time; without one, nobody's",
    default: "",
    allowed: "the 12 digits of an account",
    parse: optional((text) => ACCOUNT.test(text)),
  },
  auditorExternalId: {
    type: "string",
    description: "Word that the auditor's account must name when it takes the role",
    default: "",
    allowed: "at least 16 characters of A-Z, a-z, 0-9 and +=,.@:/-",
    parse: optional((text) => EXTERNAL_ID.test(text)),
  },
  auditorOrganization: {
    type: "string",
    description: "Organization that the auditor's account must belong to",
    default: "",
    allowed: "the id of an AWS organization, such as o-a1b2c3d4e5",
    parse: optional((text) => ORGANIZATION.test(text)),
  },
} as const satisfies Record<string, ConfigKey<unknown>>;
