"""The workflow as a state machine of AWS Step Functions, in Amazon States Language.

Each step is one invocation of the function ``cartwheel.entrypoints.lambda_events.step``, with the same tasks
that the local driver calls. What it raises is told by name: ``StepUnavailable`` is worth another try,
``StepFailed`` is not. Whatever fails for good leads to the undo tasks of that step and of those before it, in
reverse, and then to ``Fail``, which ends the order with the reason of the error.
"""

from typing import Any

from cartwheel.checkout.workflow import Retry, Step, Workflow

State = dict[str, Any]

FAIL = "Fail"
"""The task that ends an order after everything was undone."""

AWAIT = "AwaitPayment"
"""The task that keeps the token by which the payer's answer lets the machine go on."""

_RETRIED = ["StepUnavailable", "Lambda.ServiceException", "Lambda.SdkClientException", "Lambda.Unknown"]
"""``Lambda.Unknown`` is a function that was killed, for its time or memory: tasks can be repeated."""

_BUSY: State = {
    "ErrorEquals": ["Lambda.TooManyRequestsException"],
    "IntervalSeconds": 1,
    "MaxAttempts": 20,
    "BackoffRate": 1.5,
    "MaxDelaySeconds": 30,
    "JitterStrategy": "FULL",
}
"""The function is at its limit: nothing has happened, so this is no try of the step."""

_MOST_ATTEMPTS = 99_999_999
"""The most that the language allows."""


def definition(workflow: Workflow, function: str) -> State:
    """The state machine that runs ``workflow``; ``function`` is the ARN or name of the Lambda function.

    Its input is ``{"orderId": "..."}``.
    """
    states: State = {}
    undone = FAIL
    for step, following in zip(workflow.steps, (*workflow.steps[1:], None), strict=True):
        if step.undo is not None:
            states[step.undo] = _undo(workflow, step.undo, function) | {"Next": undone}
            undone = step.undo
        then: State = {"Next": following.name} if following else {"End": True}
        states |= _forward(workflow, step, function, then, undone)
    states[FAIL] = {
        **_undo(workflow, FAIL, function),
        "Next": "Failed",
    }
    states[FAIL]["Parameters"]["Payload"]["error.$"] = "$.error"
    states["Failed"] = {"Type": "Fail", "Error": "OrderFailed", "CausePath": "$.error.Cause"}
    return {
        "Comment": "From a placed order to a paid one. Rendered from checkout/workflow.py.",
        "StartAt": workflow.steps[0].name,
        "States": states,
    }


def _forward(workflow: Workflow, step: Step, function: str, then: State, undone: str) -> State:
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": undone}]
    made: State = {
        **_task(step.name, function),
        "Retry": [_BUSY, _retry(step.retry)],
        "Catch": catch,
    }
    if not step.waits:
        return {step.name: made | then}
    deciding = f"{step.name}Waits"
    return {
        step.name: made | {"Next": deciding},
        deciding: {
            "Type": "Choice",
            "Choices": [{"Variable": "$.result.outcome", "StringEquals": "wait", "Next": AWAIT}],
            "Default": then["Next"],
        },
        AWAIT: {
            **_task(AWAIT, function, token=True),
            "TimeoutSeconds": int(workflow.seconds),
            "Retry": [_BUSY, _retry(step.retry)],
            "Catch": catch,
            "Next": step.name,
        },
    }


def _undo(workflow: Workflow, name: str, function: str) -> State:
    """Undoing is tried until it succeeds: money and goods hang on it."""
    again = _retry(workflow.undo_retry) | {"ErrorEquals": ["States.ALL"]}
    return _task(name, function, result=None) | {"Retry": [again]}


def _task(name: str, function: str, *, token: bool = False, result: str | None = "$.result") -> State:
    payload: State = {"step": name, "orderId.$": "$.orderId"}
    if token:
        payload["token.$"] = "$$.Task.Token"
    state: State = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::lambda:invoke{'.waitForTaskToken' if token else ''}",
        "Parameters": {"FunctionName": function, "Payload": payload},
        "ResultPath": result,
    }
    if result and not token:
        state["ResultSelector"] = {"outcome.$": "$.Payload.outcome"}
    return state


def _retry(retry: Retry) -> State:
    return {
        "ErrorEquals": _RETRIED,
        "IntervalSeconds": max(1, int(retry.interval)),
        "MaxAttempts": min(retry.attempts - 1, _MOST_ATTEMPTS),
        "BackoffRate": retry.backoff,
    }
