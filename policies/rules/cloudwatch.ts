import { stackRule } from "../rule";
import { SNS, WATCH } from "../tokens";

const actions = stackRule({
  name: "alarm-actions",
  displayName: "Alarms are heard",
  description: "An alarm without an action, or with its actions off, is a picture on a page that nobody opens.",
  severity: "high",
  tags: ["cloudwatch", "alarms"],
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
  remedy: "set alarmActions to the critical or the warning topic of this stack, and leave actionsEnabled true",
  types: [...WATCH.alarm, ...WATCH.compositeAlarm],
  check: ({ node, report, part }, graph) => {
    part(() => {
      if ((node.inputs.text("actionsEnabled") ?? "true") !== "true") report("the alarm's actions are off");
    });
    if (graph.linked(node, "alarmActions", SNS.topic).length === 0) report("the alarm notifies no topic of this stack");
  },
});

export const cloudwatchRules = [actions];
