"""What stands beside a conversation: solved ones like it, and how the customer's mood went."""

import asyncio
from typing import Any

import pytest

from tests.clients import WAIT, AgentClient, CustomerClient
from tests.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWER = (
    "Hi Wei Ming, your parking receipt for SP-7K2M4Q was sent to the wrong garage; I have asked "
    "garage Utara to stamp it again, and mailed the copy to wm.tan@example.com."
)


async def solve(
    product: Product, customer: CustomerClient, agent: AgentClient, said: str, answer: str
) -> str:
    """A customer asks, an agent answers and resolves; gives the conversation."""
    assert (await customer.say(said))["type"] == "ack"
    conversation = customer.conversation or ""
    await agent.act("claim", conversation=conversation)
    await agent.act("say", conversation=conversation, text="One moment, please.")
    await agent.act("say", conversation=conversation, text=answer)
    done = await agent.act("resolve", conversation=conversation)
    assert done["type"] == "ok", done
    return conversation


async def similar(product: Product, conversation: str, **query: Any) -> list[dict[str, Any]]:
    async with product.rest("Aina") as rest:
        answer = await rest.get(f"/api/console/conversations/{conversation}/similar", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def learned(product: Product, conversation: str) -> list[dict[str, Any]]:
    """What is found for the conversation, once what was solved before it is learned."""
    async with asyncio.timeout(WAIT):
        while await product.parts.solved.learn():
            pass
    return await similar(product, conversation)


async def test_what_helped_before_is_shown_without_personal_data(shared: Product) -> None:
    asked = "my parking receipt was stamped by the wrong garage, booking SP-7K2M4Q"
    async with shared.customer() as before, shared.customer() as now, shared.agent() as aina:
        solved = await solve(shared, before, aina, asked, ANSWER)
        await now.say("The garage put a wrong stamp on the parking receipt I got")
        found = await learned(shared, now.conversation or "")

        assert [one["conversation"] for one in found] == [solved]
        shown = found[0]
        assert "garage Utara to stamp it again" in shown["answer"]
        for private in ("Wei Ming", "7K2M4Q", "wm.tan", "example.com"):
            assert private not in shown["answer"] + shown["question"]
        assert (shown["agent"], shown["own"]) == ("Aina", False)

        # One that is taken up again is no model for anybody until it is solved again.
        await before.say("It is wrong again")
        assert await similar(shared, now.conversation or "") == []
        await aina.act("claim", conversation=solved)
        await aina.act("say", conversation=solved, text="Garage Selatan does it from now on.")
        await aina.act("resolve", conversation=solved)
        again = await learned(shared, now.conversation or "")
        # The matter began anew: its question is the second one, which is like nothing here.
        assert again == []


async def test_ones_own_are_shown_only_on_demand_and_other_matters_never(shared: Product) -> None:
    async with shared.customer() as one, shared.agent() as aina:
        first = await solve(
            shared, one, aina, "The violin case I lent is scratched", "We repair violin cases."
        )
        # A customer's messages go on in one conversation until they start over.
        await one.answer_to({"type": "start_over", "id": one.next_id()})
        await one.say("Somebody scratched the violin case again")
        mine = one.conversation or ""
        assert mine != first
        assert await learned(shared, mine) == []
        own = await similar(shared, mine, own=True)
        assert [(one["conversation"], one["own"]) for one in own] == [(first, True)]
        async with shared.customer() as other:
            await other.say("How do I change the name on my ticket?")
            assert await similar(shared, other.conversation or "") == []


async def test_nothing_is_learned_where_the_agent_says_that_nothing_was_solved(
    shared: Product,
) -> None:
    async with shared.customer() as one, shared.customer() as other, shared.agent() as aina:
        await one.say("The trumpet mouthpiece froze on the glacier walk")
        conversation = one.conversation or ""
        await aina.act("claim", conversation=conversation)
        await aina.act("say", conversation=conversation, text="Which trumpet mouthpiece was it?")
        done = await aina.act("resolve", conversation=conversation, why="no_answer")
        assert done["type"] == "ok", done
        await other.say("My trumpet mouthpiece froze on the glacier walk")
        assert await learned(shared, other.conversation or "") == []


async def test_a_colleague_may_look_and_a_stranger_may_not(shared: Product) -> None:
    async with shared.rest("Aina") as rest:
        for what in ("similar", "mood"):
            missing = await rest.get(f"/api/console/conversations/nobody/{what}")
            assert missing.status_code == 404
            rest_free = await rest.get(
                f"/api/console/conversations/nobody/{what}", headers={"cookie": ""}
            )
            assert rest_free.status_code == 401


@pytest.mark.parametrize(
    ("calm", "angry", "locale"),
    [
        ("How do I change a seat?", "THIS IS USELESS!!! You are a joke, I am furious", "en"),
        ("请问怎么改座位？", "太差劲了！！！气死我了，你们就是骗子", "zh-Hans"),
        ("Macam mana tukar tempat duduk?", "Teruk betul!!! Saya marah sangat, menipu!", "ms"),
    ],
)
async def test_the_mood_is_told_message_by_message(
    shared: Product, calm: str, angry: str, locale: str
) -> None:
    async with shared.customer(locale) as customer, shared.rest("Aina") as rest:
        await customer.ask(calm)
        await customer.ask(angry)
        answer = await rest.get(f"/api/console/conversations/{customer.conversation}/mood")
    first, last = answer.json()
    assert (first["word"], first["evidence"]) == ("calm", [])
    assert last["word"] in ("annoyed", "angry")
    assert last["value"] > first["value"]
    assert last["position"] > first["position"]
