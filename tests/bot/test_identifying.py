"""Anonymous, identified, signed out, somebody else: nobody ever sees what another one wrote."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection as Tx

from bot.conversation import conversations, log, visitors
from bot.conversation import events as e
from bot.conversation.events import NewEvent
from bot.conversation.state import State
from bot.errors import IdentityRefused, NotFound
from bot.identifying import Proof, arrive
from bot.identity import Claims
from bot.question import vouched
from bot.storage.engine import Database

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LASTS = timedelta(hours=1)
PEOPLE = ("ann", "ben")
WIDGET = "widget"


@dataclass
class Browser:
    """What one browser holds: the secrets that the widget keeps, and who sits before it."""

    anonymous: str | None = None
    """The anonymous visitor's token."""
    session: str | None = None
    who: str | None = None
    stranger: int = 0
    """Which anonymous person this is: signing out makes another one."""


@dataclass
class World:
    """Some browsers, and by whom each conversation was written in truth."""

    tx: Tx
    browsers: list[Browser] = field(default_factory=lambda: [Browser(), Browser()])
    authors: dict[str, set[str]] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=count)
    last: Claims | None = None
    shown_by: str = ""
    """The device that `last` was shown on first."""

    def person(self, at: Browser) -> str:
        """Who is at it: the site's customer, or somebody nobody knows."""
        return at.who or f"stranger {self.browsers.index(at)} {at.stranger}"

    def owner(self, at: Browser) -> str | None:
        """Whom the server takes the browser for, by nothing but the secrets it holds."""
        token = at.session or at.anonymous
        found = visitors.by_token(self.tx, token, NOW) if token else None
        return None if found is None else found.id

    def shown(self, at: Browser) -> State | None:
        """The conversation that the server shows there."""
        owner = self.owner(at)
        latest = conversations.latest_of(self.tx, owner, WIDGET) if owner else None
        return None if latest is None or latest.ended else latest

    def say(self, at: Browser) -> None:
        if self.owner(at) is None:
            at.session = None
            _, at.anonymous = visitors.welcome(self.tx, locale=None, now=NOW)
        owner, state = self.owner(at) or "", self.shown(at)
        state = state or log.start(
            self.tx, visitor_id=owner, channel=WIDGET, locale=None, page=None, now=NOW
        )
        said = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": f"message {next(self.numbers)}"})
        log.append(self.tx, log.load(self.tx, state.id), [said], now=NOW)
        self.authors.setdefault(state.id, set()).add(self.person(at))

    def identify(self, at: Browser, who: str) -> None:
        """The page calls `identify` with a token of its own."""
        self.last = Claims(who, f"token {next(self.numbers)}", NOW, NOW + timedelta(minutes=5))
        self.shown_by = self.device(at)
        proof = self.arrive(at, self.last)
        before = self.person(at)
        merged = at.who is None and at.anonymous is not None
        at.session, at.anonymous, at.who = proof.session, None, who
        if merged:  # whoever was anonymous here was this customer all the time
            for authors in self.authors.values():
                if before in authors:
                    authors.discard(before)
                    authors.add(who)

    def device(self, at: Browser) -> str:
        """The browser's own secret; signing out makes a new one."""
        return f"browser {self.browsers.index(at)} {at.stranger}"

    def arrive(self, at: Browser, claims: Claims) -> Proof:
        device = self.device(at)
        return arrive(self.tx, claims, device=device, visitor=at.anonymous, now=NOW, lasts=LASTS)[0]

    def replay(self, at: Browser) -> None:
        """Somebody shows the last token on another device."""
        if self.last is not None and self.device(at) != self.shown_by:
            with pytest.raises(IdentityRefused):
                self.arrive(at, self.last)

    def forget(self, at: Browser) -> None:
        at.session = at.anonymous = at.who = None
        at.stranger += 1

    def check(self) -> None:
        for at in self.browsers:
            state, me = self.shown(at), self.person(at)
            if state is not None:
                assert self.authors[state.id] == {me}
            owner = self.owner(at)
            for conversation, authors in self.authors.items():
                if me not in authors and owner is not None:
                    with pytest.raises(NotFound):
                        conversations.of_visitor(self.tx, owner, conversation)


STEPS = st.lists(
    st.tuples(st.sampled_from(["say", "say", "ann", "ben", "forget", "replay"]), st.integers(0, 1)),
    max_size=12,
)


@settings(max_examples=60 if os.environ.get("HANDRAIL_TEST_ALL") == "1" else 25)
@given(STEPS)
def test_whatever_happens_nobody_sees_what_another_wrote(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    def work(tx: Tx) -> None:
        nested = tx.begin_nested()
        world = World(tx)
        for step, place in steps:
            at = world.browsers[place]
            if step in PEOPLE:
                world.identify(at, step)
            else:
                getattr(world, step)(at)
            world.check()
        nested.rollback()

    database.sync.write(work)


def test_a_browser_that_was_proved_to_be_one_customers_gives_nothing_to_another(
    database: Database,
) -> None:
    """Not even a message that was on its way when the proof came."""

    def work(tx: Tx) -> None:
        nested = tx.begin_nested()
        world = World(tx)
        at = world.browsers[0]
        world.say(at)
        visitor, token = world.owner(at) or "", at.anonymous
        world.identify(at, "ann")
        late = log.start(tx, visitor_id=visitor, channel=WIDGET, locale=None, page=None, now=NOW)
        world.forget(at)
        at.anonymous = token
        world.identify(at, "ben")
        with pytest.raises(NotFound):
            conversations.of_visitor(tx, world.owner(at) or "", late.id)
        nested.rollback()

    database.sync.write(work)


def test_what_was_written_before_the_proof_is_not_vouched_for(database: Database) -> None:
    """Rules see the attributes of a customer only where each open message was proved."""

    def work(tx: Tx) -> None:
        nested = tx.begin_nested()
        world = World(tx)
        at = world.browsers[0]
        world.say(at)
        told = Claims("ann", "t", NOW, NOW + timedelta(minutes=5), attributes={"plan": "gold"})
        at.session, at.anonymous = world.arrive(at, told).session, None
        state = log.load(tx, (world.shown(at) or pytest.fail("nothing is shown")).id)
        before = state.last_customer
        proved = NewEvent(e.CUSTOMER_SAID, e.CUSTOMER, {"text": "and now"}, {"verified": True})
        state = log.append(tx, state, [proved], now=NOW)
        written = log.read(tx, state.id)
        assert vouched(tx, state, written, [before, state.head]) is None
        assert vouched(tx, state, written, [state.head]) == {"plan": "gold"}
        nested.rollback()

    database.sync.write(work)


@pytest.fixture(scope="module")
def database(empty: Path) -> Iterator[Database]:
    it = Database(empty)
    yield it
    it.close()
