"""Listens to what customers ask about, and proposes an incident to the admins when it rises."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.engine import Connection as Tx

from bot.company import Company
from bot.errors import BotError
from bot.reply import Reply
from bot.storage.engine import Database
from retrieval.incidents import sensor_counts, sensor_proposals
from retrieval.incidents.sensor import Sensor
from retrieval.incidents.sensor_proposals import Proposal
from retrieval.incidents.sensor_settings import SensorSettings

logger = structlog.get_logger()


class Sensing:
    """Counts questions and looks at the counts. What it proposes reaches no customer."""

    def __init__(
        self,
        database: Database,
        company: Company,
        settings: SensorSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._db = database
        self._settings = settings
        self._now = now
        self._sensor = Sensor(settings, tuple(company.component_names()), company.zone)
        self._bucket = -1

    def noticed(self, tx: Tx, conversation_id: str, position: int, reply: Reply) -> None:
        """Count the question that this reply is for, in the transaction that stores the reply."""
        if reply.decision == "courtesy":
            return
        sensor_counts.count(
            tx,
            conversation_id=conversation_id,
            position=position,
            components=reply.about,
            at=self._now(),
        )

    async def run(self) -> None:
        """Look until cancelled; a look that fails is logged, and the next one comes."""
        while True:
            try:
                if await self._db.leads():
                    await self.look()
            except BotError as error:
                logger.warning("sensor_look_failed", code=error.code)
            except Exception:
                logger.exception("sensor_look_failed")
            await asyncio.sleep(self._settings.look_seconds)

    async def look(self) -> list[Proposal]:
        """Look once; gives the proposals that are new."""
        now = self._now()
        bucket = sensor_counts.bucket_of(now)
        if new_bucket := bucket != self._bucket:
            await self._db.write(lambda tx: self._turn_over(tx, now))
            self._bucket = bucket
        seen = await self._db.read(lambda tx: self._sensor.look(tx, now))
        if not seen.rises and not new_bucket:
            return []
        made = await self._db.write(lambda tx: self._sensor.propose(tx, seen))
        for one in made:
            logger.warning("incident_proposed", proposal=one.id, component=one.component)
        return made

    def _turn_over(self, tx: Tx, now: datetime) -> None:
        """Five minutes have begun: they are watched, and what is too old is forgotten."""
        sensor_counts.watch(tx, now)
        sensor_counts.prune(tx, now, self._settings.weeks)


def open_proposals(tx: Tx) -> list[Proposal]:
    """What waits for an admin's decision, latest first."""
    return sensor_proposals.listing(tx, state=sensor_proposals.OPEN)
