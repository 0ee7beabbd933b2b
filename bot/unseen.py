"""A message without words: the bot cannot look at pictures and files, and says so."""

from dataclasses import replace
from time import perf_counter

from bot.answering import words
from bot.observing import Asked
from bot.reply import Reply, Responder, for_staff
from handoff.policy import Observation, decide


def is_wordless(asked: Asked) -> bool:
    """Whether all that is open are attachments; what stands beside words is answered by those."""
    return not asked.text and asked.attachments > 0


def reply(asked: Asked, responder: Responder) -> Reply:
    """That only people can look at it, with the offer of one; a person after too many of these.

    The same limits decide as for any question that the bot cannot answer. Reads the database.
    """
    started = perf_counter()
    language = asked.previous or asked.hint or responder.company.languages[0]
    seen = Observation(
        failed_in_a_row=asked.failed_in_a_row + 1,
        clarified=asked.clarified,
        broken=asked.broken,
        returned=asked.returned,
    )
    escalation = decide(seen, responder.settings)
    if escalation is not None:
        made = Reply("handoff", language, escalation=escalation)
    else:
        person = responder.available()
        said = words.unseen(language, person, responder.now(), responder.company.zone)
        made = Reply("unsure", language, said, offer_person=True, person=person)
    ms = (perf_counter() - started) * 1000
    return replace(made, staff=for_staff(asked, None, made, ms))
