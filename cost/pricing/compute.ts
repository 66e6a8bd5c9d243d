/** Functions, tasks, queues and events. */
import { ALLOWANCES } from "../prices";
import { POLLS_PER_MAPPING, SECONDS_PER_MESSAGE, SECONDS_PER_RECONCILE } from "../usage";
import { beyond, counted, line, sum, thousands, type Pricing } from "./pricing";

export const COMPUTE: Readonly<Record<string, Pricing>> = {
  "aws:lambda/function:Function": (functions, { messages, reconcileRuns }) => {
    const gb = Math.max(...functions.map(({ inputs }) => Number(inputs.memorySize ?? 128))) / 1024;
    const seconds = messages * SECONDS_PER_MESSAGE + reconcileRuns * SECONDS_PER_RECONCILE;
    const cost = sum(["lambdaRequest", messages + reconcileRuns], ["lambdaArmGbSecond", seconds * gb]);
    const why = `${thousands(seconds)} s, reckoned at the largest function's ${gb} GB`;
    return [line("Compute", `Lambda, ${counted(functions, "function")}`, cost, why)];
  },
  "aws:sqs/queue:Queue": (queues, { messages }, count) => {
    const mappings = count("aws:lambda/eventSourceMapping:EventSourceMapping");
    const requests = mappings * POLLS_PER_MAPPING + messages * 3;
    const cost = sum(["sqsRequest", beyond(requests, ALLOWANCES.sqsRequests)]);
    const why = `${thousands(requests)} requests, a million is free; how often Lambda asks ${mappings} idle queues is assumed`;
    return [line("Compute", `SQS, ${counted(queues, "queue")}`, cost, why)];
  },
  "aws:scheduler/schedule:Schedule": (_, { reconcileRuns }) => [
    line(
      "Compute",
      "EventBridge Scheduler",
      sum(["scheduledRun", beyond(reconcileRuns, ALLOWANCES.scheduledRuns)]),
      `${thousands(reconcileRuns)} runs, 14 million are free`,
    ),
  ],
  "aws:cloudwatch/eventBus:EventBus": (_, { messages }) => [
    line("Compute", "EventBridge", sum(["event", messages]), `${thousands(messages)} events`),
  ],
};
