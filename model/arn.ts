import type { ModelContext } from "./context";

/** ARN in the context's partition, region and account. Pass `region: ""` or `accountId: ""` for services that leave them out. */
export const arn = (
  { partition, region, accountId }: ModelContext,
  service: string,
  resource: string,
  own: { region?: string; accountId?: string } = {},
): string => `arn:${partition}:${service}:${own.region ?? region}:${own.accountId ?? accountId}:${resource}`;

/** An input that is a string; "" when it is not, as for a value that a preview does not know. */
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
