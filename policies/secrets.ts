/** Recognises secrets among environment variables, by name and by value. */
import type { Fields } from "./fields";

const SENSITIVE_NAME = /PASS|SECRET|TOKEN|KEY|CREDENTIAL/i;
/** What only names or points at a secret: ids, ARNs, names. */
const REFERENCE_NAME = /_(ID|ARN|NAME|ALIAS|REGION)$/i;
/** User and password in a URL, a long-term AWS key, a private key (AWS IAM User Guide, "IAM identifiers"). */
const SENSITIVE_VALUE = /:\/\/[^/\s:@]+:[^/\s@]+@|\bAKIA[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const isSensitiveName = (name: string): boolean => SENSITIVE_NAME.test(name) && !REFERENCE_NAME.test(name);

/**
 * What gives a variable away as a secret, without its value; `undefined` when nothing does. The name decides first: it
 * is known when the value is not.
 * @throws UnknownValue
 */
export function secretIn(name: string, holder: Fields, key: string): string | undefined {
  if (isSensitiveName(name)) return `the name ${name}`;
  // The value of a reference cannot be a password whatever it will be.
  if (REFERENCE_NAME.test(name)) return undefined;
  return SENSITIVE_VALUE.test(holder.text(key) ?? "") ? `the value of ${name}` : undefined;
}
