"""Where MiniStack's IAM differs from the real one in what this platform needs.

SimulatePrincipalPolicy ignores its ContextEntries, so a grant under "iam:PassedToService" never counts. And a role whose
trust asks for "aws:SourceAccount" cannot be assumed: the root key, by which services act here, comes without it.
SQS asks for sqs:DeleteMessage when DeleteMessageBatch is called, and likewise for the other batches (Amazon SQS Developer
Guide, "Amazon SQS API permissions"); MiniStack asks for an action that no policy can name.
Its answer to a simulation repeats the resource unescaped: an object whose key holds "<" or "&" made it unreadable.
And its wildcards stop at a line's end: nobody but the root could read an object whose key holds one.
"""

import contextvars
import re
from xml.sax.saxutils import escape

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam

entries = contextvars.ContextVar("entries of the simulation", default={})
evaluate = iam_evaluator.evaluate
evaluate_trust = iam_evaluator.evaluate_trust_policy
simulate = iam._simulate_principal_policy
build_results = iam._build_simulate_results_real
extract_action = iam_actions.extract_iam_action
compile_pattern = iam_evaluator._fnmatch_compile


def first(params, name):
    value = params.get(name)
    return value[0] if isinstance(value, list) else value


def read_entries(params):
    found, number = {}, 1
    while key := first(params, f"ContextEntries.member.{number}.ContextKeyName"):
        found[key.lower()] = first(params, f"ContextEntries.member.{number}.ContextKeyValues.member.1")
        number += 1
    return found


def simulate_with_entries(params):
    token = entries.set(read_entries(params))
    try:
        return simulate(params)
    finally:
        entries.reset(token)


def escaped_results(actions, resource_arn, *rest):
    tag = "<EvalResourceName>"
    results = build_results(actions, resource_arn, *rest)
    return results.replace(tag + resource_arn, tag + escape(resource_arn))


def evaluate_with_entries(context, *rest, **named):
    context.service_context.update(entries.get())
    return evaluate(context, *rest, **named)


def trust_with_account(document, caller_arn, context=None):
    if context is not None and caller_arn.endswith(":root"):
        context.service_context.setdefault("aws:sourceaccount", context.principal_account)
    return evaluate_trust(document, caller_arn, context)


def action_of_batch(*request, **named):
    action = extract_action(*request, **named)
    return action.removesuffix("Batch") if action and action.startswith("sqs:") else action


def compile_over_lines(pattern, ignore_case):
    compiled = compile_pattern(pattern, ignore_case)
    return re.compile(compiled.pattern.removesuffix("$") + r"\Z", compiled.flags | re.DOTALL)


def install():
    iam_evaluator._fnmatch_compile = compile_over_lines
    iam_actions.extract_iam_action = action_of_batch
    iam._build_simulate_results_real = escaped_results
    iam_evaluator.evaluate = evaluate_with_entries
    iam_evaluator.evaluate_trust_policy = trust_with_account
    for table in vars(iam).values():
        if isinstance(table, dict) and table.get("SimulatePrincipalPolicy") is simulate:
            table["SimulatePrincipalPolicy"] = simulate_with_entries
