import type { Platform } from "../../components";
import { ACCOUNT } from "./recorder";

/** The stack that component tests stand in. */
export const platform = (change: Partial<Platform> = {}): Platform => ({
  stack: "dev",
  region: "us-east-1",
  accountId: ACCOUNT,
  logRetentionDays: 14,
  tags: { Project: "vod" },
  ...change,
});

export const KEY = (role: string): string => `arn:aws:kms:us-east-1:${ACCOUNT}:key/${role}`;
export const TOPICS = {
  criticalArn: `arn:aws:sns:us-east-1:${ACCOUNT}:critical`,
  warningArn: `arn:aws:sns:us-east-1:${ACCOUNT}:warning`,
};
/** Where functions stand that call MediaConvert. */
export const FUNCTION_NETWORK = {
  subnetIds: ["subnet-a", "subnet-b"],
  groupId: "sg-functions",
  transcoderEndpointId: "vpce-transcoder",
};
