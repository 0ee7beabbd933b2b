"""An admin reads how far confidence can be trusted, chooses, and the next customer feels it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.confidence import FEW
from handoff.settings import HandoffSettings
from tests.product import QUICK_BUILD, Product, copy_home, running

PATH = "/api/admin/index/confidence"
RECEIPT = "How do I get a receipt for my booking?"


def measured(*curve: tuple[float, float, float], questions: int = FEW) -> dict[str, Any]:
    """What a build stores of a language."""
    return {"reliability": [(0.4, 0.5, questions)], "curve": curve, "questions": questions}


def store(home: Path, **locales: dict[str, Any]) -> None:
    """Let the live generation of this home have been measured like this."""
    for path in (home / "index").glob("*/generation.json"):
        held = json.loads(path.read_text("utf-8"))
        held["calibration"]["shown"] = locales
        path.write_text(json.dumps(held), "utf-8")


def line(state: dict[str, Any], locale: str) -> dict[str, Any]:
    """One language of what the page shows."""
    found: dict[str, Any] = next(one for one in state["locales"] if one["locale"] == locale)
    return found


async def decisions(product: Product, locale: str, question: str) -> list[str]:
    """What becomes of a question that is asked twice by a new customer."""
    async with product.customer(locale) as customer:
        asked = [await customer.ask(question), await customer.ask(f"{question}?")]
    return [one["data"].get("decision", one["kind"]) for one in asked]


async def test_every_build_tells_how_far_its_confidence_can_be_trusted(indexed: Product) -> None:
    async with indexed.rest() as admin:
        state = (await admin.get(PATH)).json()
    assert (state["tolerated"], state["author"], state["changed_at"]) == (None, None, None)
    assert [one["locale"] for one in state["locales"]] == ["en", "zh-Hans", "zh-Hant", "ms"]
    for one in state["locales"]:
        assert one["questions"] >= state["few"]
        assert one["enough"]
        assert (one["articles"], one["with_questions"]) == (8, 8)
        assert sum(group["questions"] for group in one["reliability"]) == one["questions"]
        assert [offer["tolerated"] for offer in one["offers"]] == [n / 100 for n in range(51)]
        assert all(offer["wrong"] <= offer["tolerated"] for offer in one["offers"])
        answered = [offer["answered"] for offer in one["offers"]]
        assert answered == sorted(answered), "who tolerates more gets more answers"
        setting = one["in_force"]
        assert (setting["by"], setting["threshold"]) == (
            "setting",
            HandoffSettings().min_confidence,
        )
        assert setting["answered"] == one["by_setting"]["answered"]


async def test_the_choice_decides_between_answering_and_asking_a_person(
    indexed_home: Path, tmp_path: Path
) -> None:
    home = copy_home(indexed_home, tmp_path / "home")
    async with running(home, settings=QUICK_BUILD) as product, product.rest() as admin:
        asked = (await admin.get("/api/admin/ask", params={"q": RECEIPT, "locale": "en"})).json()
    assert asked["decision"] == "answer"
    below = asked["confidence"] / 2
    store(home, en=measured((0.0, 1.0, 0.4), (below, 0.8, 0.2), (1.0, 0.0, 0.0)))

    async with running(home, settings=QUICK_BUILD) as product, product.rest() as admin:
        assert (await decisions(product, "en", RECEIPT))[0] == "answer"
        strict = await admin.put(PATH, json={"tolerated": 0.05})
        assert strict.status_code == 200
        now = line(strict.json(), "en")["in_force"]
        assert now["by"] == "choice"
        usual = HandoffSettings()
        back = 1.0 - (usual.min_confidence - usual.clarify_confidence)
        assert (now["threshold"], now["asks_back_from"]) == (1.0, pytest.approx(back))
        assert (now["answered"], now["wrong"]) == (0.0, 0.0)
        first, second = await decisions(product, "en", RECEIPT)
        assert first in ("clarify", "unsure")
        assert second == "person.called"
        tried = await admin.get("/api/admin/ask", params={"q": RECEIPT, "locale": "en"})
        assert tried.json()["decision"] == first, "trying shows what a customer would get"

    async with running(home, settings=QUICK_BUILD) as product, product.rest() as admin:
        state = (await admin.get(PATH)).json()
        assert (state["tolerated"], state["author"]) == (0.05, "Admin")
        assert (await decisions(product, "en", RECEIPT))[0] == first, "it survives a restart"
        mild = line((await admin.put(PATH, json={"tolerated": 0.2})).json(), "en")["in_force"]
        assert mild["threshold"] == pytest.approx(below)
        assert (mild["answered"], mild["wrong"]) == (0.8, 0.2)
        assert (await decisions(product, "en", RECEIPT))[0] == "answer"
        await admin.put(PATH, json={"tolerated": 0})
        assert (await decisions(product, "en", RECEIPT))[0] != "answer"
        back = (await admin.put(PATH, json={"tolerated": None})).json()
        assert (back["tolerated"], line(back, "en")["in_force"]["by"]) == (None, "setting")
        assert (await decisions(product, "en", RECEIPT))[0] == "answer"


async def test_with_too_few_test_questions_the_setting_decides(
    indexed_home: Path, tmp_path: Path
) -> None:
    home = copy_home(indexed_home, tmp_path / "home")
    strict = ((0.0, 1.0, 0.4), (1.0, 0.0, 0.0))
    store(home, en=measured(*strict, questions=FEW - 1), ms=measured(*strict))
    async with running(home, settings=QUICK_BUILD) as product, product.rest() as admin:
        state = (await admin.put(PATH, json={"tolerated": 0.1})).json()
        few, enough, none = (line(state, code) for code in ("en", "ms", "zh-Hans"))
        assert (few["enough"], few["offers"], few["in_force"]["by"]) == (False, [], "setting")
        assert (enough["enough"], enough["in_force"]["by"]) == (True, "choice")
        assert enough["in_force"]["threshold"] == 1
        assert (none["questions"], none["in_force"]["by"]) == (0, "setting")
        assert (none["in_force"]["answered"], none["by_setting"]) == (None, None)
        assert (await decisions(product, "en", RECEIPT))[0] == "answer"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"tolerated": 5}, "from 0 to 0.5"),
        ({"tolerated": -0.1}, "from 0 to 0.5"),
        ({"tolerated": "0.1"}, "tolerated"),
        ({"tolerated": True}, "tolerated"),
        ({}, "tolerated"),
        ({"tolerated": 0.1, "locale": "en"}, "locale"),
    ],
)
async def test_a_wrong_tolerance_is_refused_with_a_reason(
    product: Product, admin: httpx.AsyncClient, body: dict[str, Any], said: str
) -> None:
    answer = await admin.put(PATH, json=body)
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]
    assert (await admin.get(PATH)).json()["tolerated"] is None


async def test_without_an_index_nothing_was_measured(admin: httpx.AsyncClient) -> None:
    state = (await admin.get(PATH)).json()
    assert [one["locale"] for one in state["locales"]] == ["en", "zh-Hans", "zh-Hant", "ms"]
    assert {one["questions"] for one in state["locales"]} == {0}
    assert {one["with_questions"] for one in state["locales"]} == {8}


async def test_only_admins_choose(product: Product, stranger: httpx.AsyncClient) -> None:
    async with product.rest("Aina") as agent:
        assert (await agent.get(PATH)).status_code == 403
        assert (await agent.put(PATH, json={"tolerated": 0.1})).status_code == 403
    assert (await stranger.get(PATH)).status_code == 401
