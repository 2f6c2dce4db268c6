"""Random operations give the same results on every engine as on a dictionary in memory."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cartwheel.kernel.clock import ManualClock
from cartwheel.storage import (
    Change,
    Check,
    Conflict,
    Delete,
    Put,
    Query,
    Store,
    Update,
    absent,
    eq,
    exists,
    ge,
    gt,
    is_in,
    le,
    lt,
    ne,
)
from tests.contract.storage.backends import Backend
from tests.contract.storage.model import Model
from tests.contract.storage.tables import START, TOKENS, Token

Run = Callable[[Coroutine[Any, Any, Any]], Any]

HOUR = timedelta(hours=1)
IDS = ("a", "B", "é", "😀 ")
USERS = ("u", "U")
NUMBERS = st.sampled_from([0, 1, -1, 2, 2**62, -(2**62), 2**63 - 1, -(2**63)])
CREATED = st.sampled_from([START, START + HOUR, START + timedelta(microseconds=1)])

ids = st.sampled_from(IDS)
expiries = st.none() | st.integers(-1, 4).map(lambda hours: START + hours * HOUR)
tokens = st.builds(
    Token, id=ids, user=st.sampled_from(USERS), uses=NUMBERS, created=CREATED, expires=expiries
)
conditions = st.one_of(
    st.just(exists()),
    st.builds(eq, st.just("uses"), NUMBERS),
    st.builds(ne, st.just("uses"), NUMBERS),
    st.builds(lt, st.just("uses"), NUMBERS),
    st.builds(gt, st.just("created"), CREATED),
    st.builds(le, st.just("created"), CREATED),
    st.builds(ge, st.just("user"), st.sampled_from(USERS)),
    st.builds(is_in, st.just("user"), st.lists(st.sampled_from(USERS), min_size=1, max_size=3)),
    st.builds(eq, st.just("expires"), st.none()),
    st.builds(ne, st.just("expires"), expiries),
)
whens = st.lists(conditions, max_size=2).map(tuple)
some_whens = st.lists(conditions, min_size=1, max_size=2).map(tuple)
absents = st.just((absent(),))
changes: st.SearchStrategy[Change] = st.one_of(
    st.builds(Put, st.just(TOKENS), tokens, whens | absents),
    st.builds(
        Update,
        st.just(TOKENS),
        st.tuples(ids),
        st.fixed_dictionaries({}, optional={"user": st.sampled_from(USERS), "expires": expiries}),
        st.fixed_dictionaries({"uses": NUMBERS}),
        whens,
    ),
    st.builds(Delete, st.just(TOKENS), st.tuples(ids), whens),
    st.builds(Check, st.just(TOKENS), st.tuples(ids), some_whens | absents),
)


@dataclass(frozen=True)
class Subject:
    """The store under test, its clock, and how its coroutines are run."""

    store: Store
    clock: ManualClock
    run: Run


class Machine(RuleBasedStateMachine):
    """The operations, on a store and on the model. Subclasses say on which store."""

    subject: ClassVar[Subject]

    @initialize()
    def start(self) -> None:
        self.model = Model(START)
        self.subject.clock.advance(seconds=(START - self.subject.clock()).total_seconds())
        self.subject.run(self._clear())

    async def _clear(self) -> None:
        for key in IDS:
            await self.subject.store.write(Delete(TOKENS, (key,)))

    @rule(made=st.lists(changes, min_size=1, max_size=4, unique_by=lambda change: change.key))
    def write(self, made: list[Change]) -> None:
        failed: list[Change | None] = [*self.model.write(made)]
        assert self.subject.run(self._conflicting(made)) in (failed or [None])

    async def _conflicting(self, made: list[Change]) -> Change | None:
        try:
            await self.subject.store.write(*made)
        except Conflict as conflict:
            return conflict.change
        return None

    @rule(hours=st.integers(0, 2))
    def wait(self, hours: int) -> None:
        self.subject.clock.advance(hours=hours)
        self.model.now = self.subject.clock()

    @rule()
    def purge(self) -> None:
        self.subject.run(self.subject.store.purge(TOKENS))

    @rule(
        user=st.sampled_from(USERS),
        bounds=st.tuples(st.none() | CREATED, st.none() | CREATED),
        descending=st.booleans(),
        limit=st.integers(1, 5),
    )
    def query(
        self, user: str, bounds: tuple[datetime | None, datetime | None], descending: bool, limit: int
    ) -> None:
        low, high = bounds
        wanted = [token for token in self.model.living().values() if token.user == user]
        wanted = [t for t in wanted if (low or t.created) <= t.created <= (high or t.created)]
        found = self.subject.run(self._pages(Query(TOKENS, user, "by_user", low, high, descending, limit)))
        assert sorted(found, key=lambda t: t.id) == sorted(wanted, key=lambda t: t.id)
        created = [token.created for token in found]
        assert created == sorted(created, reverse=descending)

    async def _pages(self, query: Query[Token]) -> list[Token]:
        page = await self.subject.store.query(query)
        items = list(page.items)
        while page.next is not None:
            page = await self.subject.store.query(replace(query, cursor=page.next))
            items += page.items
        return items

    @invariant()
    def same_items(self) -> None:
        living = self.model.living()
        found = self.subject.run(self.subject.store.get_many(TOKENS, [(key,) for key in IDS]))
        assert found == [living.get(key) for key in IDS]


@pytest.mark.slow_callbacks_ok(reason="Hypothesis works between the operations")
def test_an_engine_does_what_the_model_does(
    store: Store, clock: ManualClock, backend: Backend, run_async: Run
) -> None:
    examples = {"sqlite": 80, "dynamodb": 15}.get(backend.name, 30)
    run_state_machine_as_test(
        type("Bound", (Machine,), {"subject": Subject(store, clock, run_async)}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
