/** Tags that every taggable resource carries. They are explicit inputs, not provider defaults, so that plan, policies and price see them. */
export interface Tags {
  [key: string]: string;
}

/** Project and stack for cost reports, manager so that nobody edits by hand. */
export const stackTags = (stack: string): Tags => ({ Project: "vod", Stack: stack, ManagedBy: "pulumi" });

/** The caller's tags with the resource's `Name`, which always wins: it is what consoles show. */
export const named = (tags: Tags | undefined, name: string): Tags => ({ ...tags, Name: name });
