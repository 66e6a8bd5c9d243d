/** Alarms reach people, and no message is lost unseen. */
import type { ProgramRecord, ResourceRecord } from "../../../model/record";
import { at, label, ofType, opened, textsOf, type Check } from "./check";

const ALARMS = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"];
const QUEUE = "aws:sqs/queue:Queue";

const alarmsOf = (program: ProgramRecord): ResourceRecord[] => ALARMS.flatMap((type) => ofType(program, type));
const regionOf = (arn: string): string => arn.split(":")[3] ?? "";

/** Every alarm tells a topic of its own region when it is raised. */
export const alarmsAct: Check = (program) => {
  const topics = new Set(ofType(program, "aws:sns/topic:Topic").map(({ outputs }) => String(outputs.arn)));
  return alarmsOf(program).flatMap((alarm) => {
    const actions = textsOf(alarm.inputs.alarmActions);
    if (actions.length === 0 || alarm.inputs.actionsEnabled === false) {
      return [`${label(alarm)}: tells nobody · no action → alarmActions: [a topic]`];
    }
    const region = regionOf(String(alarm.outputs.arn));
    return actions.flatMap((action) => {
      if (!action.includes(":sns:")) return [];
      if (!topics.has(action))
        return [`${label(alarm)}: the topic is not in the plan · ${action} → one of the stack's`];
      if (regionOf(action) === region) return [];
      return [`${label(alarm)}: the topic is in another region than ${region} · ${action} → a topic there`];
    });
  });
};

const queueName = ({ outputs }: ResourceRecord): string => String(outputs.name);

function deadLetterArn(program: ProgramRecord, queue: ResourceRecord): string | undefined {
  const apart = ofType(program, "aws:sqs/redrivePolicy:RedrivePolicy").find(
    ({ inputs }) => inputs.queueUrl === queue.id || inputs.queueUrl === queue.outputs.url,
  );
  const target = at(opened(queue.inputs.redrivePolicy ?? apart?.inputs.redrivePolicy), "deadLetterTargetArn");
  return typeof target === "string" ? target : undefined;
}

/** Queues that other queues, functions, rules' targets or schedules give up their messages to. */
function lastQueues(program: ProgramRecord): Set<string> {
  const targets = program.resources.flatMap(({ inputs }) => [
    at(opened(inputs.redrivePolicy), "deadLetterTargetArn"),
    at(inputs.deadLetterConfig, "arn"),
    at(inputs.deadLetterConfig, "targetArn"),
    at(inputs.target, "deadLetterConfig.arn"),
    at(inputs.destinationConfig, "onFailure.destination"),
    at(opened(inputs.redrivePolicy), "deadLetterTargetArn"),
  ]);
  return new Set(targets.filter((arn): arn is string => typeof arn === "string"));
}

const isWatched = (program: ProgramRecord, queue: ResourceRecord): boolean =>
  alarmsOf(program).some(
    ({ inputs }) =>
      JSON.stringify([inputs.dimensions, inputs.metricQueries]).includes(`"QueueName":"${queueName(queue)}"`) &&
      JSON.stringify(inputs).includes("ApproximateNumberOfMessagesVisible"),
  );

/** Every queue gives up to a dead-letter queue, and an alarm counts what lies in that. */
export const queuesGiveUp: Check = (program) => {
  const queues = ofType(program, QUEUE);
  const last = lastQueues(program);
  return queues.flatMap((queue) => {
    if (last.has(String(queue.outputs.arn))) {
      return isWatched(program, queue)
        ? []
        : [`${label(queue)}: no alarm counts its messages → an alarm on ApproximateNumberOfMessagesVisible`];
    }
    const target = deadLetterArn(program, queue);
    if (target === undefined) return [`${label(queue)}: has no dead-letter queue → set redrivePolicy`];
    if (queues.some(({ outputs }) => outputs.arn === target)) return [];
    return [`${label(queue)}: its dead-letter queue is not in the plan · ${target} → one of the stack's`];
  });
};
