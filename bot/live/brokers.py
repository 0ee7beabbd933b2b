"""Which broker carries the news: the settings say."""

from importlib.util import find_spec

from bot.errors import SetupError
from bot.live.broker import Broker, MemoryBroker


def make_broker(redis_url: str, log_id: str) -> Broker:
    """Redis where its address is set, memory else; raises SetupError when Redis cannot be used.

    A Redis that is away is no reason not to start: it carries hints only.
    """
    if not redis_url:
        return MemoryBroker()
    if find_spec("redis") is None:
        raise SetupError(
            "HANDRAIL_LIVE__REDIS_URL is set, and Redis' client is not installed. Run "
            "`pip install 'handrail[scale]'`."
        )
    from bot.live.redis import RedisBroker  # needs the extra `scale`

    return RedisBroker(redis_url, log_id)
