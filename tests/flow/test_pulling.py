"""An article is pulled in an emergency: from then on nobody is told what it says."""

import asyncio
from pathlib import Path

import httpx
import pytest

from bot.answering.answer import Answer, Citation, Draft, Question
from retrieval.search import Evidence
from tests.clients import WAIT
from tests.commands import Ended, handrail
from tests.product import Product, running

ARTICLE = "payments-charged-twice"
QUESTION = "the payment went through twice"
# Long enough that the server would not have noticed by itself: what is pulled is gone at once.
SLOW = {"retrieval": {"recheck": "PT1H"}}


def pull(home: Path, *words: str) -> Ended:
    """Pull the article on the command line, as somebody beside the running server does."""
    words = ("articles", "pull", ARTICLE, *words, "--home", str(home))
    return handrail(*words, home=home / "another")


async def everywhere(product: Product, rest: httpx.AsyncClient) -> dict[str, str]:
    """What each door says about the question, as text."""
    async with product.customer() as customer:
        chat = str((await customer.ask(QUESTION))["data"])
    said = {"chat": chat}
    for name, path, asked in (
        ("admin", "/api/admin/ask", {"q": QUESTION, "locale": "en"}),
        ("console", "/api/console/search", {"q": QUESTION, "locale": "en"}),
        ("suggestions", "/api/suggest", {"q": "charged twice", "locale": "en"}),
        ("articles", "/api/articles", {"locale": "en"}),
        ("help", "/help/en", {}),
        ("page", f"/help/en/{ARTICLE}", {}),
    ):
        answer = await rest.get(path, params=asked)
        said[name] = answer.text if answer.status_code == 200 else ""
    return said


@pytest.mark.parametrize("way", ["command", "page"])
async def test_what_is_pulled_is_said_nowhere_from_then_on(home: Path, way: str) -> None:
    async with running(home, settings=SLOW) as product, product.rest() as rest:
        before = await everywhere(product, rest)
        assert [name for name, said in before.items() if ARTICLE not in said] == []
        if way == "command":
            done = await asyncio.to_thread(
                pull, home, "--locale", "en", "--yes", "--by", "Aina", "--reason", "It is wrong."
            )
            assert (done.returncode, "Pulled" in done.stdout) == (0, True), done.stderr
        else:
            path = f"/api/admin/articles/{ARTICLE}/en"
            done_here = await rest.delete(path, params={"reason": "It is wrong."})
            assert done_here.status_code == 200, done_here.text
        after = await everywhere(product, rest)
        assert [name for name, said in after.items() if f"en/{ARTICLE}" in said] == []
        lines = (await rest.get(f"/api/admin/articles/{ARTICLE}/en/versions")).json()
    pulled = lines[0]["pulled"]
    who = "Aina" if way == "command" else "Admin"
    assert (pulled["author"], pulled["reason"], pulled["source"]) == (who, "It is wrong.", None)
    assert lines[0]["published"] is False


class Waiting:
    """An answerer that quotes the best passage, the first time only once it is let."""

    name = "waiting"

    def __init__(self) -> None:
        self.began, self.go = asyncio.Event(), asyncio.Event()

    async def answer(self, question: Question, evidence: Evidence, draft: Draft) -> Answer:
        """Quote what was found."""
        self.began.set()
        await self.go.wait()
        passage = evidence.found[0].passage
        return Answer(f"{passage.text} [1]", (Citation.of(passage),))

    async def close(self) -> None:
        """Nothing to give back."""


async def test_an_answer_that_was_being_written_meanwhile_does_not_quote_it(home: Path) -> None:
    slow = Waiting()
    async with (
        running(home, answerer=slow) as product,
        product.rest() as rest,
        product.customer() as customer,
    ):
        said = await customer.say(QUESTION)
        await asyncio.wait_for(slow.began.wait(), WAIT)
        answer = await rest.delete(f"/api/admin/articles/{ARTICLE}")
        assert {one["locale"] for one in answer.json()} == {"en", "zh-Hans", "zh-Hant", "ms"}
        slow.go.set()
        outcome = await customer.outcome(said["position"])
    assert ARTICLE not in str(outcome["data"])


async def test_the_command_asks_first_and_says_what_it_cannot_pull(home: Path) -> None:
    unsure = await asyncio.to_thread(pull, home)
    assert unsure.returncode == 130, "nobody said yes"
    assert "Take payments-charged-twice (en, ms, zh-Hans, zh-Hant) out of" in unsure.stdout
    sure = await asyncio.to_thread(pull, home, "--yes")
    assert sure.returncode == 0, sure.stderr
    again = await asyncio.to_thread(pull, home, "--yes")
    assert (again.returncode, "is not published" in again.stdout) == (0, True)
    wrong = await asyncio.to_thread(pull, home, "--yes", "--locale", "fr")
    assert (wrong.returncode, "--locale is 'fr'" in wrong.stderr) == (1, True)
    words = ("articles", "history", ARTICLE, "--home", str(home))
    history = await asyncio.to_thread(handrail, *words, home=home / "another")
    assert history.returncode == 0, history.stderr
    assert history.stdout.count("pulled ") == 4
