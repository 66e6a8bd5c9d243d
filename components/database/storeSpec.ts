import type * as pulumi from "@pulumi/pulumi";
import type { AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";

/** What Aurora and the cache are made from alike. */
export interface StoreSpec<Settings> {
  platform: Platform;
  subnetIds: pulumi.Input<string[]>;
  groupId: pulumi.Input<string>;
  /** Encrypts what is stored. */
  keyArn: pulumi.Input<string>;
  logsKeyArn: pulumi.Input<string>;
  topics: AlertTopics;
  settings: Settings;
}
