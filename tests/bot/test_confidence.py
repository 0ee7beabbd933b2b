"""The threshold follows what the admin tolerates, as measured in each language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import schema
from bot.confidence import FEW, Confidence, Cost, cost, limits
from bot.errors import NoTolerance
from bot.storage.engine import Database
from handoff.settings import HandoffSettings
from retrieval.calibration import Shown

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = HandoffSettings(min_confidence=0.65, clarify_confidence=0.5)
CURVE = ((0.0, 1.0, 0.5), (0.4, 0.7, 0.3), (0.6, 0.5, 0.1), (0.8, 0.3, 0.04), (1.0, 0.0, 0.0))
MEASURED = Shown(reliability=(), curve=CURVE, questions=FEW)


@pytest.mark.parametrize(
    ("tolerated", "answers_from", "asks_back_from"),
    [(0.5, 0.0, 0.0), (0.3, 0.4, 0.25), (0.1, 0.6, 0.45), (0.05, 0.8, 0.65), (0.0, 1.0, 0.85)],
)
def test_asking_back_moves_along_with_answering(
    tolerated: float, answers_from: float, asks_back_from: float
) -> None:
    found = limits(SETTINGS, MEASURED, tolerated)
    assert (found.min_confidence, found.clarify_confidence) == (answers_from, asks_back_from)
    assert found.frustration_limit == SETTINGS.frustration_limit


@pytest.mark.parametrize(
    ("shown", "tolerated"),
    [(MEASURED, None), (None, 0.1), (Shown((), CURVE, FEW - 1), 0.1)],
    ids=["nothing chosen", "nothing measured", "too little measured"],
)
def test_the_setting_decides_where_a_choice_has_nothing_to_go_by(
    shown: Shown | None, tolerated: float | None
) -> None:
    assert limits(SETTINGS, shown, tolerated) == SETTINGS


def test_a_cost_between_two_measured_points_is_that_of_the_upper_one() -> None:
    assert cost(MEASURED, 0.65) == Cost(answered=0.3, wrong=0.04)
    assert cost(MEASURED, 0.6) == Cost(answered=0.5, wrong=0.1)
    assert cost(Shown((), (), 0), 0.6) == Cost(0.0, 0.0)


class _Index:
    """Measured in English only, and differently after a switch."""

    def __init__(self) -> None:
        self.shown = {"en": MEASURED}

    def confidence(self) -> dict[str, Shown]:
        return self.shown


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A database and nothing else."""
    path = tmp_path / "handrail.db"
    schema.migrate(path)
    return path


def test_a_choice_outlives_the_program_and_follows_the_live_index(home: Path) -> None:
    index = _Index()
    database = Database(home)
    try:
        before = Confidence(database.sync, index, SETTINGS)
        assert before.limits("en") == SETTINGS
        before.choose(0.1, author="Mei", now=NOON)
        assert before.limits("en").min_confidence == 0.6
    finally:
        database.close()
    database = Database(home)
    try:
        after = Confidence(database.sync, index, SETTINGS)
        choice = after.choice()
        assert choice is not None
        assert (choice.value, choice.author, choice.changed_at) == (0.1, "Mei", NOON)
        assert after.limits("ms") == SETTINGS
        index.shown = {"en": Shown((), ((0.0, 1.0, 0.2), (0.9, 0.5, 0.1)), FEW)}
        assert after.limits("en").min_confidence == 0.9
        after.choose(None, author="Mei", now=NOON)
        assert after.limits("en") == SETTINGS
    finally:
        database.close()


@pytest.mark.parametrize("wrong", [-0.01, 0.51, 5.0, float("nan"), float("inf")])
def test_what_is_no_share_is_refused_and_changes_nothing(home: Path, wrong: float) -> None:
    database = Database(home)
    try:
        confidence = Confidence(database.sync, _Index(), SETTINGS)
        confidence.choose(0.2, author="Mei", now=NOON)
        with pytest.raises(NoTolerance, match=r"from 0 to 0\.5"):
            confidence.choose(wrong, author="Mei", now=NOON)
        assert confidence.tolerated() == 0.2
    finally:
        database.close()
