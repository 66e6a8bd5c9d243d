/**
 * Components that another process builds (`remote` in Pulumi's protocol): the mock monitor would record them as one box.
 * Here they are opened: their children as that process registers them, and the outputs that the program gets back.
 */
import { text } from "./arn";
import { digest } from "./naming";
import type { ResourceRecord } from "./record";

type Values = Record<string, unknown>;

/** Registers a child, which has its component's name in lower case. Returns its outputs. */
export type Child = (type: string, inputs: Values) => Promise<Values>;

interface LifecycleRule {
  description?: string;
  maximumAgeLimit?: number;
  maximumNumberOfImages?: number;
  tagPrefixList?: string[];
  tagStatus: string;
}

/** ECR wants the rule for any tag behind all others. */
function lifecycleDocument(rules: LifecycleRule[]): string {
  const ordered = [
    ...rules.filter(({ tagStatus }) => tagStatus !== "any"),
    ...rules.filter(({ tagStatus }) => tagStatus === "any"),
  ];
  return JSON.stringify({
    rules: ordered.map(({ description, tagStatus, tagPrefixList, maximumAgeLimit, maximumNumberOfImages }, index) => ({
      rulePriority: index + 1,
      ...(description !== undefined && { description }),
      selection: {
        tagStatus,
        ...(tagPrefixList && { tagPrefixList }),
        ...(maximumAgeLimit === undefined
          ? { countType: "imageCountMoreThan", countNumber: maximumNumberOfImages }
          : { countType: "sinceImagePushed", countUnit: "days", countNumber: maximumAgeLimit }),
      },
      action: { type: "expire" },
    })),
  });
}

/** Without rules, awsx lets untagged images go after a day. */
const DEFAULT_RULES: LifecycleRule[] = [{ tagStatus: "untagged", maximumAgeLimit: 1 }];

async function repository({ inputs }: ResourceRecord, child: Child): Promise<Values> {
  const { lifecyclePolicy, ...own } = inputs;
  const made = await child("aws:ecr/repository:Repository", own);
  const { skip = false, rules = DEFAULT_RULES } = (lifecyclePolicy ?? {}) as {
    skip?: boolean;
    rules?: LifecycleRule[];
  };
  if (!skip) {
    await child("aws:ecr/lifecyclePolicy:LifecyclePolicy", { repository: made.name, policy: lifecycleDocument(rules) });
  }
  return { url: made.repositoryUrl, repository: made };
}

/** The build itself is nothing in AWS; the digest is made up. */
const image = ({ urn, inputs }: ResourceRecord): Promise<Values> =>
  Promise.resolve({ imageUri: `${text(inputs.repositoryUrl)}@sha256:${digest(urn, 64)}` });

const REMOTE: Readonly<Record<string, (component: ResourceRecord, child: Child) => Promise<Values>>> = {
  "awsx:ecr:Image": image,
  "awsx:ecr:Repository": repository,
};

export const isRemote = (type: string): boolean => type in REMOTE;

/** Registers a remote component's children. Returns its outputs. @throws Error for a component that is not known. */
export function expand(component: ResourceRecord, child: Child): Promise<Values> {
  const open = REMOTE[component.type];
  if (open === undefined)
    throw new Error(`${component.urn}: ${component.type} is not modelled → add it to model/remote.ts`);
  return open(component, child);
}
