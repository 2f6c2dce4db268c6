"""The workflow as a state machine: what it says of steps, retries and undoing."""

from itertools import pairwise
from typing import Any

import pytest

from cartwheel.checkout import WORKFLOW
from cartwheel.checkout.states import AWAIT, FAIL, definition

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:step"

MACHINE = definition(WORKFLOW, FUNCTION)
STATES: dict[str, Any] = MACHINE["States"]


def _next(name: str) -> set[str]:
    state = STATES[name]
    ways = [state.get("Next"), state.get("Default")]
    ways += [way["Next"] for way in [*state.get("Catch", ()), *state.get("Choices", ())]]
    return {way for way in ways if way}


def test_every_state_leads_somewhere_and_is_reached() -> None:
    reached, waiting = set(), [MACHINE["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _next(name)
            assert _next(name) or STATES[name].get("End") or STATES[name]["Type"] == "Fail"
    assert reached == STATES.keys()


def test_steps_follow_each_other_as_declared() -> None:
    names = [step.name for step in WORKFLOW.steps]
    assert MACHINE["StartAt"] == names[0]
    for name, following in pairwise(names):
        after = STATES[name]["Next"]
        assert STATES.get(after, {}).get("Default", after) == following
    assert STATES[names[-1]]["End"] is True


@pytest.mark.parametrize(
    ("step", "undone"),
    [
        ("ValidateCart", []),
        ("ReserveStock", ["ReleaseStock"]),
        ("ProcessPayment", ["CancelPayment", "ReleaseStock"]),
        (AWAIT, ["CancelPayment", "ReleaseStock"]),
        ("SendToQueue", ["CancelPayment", "ReleaseStock"]),
    ],
)
def test_a_failed_step_is_undone_with_those_before_it(step: str, undone: list[str]) -> None:
    way = []
    at = STATES[step]["Catch"][0]["Next"]
    while at != FAIL:
        way.append(at)
        at = STATES[at]["Next"]
    assert way == undone
    assert STATES[FAIL]["Parameters"]["Payload"]["error.$"] == "$.error"
    assert STATES[STATES[FAIL]["Next"]]["Type"] == "Fail"


def test_retries_are_those_of_the_workflow() -> None:
    retry = STATES["ProcessPayment"]["Retry"][-1]
    assert (retry["MaxAttempts"], retry["IntervalSeconds"], retry["BackoffRate"]) == (2, 2, 2.0)
    assert "StepUnavailable" in retry["ErrorEquals"]
    assert "StepFailed" not in retry["ErrorEquals"]
    for undo in ("CancelPayment", "ReleaseStock", FAIL):
        assert STATES[undo]["Retry"][0]["MaxAttempts"] > 1_000_000


def test_the_payer_is_waited_for_with_a_token_as_long_as_the_workflow_lasts() -> None:
    waiting = STATES[AWAIT]
    assert waiting["Resource"].endswith(".waitForTaskToken")
    assert waiting["TimeoutSeconds"] == WORKFLOW.seconds
    assert waiting["Parameters"]["Payload"]["token.$"] == "$$.Task.Token"
    assert waiting["Next"] == "ProcessPayment"
