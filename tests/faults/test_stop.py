"""A planned stop: clients hear when to come back, and nothing is lost."""

from pathlib import Path

from tests.clients import CustomerClient
from tests.faults.history import History, check
from tests.faults.server import ServerProcess


async def test_sigterm_says_goodbye_and_the_next_server_goes_on(home: Path) -> None:
    server = ServerProcess(home)
    await server.start()
    history = History()
    customer = CustomerClient(server.ws)
    customer.recorder = history.recorder("customer")
    await customer.connect()
    ack = await customer.say("the payment went through twice")
    seconds = await server.stop()
    goodbye = await customer.wait(lambda f: f["type"] == "going_away")
    assert 0 < goodbye["reconnect_in"] <= 3
    await customer.wait(lambda f: f["type"] == "closed")
    assert customer.closed in (1001, 1012)
    print(f"stopped in {seconds:.2f} s")
    assert seconds <= 30, "8 seconds are for requests, the rest is what a busy machine needs"
    await server.start()
    try:
        await customer.connect()
        answer = await customer.outcome(ack["position"])
        assert answer["kind"] == "bot.answered"
        await customer.close()
    finally:
        await server.kill()
    assert check(home / "handrail.db", history) == []
