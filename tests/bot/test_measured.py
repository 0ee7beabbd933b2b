"""What a turn keeps is enough to decide it again."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.measured import Measured, Signal, read
from handoff.escalation import Reason
from handoff.policy import decide
from handoff.rules import RuleMatch
from handoff.settings import HandoffSettings

share = st.floats(0, 1)
signals = st.builds(Signal, share, st.just(("why",)))
matches = st.builds(
    RuleMatch, st.just("r"), st.just("A rule"), st.booleans(), st.sampled_from(Reason),
    st.just(("why",)),
)  # fmt: skip
measurements = st.builds(
    Measured,
    asked=st.booleans(), asks=signals, frustration=signals, urgency=signals, needs=signals,
    failed_in_a_row=st.integers(0, 5), confidence=st.none() | share, min_confidence=share,
    rule=st.none() | matches, clarified=st.booleans(), incident=st.booleans(),
    own_account=st.booleans(), broken=st.booleans(), returned=st.booleans(),
)  # fmt: skip
limits = st.builds(
    HandoffSettings, asking_limit=share, frustration_limit=share, urgency_limit=share,
    person_limit=share, min_confidence=share, max_failed_answers=st.integers(1, 5),
)  # fmt: skip


@given(measurements, limits)
def test_what_is_kept_is_decided_as_it_was(measured: Measured, rules: HandoffSettings) -> None:
    kept = json.loads(json.dumps(measured.kept()))
    assert "why" not in json.dumps(kept)
    before = decide(measured.observation(rules), rules)
    after = decide(read(kept).observation(rules), rules)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert (before.reason, before.urgent) == (after.reason, after.urgent)
    assert replace(read(kept), rule=None).kept() == {**kept, "rule": None}
