/** Job queues and the job template, in the local MediaConvert. */
import * as mediaconvert from "@aws-sdk/client-mediaconvert";
import { type Creator, creator, orWhenThere, type Tags } from "../creator.js";

interface QueueInputs {
  name: string;
  description?: string;
  pricingPlan?: mediaconvert.PricingPlan;
  status?: mediaconvert.QueueStatus;
  tags?: Tags;
}

const queue = creator<QueueInputs>(async ({ mediaConvert: client }, properties) => {
  const { name: Name, description: Description, pricingPlan: PricingPlan, status: Status, tags: Tags } = properties;
  await orWhenThere(["ConflictException"], () =>
    client.send(new mediaconvert.CreateQueueCommand({ Name, Description, PricingPlan, Status, Tags })),
  );
});

interface TemplateBody {
  Resources: Record<string, { Type: string; Properties: JobTemplate }>;
}

interface JobTemplate {
  Category?: string;
  Description?: string;
  Queue?: string;
  SettingsJson: mediaconvert.JobTemplateSettings;
  StatusUpdateInterval?: mediaconvert.StatusUpdateInterval;
  Tags?: Tags;
}

const TEMPLATE_TYPE = "AWS::MediaConvert::JobTemplate";

/** The stack holds what only CloudFormation can make: the job template. Nothing else may be in it. */
const stack = creator<{ name: string; templateBody: string }>(async ({ mediaConvert: client }, properties) => {
  const { Resources } = JSON.parse(properties.templateBody) as TemplateBody;
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    if (Type !== TEMPLATE_TYPE) {
      throw new Error(`stack ${properties.name} holds a ${Type} (${logicalId}) → only ${TEMPLATE_TYPE} is made here`);
    }
    const { SettingsJson: Settings, ...rest } = Properties;
    const Name = `${properties.name}-${logicalId}`;
    await orWhenThere(["ConflictException"], () =>
      client.send(new mediaconvert.CreateJobTemplateCommand({ ...rest, Name, Settings })),
    );
  }
});

export const TRANSCODING_CREATORS: Record<string, Creator> = {
  "aws:mediaconvert/queue:Queue": queue,
  "aws:cloudformation/stack:Stack": stack,
};
