"""A model that fails in every way: the help centre is quoted instead, in time, once."""

import asyncio

import pytest

from tests.bot.answering.asking import (
    EVIDENCE,
    GOOD,
    HASTY,
    PATIENT,
    QUESTION,
    Clock,
    answerer,
    ask,
    is_fallback,
)
from tests.bot.answering.model_server import (
    ModelServer,
    Play,
    Reply,
    breaks,
    fails,
    never_answers,
    resets_at_once,
    says,
    sends,
)

TOOL = {
    "index": 0,
    "id": "t",
    "type": "function",
    "function": {"name": "refund", "arguments": "{}"},
}


async def calls_a_tool(reply: Reply) -> None:
    await reply.head()
    await reply.delta(role="assistant", content=None, tool_calls=[TOOL])
    await reply.silence()


async def calls_a_tool_after_words(reply: Reply) -> None:
    await reply.head()
    await reply.delta(role="assistant", content="".join(GOOD))
    await reply.delta(tool_calls=[TOOL])
    await reply.end("tool_calls")


async def calls_a_function(reply: Reply) -> None:
    await reply.head()
    await reply.delta(role="assistant", function_call={"name": "refund", "arguments": ""})
    await reply.end("function_call")


async def keeps_alive_without_words(reply: Reply) -> None:
    await reply.head()
    while True:
        await reply.raw(b": ping\n\n")
        await reply.delta(role="assistant", content="")
        await asyncio.sleep(0.01)


async def keeps_talking(reply: Reply) -> None:
    await reply.head()
    while True:
        await reply.delta(role="assistant", content="word ")
        await asyncio.sleep(0.05)


async def floods(reply: Reply) -> None:
    await reply.head()
    while True:
        await reply.delta(content="A hold is released [1]. " * 200)


FRENCH = "Votre banque libère le montant bloqué en quelques jours ouvrables [1]."
MALAY = "Bank anda akan melepaskan pegangan itu dalam beberapa hari bekerja [1]."
CHUNK = '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,'
SURROGATE = CHUNK + '"delta":{"content":"\\ud800 [1]"},"finish_reason":"stop"}]}'


@pytest.mark.parametrize(
    ("play", "code"),
    [
        (says("I can't say.", ending="content_filter"), "model_refused"),
        (says("NO_ANSWER"), "model_refused"),
        (fails(400, {"error": {"message": "filtered", "code": "content_filter"}}), "model_refused"),
        (fails(500), "model_unreachable"),
        (fails(503, retry_after="2"), "model_unreachable"),
        (fails(429), "model_unreachable"),
        (fails(401), "model_unreachable"),
        (fails(404), "model_unreachable"),
        (fails(307, location="/elsewhere"), "model_unreachable"),
        (sends('{"error": {"message": "overloaded", "code": 1}}'), "model_unreachable"),
        (resets_at_once, "model_unreachable"),
        (breaks(*GOOD[:1], how="reset"), "model_unreachable"),
        (breaks(*GOOD, how="reset"), "model_unreachable"),
        (breaks(*GOOD, how="end"), "model_unreachable"),
        (sends(b""), "model_rubbish"),
        (never_answers, "model_stalled"),
        (breaks(how="silence"), "model_stalled"),
        (breaks(*GOOD[:1], how="silence"), "model_stalled"),
        (breaks(*GOOD, how="silence"), "model_stalled"),
        (keeps_alive_without_words, "model_stalled"),
        (keeps_talking, "model_stalled"),
        (says(), "model_rubbish"),
        (says("  \n "), "model_rubbish"),
        (says("x" * 1_000_000), "model_rubbish"),
        (says("A hold is released [1]. " * 1000), "model_rubbish"),
        (floods, "model_rubbish"),
        (sends("{not json"), "model_rubbish"),
        (sends("[1, 2, 3]"), "model_rubbish"),
        (sends('"text"'), "model_rubbish"),
        (sends(b"data: \xff\xfe{\n\n"), "model_rubbish"),
        (sends(SURROGATE), "model_rubbish"),
        (says("A hold\x00 is released [1]."), "model_rubbish"),
        (says(*GOOD, ending="length"), "model_rubbish"),
        (calls_a_tool, "model_rubbish"),
        (calls_a_tool_after_words, "model_rubbish"),
        (calls_a_function, "model_rubbish"),
        (says("您的銀行會在幾個工作天內取消預授權 [1]。"), "model_rubbish"),
        (says(FRENCH), "model_rubbish"),
        (says(MALAY), "model_rubbish"),
        (says("Your bank releases the hold by itself."), "model_uncited"),
        (says("I'm sorry, I cannot help with that."), "model_uncited"),
        (says("Your bank releases the hold [7]. It is quick [9]."), "model_uncited"),
        (says("Your bank releases the hold in 14 days [1]."), "model_uncited"),
    ],
)  # fmt: skip
async def test_whatever_goes_wrong_the_help_centre_is_quoted(
    server: ModelServer, play: Play, code: str
) -> None:
    server.plays = [play]
    patience = HASTY if code == "model_stalled" else PATIENT
    async with answerer(server, patience=patience) as made:
        answer, _ = await ask(made)
        await server.hung_up()  # before the answerer is closed
    assert is_fallback(answer, code)
    assert len(server.requests) <= 1, "nothing is tried twice"


async def test_nobody_listening_is_unreachable(server: ModelServer) -> None:
    async with answerer(server) as made:
        await server.stop()
        answer, _ = await ask(made)
    assert is_fallback(answer, "model_unreachable")


@pytest.mark.parametrize("cut_after", range(1, 4))
async def test_half_an_answer_is_never_final(server: ModelServer, cut_after: int) -> None:
    server.plays = [breaks(*GOOD[:cut_after], how="reset")]
    async with answerer(server) as made:
        answer, _ = await ask(made)
    assert is_fallback(answer, "model_unreachable")


async def test_cancelling_hangs_up(server: ModelServer) -> None:
    server.plays = [breaks(*GOOD[:1], how="silence"), says(*GOOD)]
    async with answerer(server) as made:
        asked = asyncio.create_task(made.answer(QUESTION, EVIDENCE, lambda _: None))
        await server.asked(1)
        await asyncio.sleep(0.05)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await server.hung_up()
        answer, _ = await ask(made)
    assert answer.degraded is None


async def test_an_outage_costs_no_waiting(server: ModelServer) -> None:
    clock = Clock()
    server.plays = [never_answers]
    async with answerer(server, patience=HASTY, clock=clock) as made:
        for _ in range(3):
            answer, _ = await ask(made)
            assert answer.degraded == "model_stalled"
        clock.now += 29
        for _ in range(100):
            answer, _ = await ask(made)
            assert is_fallback(answer, "model_unreachable")
    assert len(server.requests) <= 3, "nobody waited for the model again"


async def test_after_a_rest_one_call_looks_whether_the_model_is_back(server: ModelServer) -> None:
    clock = Clock()
    server.plays = [fails(500)]
    async with answerer(server, clock=clock) as made:
        for _ in range(3):
            await ask(made)
        clock.now += 31
        await asyncio.gather(*(ask(made) for _ in range(5)))
        assert len(server.requests) == 4, "one probe"
        await ask(made)
        assert len(server.requests) == 4, "it failed, so there is another rest"

        clock.now += 31
        server.plays = [says(*GOOD)]
        for _ in range(2):
            answer, _ = await ask(made)
            assert answer.degraded is None


async def test_a_cancelled_probe_does_not_block_the_next(server: ModelServer) -> None:
    clock = Clock()
    server.plays = [fails(500), fails(500), fails(500), never_answers, says(*GOOD)]
    async with answerer(server, clock=clock) as made:
        for _ in range(3):
            await ask(made)
        clock.now += 31
        probe = asyncio.create_task(made.answer(QUESTION, EVIDENCE, lambda _: None))
        await server.asked(4)
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        answer, _ = await ask(made)
    assert answer.degraded is None


async def test_answers_that_cannot_be_used_are_no_outage(server: ModelServer) -> None:
    server.plays = [says("No mark.")]
    async with answerer(server) as made:
        for _ in range(5):
            answer, _ = await ask(made)
            assert answer.degraded == "model_uncited"
    assert len(server.requests) == 5


async def test_a_busy_model_is_left_alone_as_long_as_it_asks(server: ModelServer) -> None:
    clock = Clock()
    server.plays = [fails(429, retry_after="7"), says(*GOOD)]
    async with answerer(server, clock=clock) as made:
        await ask(made)
        answer, _ = await ask(made)
        assert answer.degraded == "model_unreachable"
        clock.now += 7.1
        answer, _ = await ask(made)
        assert answer.degraded is None
    assert len(server.requests) == 2


async def test_only_so_many_are_asked_at_once(server: ModelServer) -> None:
    async def waits_for_another(reply: Reply) -> None:
        await server.asked(2)
        await says(*GOOD, pause=0.02)(reply)

    server.plays = [waits_for_another]
    async with answerer(server, at_once=2) as made:
        answers = await asyncio.gather(*(ask(made) for _ in range(8)))
    assert server.most_open == 2
    assert all(answer.degraded is None for answer, _ in answers)


async def test_who_waits_too_long_for_a_place_is_quoted_to(server: ModelServer) -> None:
    server.plays = [says(*GOOD)]
    hasty = PATIENT | {"first_token_seconds": HASTY["first_token_seconds"]}
    async with answerer(server, at_once=1, patience=hasty) as made:
        async with made._room:  # the only place is somebody else's
            answers = await asyncio.gather(*(ask(made) for _ in range(2)))
        assert [answer.degraded for answer, _ in answers] == ["model_stalled"] * 2
        assert server.requests == [], "they gave up before there was room"
