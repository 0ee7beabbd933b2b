"""Reload, lose the network, restart the server: nothing lost, nothing twice, on both sides."""

from pathlib import Path

from tests.product import Product, running


async def test_a_reload_shows_the_whole_conversation(product: Product) -> None:
    async with product.customer() as customer:
        await customer.ask("the payment went through twice")
        token, conversation = customer.token, customer.conversation
        before = customer.log_of(conversation or "")
    async with product.customer(token=token) as reloaded:
        await reloaded.event("bot.answered")
        assert reloaded.conversation == conversation
        assert reloaded.log_of(conversation or "") == before


async def test_a_lost_connection_resumes_from_the_last_position(product: Product) -> None:
    async with product.agent("Aina") as agent, product.customer() as customer:
        await customer.ask("let me talk to someone")
        conversation = customer.conversation or ""
        await agent.act("claim", conversation=conversation)
        await customer.event("agent.joined")
        seen = len(customer.log_of(conversation))
        await customer.cut()
        for number in range(5):
            await agent.act("say", conversation=conversation, text=f"line {number}")
        frames_before = len(customer.frames)
        await customer.connect()
        await customer.event("agent.said", text="line 4")
        resent = [
            item
            for frame in customer.frames[frames_before:]
            if frame["type"] == "events"
            for item in frame["items"]
        ]
    assert [item["position"] for item in resent] == list(range(seen + 1, seen + 6))
    assert product.breaches() == []


async def test_a_message_sent_again_is_stored_once(product: Product) -> None:
    async with product.customer() as customer:
        first = await customer.say("the payment went through twice", "once")
        await customer.cut()
        await customer.connect()
        second = await customer.say("the payment went through twice", "once")
        await customer.outcome(first["position"])
        log = customer.log_of(customer.conversation or "")
    assert (first["position"], first["conversation"]) == (
        second["position"],
        second["conversation"],
    )
    assert [event["kind"] for event in log].count("customer.said") == 1
    assert product.breaches() == []


async def test_what_is_sent_again_after_starting_over_stands_where_it_stood(
    product: Product,
) -> None:
    async with product.customer() as customer:

        async def outbox() -> list[tuple[str, int]]:
            """What a widget sends again, in its order, until it is told that it is stored."""
            told = [
                await customer.say("the payment went through twice", "first"),
                await customer.answer_to({"type": "start_over", "id": "over"}),
                await customer.say("how long does a refund take", "second"),
            ]
            return [(answer["conversation"], answer["position"]) for answer in told]

        before = await outbox()
        await customer.outcome(before[2][1])
        await customer.cut()
        await customer.connect()
        assert await outbox() == before
    assert before[0][0] == before[1][0] != before[2][0]
    assert product.breaches() == []


async def test_a_restart_in_the_middle_loses_nothing(home: Path) -> None:
    async with (
        running(home) as product,
        product.customer() as customer,
        product.agent("Aina") as agent,
    ):
        await customer.ask("let me talk to someone")
        conversation = customer.conversation or ""
        await agent.act("claim", conversation=conversation)
        await agent.act("say", conversation=conversation, text="before the restart")
        await customer.event("agent.said")
        token, log_name = customer.token, customer.frames[0]["log"]
    async with (
        running(home) as product,
        product.customer(token=token) as customer,
        product.agent("Aina") as agent,
    ):
        assert customer.frames[0]["log"] == log_name
        assert customer.frames[0]["conversation"]["holder"] == "agent"
        await customer.event("agent.said", text="before the restart")
        done = await agent.act("say", conversation=conversation, text="after it")
        assert done["type"] == "ok", "the claim outlives the restart"
        await customer.event("agent.said", text="after it")


async def test_a_turn_that_died_is_taken_again_after_a_restart(home: Path) -> None:
    slow = {"turn": {"quiet": "PT30S"}}
    async with running(home, settings=slow) as product, product.customer() as customer:
        ack = await customer.say("the payment went through twice")
        token = customer.token
    async with running(home) as product, product.customer(token=token) as customer:
        answer = await customer.outcome(ack["position"])
    assert answer["kind"] == "bot.answered"


async def test_a_turn_whose_lease_ran_out_is_taken_again(home: Path) -> None:
    async with running(home, settings={"turn": {"quiet": "PT0.02S"}}) as product:
        turns = product.parts.turns
        turns.closing = True  # as if the process that took the message had died
        async with product.customer() as customer:
            ack = await customer.say("the payment went through twice")
            turns.closing = False
            product.clock.pass_(seconds=60)
            answer = await customer.outcome(ack["position"])
    assert answer["kind"] == "bot.answered"
