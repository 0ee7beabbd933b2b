"""What may not be said while an incident lasts, in four languages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answering import guard, words
from bot.answering.guard import Standing
from retrieval.incidents.incident import Incident
from tests.incidents import drafts

AT = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
LASTING, WATCHED = Standing(watching=False), Standing(watching=True)


def incident(status: str = "investigating", **changes: Any) -> Incident:
    values: dict[str, Any] = {
        "id": "i1", "title": {"en": "Card payments fail", "ms": "Bayaran kad gagal"},
        "components": ("payments",), "severity": "major", "status": status, "started_at": AT,
        "resolved_at": None, "workaround": {}, "next_update_at": None, "updates": (),
        "active": True, "source": "manual",
    }  # fmt: skip
    return Incident(**(values | changes))


def kinds(text: str, allowed: Standing = LASTING, **how: Any) -> list[str]:
    return [one.kind for one in guard.breaches(text, allowed, **how)]


FREELY = [
    "Our little robot at the gate has made friends with tickets again.",
    "那台闸机又肯听话了，直接刷就行。",
    "那臺閘機又肯聽話了，直接刷就行。",
    "Mesin di jeti dah tak merajuk, tunjuk saja tiket.",
]


@pytest.mark.parametrize(
    "text",
    [
        "Good news: card payments are working again.",
        "It's all sorted, you can pay by card again.",
        "Payments should be working now.",
        "The fix is live. Everything is back to normal.",
        "We **fixed** it.",
        "It\u200b is fi\u00adxed.",
        "No longer an issue on our side.",
        "问题已经解决了。",
        "故障已排除，您可以重新下单。",
        "修好啦，可以付款了",
        "系統已恢復，請放心使用。",
        "已经 fix 好了",
        "Masalah dah settle.",
        "Bayaran kad telah pulih sepenuhnya.",
        "Perkhidmatan sudah dipulihkan.",
        "dah ok dah, try lah",
    ],
)
def test_nothing_says_that_it_is_over(text: str) -> None:
    assert "over" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "We know the cause and are working on a fix.",
        "It is not fixed yet.",
        "Once payments work again, we will let you know.",
        "Is it working again for you?",
        "If the problem is fixed after a restart, you can go on.",
        "Last week's outage was resolved.",
        "The fare is fixed once you have paid.",
        "FPX and e-wallets are working as usual.",
        "目前还没有修复。",
        "修好了会第一时间告诉您。",
        "電子錢包和 FPX 可以正常使用。",
        "恢复后我们会在这里通知您。",
        "Masalah ini belum selesai.",
        "Kami akan maklumkan sebaik sahaja masalah ini selesai.",
        "E-dompet dan FPX berfungsi seperti biasa.",
        "",
    ],
)
@pytest.mark.parametrize("free", [False, True], ids=["people's", "a model's"])
def test_honest_words_pass(text: str, free: bool) -> None:
    assert kinds(text, free=free) == []


@pytest.mark.parametrize(
    "text",
    [
        "A fix is in place and we are watching it.",
        "修复已上线，我们正在观察。",
        "修正已上線，我們正在持續觀察。",
        "Pembaikan telah dibuat dan kami sedang memantaunya.",
    ],
)
def test_a_fix_in_place_is_spoken_of_only_while_it_is_watched(text: str) -> None:
    assert kinds(text) == ["deployed"]
    assert kinds(text, WATCHED, free=True) == []


def test_people_may_say_what_they_see_while_they_watch_it() -> None:
    said = "We see payments succeed again and keep watching."
    assert kinds(said, WATCHED) == []
    assert kinds(said, WATCHED, free=True) == kinds(said) == ["over"]


@pytest.mark.parametrize(
    "text",
    [
        "It will be fixed by 15:30.",
        "Card payments will be back by 3:30 pm.",
        "预计下午三点半恢复。",
        "預計 15:30 恢復。",
        "Ia akan pulih pada pukul 3:30 petang.",
    ],
)
def test_only_a_time_that_the_incident_states_for_its_end_is_promised(text: str) -> None:
    due = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    assert kinds(text) == ["time"]
    news_then = guard.standing([incident(next_update_at=due)])
    assert news_then is not None
    assert kinds(text, news_then) == ["time"], "that is when there will be news"
    over_then = guard.standing([incident(expected_at=due)])
    assert over_then is not None
    assert kinds(text, over_then) == []


def test_the_next_update_is_promised_for_the_time_it_is_due() -> None:
    said = "We will post the next update at 14:35."
    assert kinds(said) == ["time"]
    due = guard.standing([incident(next_update_at=AT + timedelta(hours=8, minutes=30))])
    assert due is not None
    assert kinds(said, due) == []


@pytest.mark.parametrize(
    "text",
    [
        "We'll call you back within the hour.",
        "An agent will phone you today.",
        "稍后会有专人打电话给您。",
        "客服會盡快致電給您。",
        "Pasukan kami akan hubungi anda semula.",
    ],
)
def test_nobody_is_promised_a_call(text: str) -> None:
    assert kinds(text) == ["call"]


def test_what_an_article_promises_was_not_made_up() -> None:
    said = "Our service team will call you back within 2 hours."
    assert kinds(said, free=True) == ["call"]
    assert kinds(said, sources=[f"Ask for help. {said} Have your booking ready."], free=True) == []
    over = "Card payments are working again."
    assert kinds(over, sources=[over], free=True) == ["over"], "an article cannot know that"


def test_a_claim_is_found_where_it_stands() -> None:
    text = "We are sorry. Payments are working again. FPX is not affected."
    (found,) = guard.breaches(text, LASTING)
    assert text[found.start : found.end].strip() == "Payments are working again."
    assert guard.without(text, LASTING) == "We are sorry. FPX is not affected."


def test_works_as_usual_is_a_claim_only_of_what_is_hit() -> None:
    allowed = guard.standing([incident()])
    assert allowed is not None
    assert kinds("Card payments work as usual.", allowed) == ["over"]
    assert kinds("Ferry search works as usual.", allowed) == []


def test_without_an_ongoing_incident_there_is_nothing_to_guard() -> None:
    assert guard.standing([]) is None
    assert guard.standing([incident("resolved"), incident(active=False)]) is None


def _own_words() -> Iterator[tuple[str, str]]:
    for language in ("en", "zh-Hans", "zh-Hant", "ms"):
        for path, text in _leaves(words.of(language)):
            # What is said of an end, and what a customer presses who says that it works again.
            ends = (".resolved", ".again", ".update", ".works")
            if not path.endswith((*ends, ".monitoring")):
                yield f"{language}{path}", text


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}")
    elif isinstance(value, str):
        yield path, value


def test_none_of_our_own_words_is_held_back() -> None:
    assert {place: text for place, text in _own_words() if kinds(text)} == {}


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant", "ms"])
def test_what_leads_a_model_s_answer_is_not_held_back(language: str) -> None:
    for retold in (False, True):
        assert kinds(words.missing_language(language, "en", retold=retold), free=True) == []


def test_what_acknowledges_a_handoff_is_not_held_back() -> None:
    folder = Path(guard.__file__).parents[2] / "handoff"
    read = yaml.safe_load((folder / "texts.yaml").read_text("utf-8"))
    texts = list(_leaves(read))
    assert len(texts) > 20
    assert {place: text for place, text in texts if "over" in kinds(text)} == {}


@pytest.mark.parametrize("text", FREELY)
def test_a_model_s_own_way_of_saying_that_it_is_over_is_held_back(text: str) -> None:
    assert kinds(text) == [], "no expression knows it"
    assert kinds(text, free=True) == ["over"]


def test_the_measured_drafts_are_told_apart() -> None:
    for name in ("", "_fresh"):
        tempting = drafts.read(drafts.FOLDER / f"drafts_tempting{name}.jsonl")
        harmless = drafts.read(drafts.FOLDER / f"drafts_harmless{name}.jsonl")
        assert len(tempting) >= 100
        assert len(harmless) >= 100
        assert [one["text"] for one in drafts.wrong(tempting)] == []
        held = [one["text"] for one in drafts.wrong(harmless)]
        assert len(held) <= 0.02 * len(harmless), held


def test_what_people_write_is_judged_by_the_expressions_alone() -> None:
    harmless = drafts.read(drafts.FOLDER / "drafts_harmless.jsonl")
    held = [one["text"] for one in drafts.wrong(harmless, free=False)]
    assert len(held) <= 0.02 * len(harmless), held
