"""What MiniStack leaves out of CloudWatch, so that an alarm on a queue really goes off here.

Its SQS publishes no metrics. The two that the platform's alarms watch are measured here, every two seconds instead of
every minute, and compared with the alarm's threshold; the change of state then goes MiniStack's own way, to the topics.
"""

import threading
import time

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import cloudwatch, sqs

EVERY = 2


def waiting(queue, now):
    return sum(message["visible_at"] <= now for message in list(queue["messages"]))


def oldest(queue, now):
    return max((now - message["sent_at"] for message in list(queue["messages"])), default=0)


METRICS = {"ApproximateNumberOfMessagesVisible": waiting, "ApproximateAgeOfOldestMessage": oldest}


def watch(alarm):
    measure = METRICS.get(alarm.get("MetricName"))
    if alarm.get("Namespace") != "AWS/SQS" or alarm.get("ComparisonOperator") != "GreaterThanThreshold" or not measure:
        return
    names = [each["Value"] for each in alarm.get("Dimensions", []) if each["Name"] == "QueueName"]
    queue = next((each for each in sqs._queues.values() if each["name"] in names), None)
    if queue is None:
        return
    value, threshold = measure(queue, time.time()), float(alarm["Threshold"])
    before, after = alarm["StateValue"], "ALARM" if value > threshold else "OK"
    if before == after:
        return
    alarm["StateValue"] = after
    alarm["StateReason"] = reason = f"Threshold Crossed: {value:g} against {threshold:g}"
    alarm["StateUpdatedTimestamp"] = int(time.time())
    cloudwatch._record_history(alarm["AlarmName"], before, after, reason)
    # The first look at a queue that is as it should be is no news.
    if (before, after) != ("INSUFFICIENT_DATA", "OK"):
        cloudwatch._dispatch_alarm_actions(alarm, before, after, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def watch_all():
    while True:
        time.sleep(EVERY)
        for (account, region, _name), alarm in list(cloudwatch._alarms._data.items()):
            account_token, region_token = _request_account_id.set(account), _request_region.set(region)
            try:
                watch(alarm)
            except Exception:
                cloudwatch.logger.exception("the alarm %s could not be watched", alarm.get("AlarmName"))
            finally:
                _request_account_id.reset(account_token)
                _request_region.reset(region_token)


def install():
    threading.Thread(target=watch_all, name="queue-alarms", daemon=True).start()
