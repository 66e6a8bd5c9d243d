/** Response-headers policies: what CloudFront adds to, and takes from, every reply of a behaviour. Pure. */
import { asList, asObject, type Inputs } from "./inputs.js";

export interface AddedHeader {
  /** Lower case. */
  name: string;
  value: string;
  /** Whether it replaces what the origin sent. */
  override: boolean;
}

export interface ResponseHeaders {
  added: readonly AddedHeader[];
  /** Lower case. */
  removed: readonly string[];
}

const one = (name: string, config: Inputs, value: (config: Inputs) => string): AddedHeader[] =>
  Object.keys(config).length === 0 ? [] : [{ name, value: value(config), override: config.override === true }];

function transportSecurity(config: Inputs): string {
  const parts = [`max-age=${Number(config.accessControlMaxAgeSec)}`];
  if (config.includeSubdomains) parts.push("includeSubDomains");
  if (config.preload) parts.push("preload");
  return parts.join("; ");
}

function xssProtection(config: Inputs): string {
  if (!config.protection) return "0";
  const mode = config.modeBlock ? "; mode=block" : "";
  return config.reportUri ? `1; report=${String(config.reportUri)}` : `1${mode}`;
}

/** @param inputs of the policy; empty for none. @throws when it sets CORS or Server-Timing headers. */
export function readResponseHeaders(inputs: Inputs): ResponseHeaders {
  for (const name of ["corsConfig", "serverTimingHeadersConfig"])
    if (Object.keys(asObject(inputs[name])).length > 0)
      throw new Error(`response-headers policy ${String(inputs.name)} sets ${name}, which the local edge cannot do`);
  const security = asObject(inputs.securityHeadersConfig);
  const custom = asList(asObject(inputs.customHeadersConfig).items).map(asObject);
  return {
    added: [
      ...one("content-security-policy", asObject(security.contentSecurityPolicy), (c) =>
        String(c.contentSecurityPolicy),
      ),
      ...one("x-content-type-options", asObject(security.contentTypeOptions), () => "nosniff"),
      ...one("x-frame-options", asObject(security.frameOptions), (c) => String(c.frameOption)),
      ...one("referrer-policy", asObject(security.referrerPolicy), (c) => String(c.referrerPolicy)),
      ...one("strict-transport-security", asObject(security.strictTransportSecurity), transportSecurity),
      ...one("x-xss-protection", asObject(security.xssProtection), xssProtection),
      ...custom.map(({ header, value, override }) => ({
        name: String(header).toLowerCase(),
        value: String(value),
        override: override === true,
      })),
    ],
    removed: asList(asObject(inputs.removeHeadersConfig).items).map((item) =>
      String(asObject(item).header).toLowerCase(),
    ),
  };
}

/** @param headers names in lower case. @returns a copy with the policy applied. */
export function applyResponseHeaders<Value>(
  policy: ResponseHeaders,
  headers: Readonly<Record<string, Value | string>>,
): Record<string, Value | string> {
  const result = { ...headers };
  for (const name of policy.removed) delete result[name];
  for (const { name, value, override } of policy.added) if (override || !(name in result)) result[name] = value;
  return result;
}
