"""The parts of a running application, put together in `app.py` and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.attachments.keeping import Attachments
from bot.clock import Clock
from bot.company import Company
from bot.confidence import Confidence
from bot.desk import Desk
from bot.feeds import Feeds
from bot.identifying import Identifying
from bot.importing import Importing
from bot.indexing import Indexing
from bot.limits import Limits
from bot.live.broker import Broker
from bot.live.hub import Hub
from bot.live.looking import Looking
from bot.live.queue_watch import QueueWatch
from bot.reply import Responder
from bot.sensing import Sensing
from bot.settings import Settings
from bot.similar import SolvedBefore
from bot.storage.engine import Database
from bot.supervising import Supervising
from bot.turn import Turns
from retrieval.incidents.board import Board
from retrieval.index import Index


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a door needs to reach."""

    settings: Settings
    database: Database
    company: Company
    index: Index
    indexing: Indexing
    importing: Importing
    board: Board
    confidence: Confidence
    responder: Responder
    turns: Turns
    identifying: Identifying
    sensing: Sensing
    solved: SolvedBefore
    desk: Desk
    clock: Clock
    feeds: Feeds
    hub: Hub
    queue: QueueWatch
    looking: Looking
    supervising: Supervising
    limits: Limits
    attachments: Attachments
    now: Callable[[], datetime]
    log_id: str
    broker: Broker
