"""A person takes over: asked for or needed, with everything known, and the bot falls silent."""

import asyncio
from pathlib import Path

import pytest

from bot.answering.answerers.scripted import ScriptedAnswerer
from tests.clients import CustomerClient, row
from tests.product import Product, running, until

ASKS = {
    "en": "let me talk to someone",
    "zh-Hans": "转人工",
    "zh-Hant": "我要找客服",
    "ms": "nak cakap dengan manusia",
}
ANGRY = {
    "en": ["the payment went through twice", "this is useless, you stupid bot!!!"],
    "zh-Hans": ["钱被扣了两次", "你们根本没用！！"],
    "zh-Hant": ["信用卡被刷了兩次", "你們根本沒用！！"],
    "ms": ["kenapa bayaran dicaj dua kali", "bot bodoh, langsung tak guna!!"],
}


@pytest.mark.parametrize("locale", ASKS)
async def test_asking_for_a_person_gets_exactly_one_acknowledgement_and_a_place(
    product: Product, locale: str
) -> None:
    async with product.agent("Aina") as agent, product.customer(locale) as customer:
        await customer.ask("the payment went through twice")
        called = await customer.ask(ASKS[locale])
        assert (called["kind"], called["data"]["reason"]) == ("person.called", "asked_for_person")
        assert called["data"]["language"] == locale
        place = await customer.wait(lambda f: f["type"] == "place")
        assert (place["place"], place["waiting"], place["staffed"]) == (1, 1, True)
        conversation = customer.conversation or ""
        queue = await agent.queue(lambda q: row(q, conversation) is not None)
        assert (row(queue, conversation) or {})["language"] == locale
        dossier = await agent.follow(conversation)
        assert dossier["reason"] == "asked_for_person"
        assert dossier["summary"]
        tried = dossier["tried"]
        assert tried[0]["query"] == "the payment went through twice"
        assert tried[0]["passages"][0]["article"] == "payments-charged-twice"
        assert tried[0]["confidence"] > 0.5
        await agent.event("person.called")
        await product.parts.clock.tick()
        await until(lambda: not product.parts.turns._running)
        said = [one.kind for one in await product.log_of(conversation)]
    assert said.count("person.called") == 1
    assert said[-1] == "person.called", "the acknowledgement is the last word"


async def test_the_place_changes_as_others_are_taken(product: Product) -> None:
    async with (
        product.agent("Aina") as agent,
        product.customer() as first,
        product.customer() as second,
    ):
        await first.ask("let me talk to someone")
        await second.ask("agent please")
        await second.wait(lambda f: f["type"] == "place" and f["place"] == 2)
        done = await agent.act("claim", conversation=first.conversation)
        assert done["type"] == "ok"
        moved = await second.wait(lambda f: f["type"] == "place" and f["place"] == 1)
        assert moved["waiting"] == 1


@pytest.mark.parametrize("locale", ANGRY)
async def test_a_frustrated_customer_gets_a_person_though_the_bot_had_an_answer(
    product: Product, locale: str
) -> None:
    async with product.agent("Aina") as agent, product.customer(locale) as customer:
        question, outburst = ANGRY[locale]
        answered = await customer.ask(question)
        assert answered["kind"] == "bot.answered"
        called = await customer.ask(outburst)
        assert called["kind"] == "person.called"
        assert called["data"]["reason"] == "frustrated"
        dossier = await agent.follow(customer.conversation or "")
        assert dossier["evidence"], "the agent sees why"
        assert dossier["reason_text"]


@pytest.mark.parametrize(
    ("locale", "reason"),
    [("en", "person"), ("ms", "Pelanggan"), ("zh-Hans", "客户"), ("zh-Hant", "客戶")],
)
async def test_the_dossier_speaks_the_language_of_the_page(
    product: Product, locale: str, reason: str
) -> None:
    """Not the agent's first one: what stands around it is in the page's language, too."""
    async with product.customer() as customer, product.agent("Aina") as agent:
        await customer.ask("can I talk to someone about booking SP-48213")
        await agent.close()
        await agent.connect(locale=locale)
        dossier = await agent.follow(customer.conversation or "")
        assert reason in dossier["reason_text"]


async def test_two_agents_claim_at_once_and_one_wins(product: Product) -> None:
    async with (
        product.agent("Aina") as one,
        product.agent("Wei Ling") as other,
        product.customer() as customer,
    ):
        await customer.ask("let me talk to someone")
        results = await asyncio.gather(
            one.act("claim", conversation=customer.conversation),
            other.act("claim", conversation=customer.conversation),
        )
        winner = next(r for r in results if r["type"] == "ok")
        loser = next(r for r in results if r["type"] == "error")
        assert winner["position"]
        assert loser["code"] == "already_claimed"
        winner_agent = one if results[0] is winner else other
        assert loser["data"]["agent"]["name"] == winner_agent.agent.name
        joined = await customer.event("agent.joined")
        assert joined["data"]["agent"]["name"] == winner_agent.agent.name
        said = await (other if winner_agent is one else one).act(
            "say", conversation=customer.conversation, text="me too"
        )
        assert said["code"] == "not_holder"
    assert product.breaches() == []


async def test_the_bot_is_silent_from_the_claim_on_even_when_it_was_writing(home: Path) -> None:
    slow = ScriptedAnswerer(["Late words [1]"], delay=600, drafts=["Late", "Late words"])
    async with (
        running(home, answerer=slow) as product,
        product.agent("Aina") as agent,
        product.customer() as customer,
    ):
        await customer.say("the payment went through twice")
        await customer.wait(lambda f: f["type"] == "draft")
        done = await agent.act("claim", conversation=customer.conversation)
        assert done["type"] == "ok", done
        await customer.wait(lambda f: f["type"] == "draft_dropped")
        await customer.say("are you there?")
        await product.parts.clock.tick()  # it would give what is still open to the bot
        await until(lambda: not product.parts.turns._running)
        await agent.act("say", conversation=customer.conversation, text="I am.")
        await customer.event("agent.said")
        kinds = [event["kind"] for event in customer.log_of(customer.conversation or "")]
    assert "bot.answered" not in kinds
    assert kinds[-3:] == ["agent.joined", "customer.said", "agent.said"]


async def test_typing_shows_both_ways(product: Product) -> None:
    async with product.agent("Aina") as agent, product.customer() as customer:
        await customer.ask("let me talk to someone")
        await agent.act("claim", conversation=customer.conversation)
        await agent.follow(customer.conversation or "")
        await customer.send({"type": "typing", "on": True})
        seen = await agent.wait(lambda f: f["type"] == "typing")
        assert seen["who"]["kind"] == "customer"
        await agent.send({"type": "typing", "conversation": customer.conversation, "on": True})
        seen = await customer.wait(lambda f: f["type"] == "typing")
        assert seen["who"] == {"kind": "agent", "name": "Aina"}


async def test_note_transfer_give_back_resolve_and_rating(product: Product) -> None:
    async with (
        product.agent("Aina") as aina,
        product.agent("Wei Ling") as wei,
        product.customer() as customer,
    ):
        await customer.ask("let me talk to someone")
        conversation = customer.conversation or ""
        await aina.act("claim", conversation=conversation)
        await _note_stays_with_the_team(aina, customer, conversation)
        moved = await aina.act(
            "transfer", conversation=conversation, to=wei.agent.id, note="speaks Chinese"
        )
        assert moved["type"] == "ok", moved
        assert (await customer.event("conversation.transferred"))["data"]["to"][
            "name"
        ] == "Wei Ling"
        assert (await aina.act("resolve", conversation=conversation))["code"] == "not_holder"
        back = await wei.act("give_back", conversation=conversation)
        assert back["type"] == "ok"
        answered = await customer.ask("how long does a refund take")
        assert answered["kind"] == "bot.answered", "the bot answers the next question"
        assert answered["data"]["citations"][0]["article"] == "refunds-timeline"
        await wei.act("claim", conversation=conversation)
        await wei.act("resolve", conversation=conversation)
        await customer.event("conversation.resolved")
        rated = await customer.answer_to(
            {"type": "rate", "id": "r-1", "score": 5, "comment": "thanks"}
        )
        assert rated["type"] == "ack"
        again = await customer.answer_to({"type": "rate", "id": "r-2", "score": 1, "comment": ""})
        assert again["code"] == "already_rated"
        reopened = await customer.ask("the payment went through twice")
        assert reopened["kind"] == "bot.answered"
        kinds = [event["kind"] for event in customer.log_of(conversation)]
        assert "conversation.reopened" in kinds
    assert product.breaches() == []


async def _note_stays_with_the_team(
    agent: object, customer: CustomerClient, conversation: str
) -> None:
    await agent.follow(conversation)  # type: ignore[attr-defined]
    await agent.act("note", conversation=conversation, text="VIP, careful")  # type: ignore[attr-defined]
    await agent.event("note.written")  # type: ignore[attr-defined]
    await agent.act("say", conversation=conversation, text="Hello, I am Aina.")  # type: ignore[attr-defined]
    await customer.event("agent.said")
    private = [e for e in customer.log_of(conversation) if e["kind"] == "private"]
    assert [event["data"] for event in private] == [{}]
    assert not any("VIP" in str(frame) for frame in customer.frames)


async def test_handoff_and_return_fifty_times(product: Product) -> None:
    async with product.agent("Aina") as agent, product.customer() as customer:
        for _ in range(50):
            called = await customer.ask("let me talk to someone")
            assert called["kind"] == "person.called"
            assert (await agent.act("claim", conversation=customer.conversation))["type"] == "ok"
            back = await agent.act("give_back", conversation=customer.conversation)
            assert back["type"] == "ok"
            answered = await customer.ask("how long does a refund take")
            assert answered["kind"] == "bot.answered"
    assert product.breaches() == []


async def test_an_agent_who_vanishes_gives_the_customer_back_once(product: Product) -> None:
    async with product.customer() as customer:
        async with product.agent("Aina") as agent:
            await customer.ask("let me talk to someone")
            await agent.act("claim", conversation=customer.conversation)
            await customer.event("agent.joined")
        product.clock.pass_(seconds=120)
        requeued = await customer.event("conversation.requeued")
        assert requeued["data"]["reason"] == "agent_away"
        await customer.wait(lambda f: f["type"] == "place" and f["place"] == 1)
        await product.parts.clock.tick()
        kinds = [event["kind"] for event in customer.log_of(customer.conversation or "")]
    assert kinds.count("conversation.requeued") == 1
    assert product.breaches() == []


async def test_the_dossier_says_what_the_page_is_called(product: Product) -> None:
    pay, help_ = "https://shop.example/pay", "https://shop.example/help"
    async with product.agent("Aina") as agent:
        async with product.customer(page=pay, page_title="Pay \x00for\n it ") as customer:
            conversation = (await customer.say("let me talk to someone"))["conversation"]
            await _writes(customer, page=pay, page_title="Pay for it")
            dossier = await agent.follow(conversation)
            assert (dossier["page"], dossier["page_title"]) == (pay, "Pay for it")
            await _writes(customer, page=pay, page_title="Paid")
            await _writes(customer, page=help_)
            token = customer.token
        async with product.customer(token=token, page=help_, page_title="Help") as customer:
            await customer.say("still there")
        told = [one.data.get("page_title") for one in await product.log_of(conversation)]
        said = [one.data for one in await product.log_of(conversation) if one.data.get("page")]
        assert [one for one in told if one] == ["Pay for it", "Paid", "Help"], "each once"
        assert "page_title" not in said[-2], "another page, and nothing said of its title"
        assert (await agent.follow(conversation))["page_title"] == "Help"


async def _writes(customer: CustomerClient, **where: str) -> None:
    frame = {"type": "say", "id": customer.next_id(), "text": "it is about this", **where}
    assert (await customer.answer_to(frame))["type"] == "ack"
