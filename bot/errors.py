"""What can go wrong in the application itself.

BotError
├── NotFound            no such thing, or not yours: the two are not told apart
├── NotHolder           somebody else has this conversation
├── Closed              the conversation is over
├── NotWaiting          nobody can claim it as it is
├── TooLate             it is done and cannot be taken back
├── BadTime             a conversation cannot be put off until then
├── NobodyWaits         the group that was to be answered is empty
├── AlreadyRated        a conversation is rated once
├── BadText             a message that cannot be stored or shown
├── NoTolerance         no share of wrong answers that can be tolerated
├── Forbidden           the role may not do this
├── NotSignedIn         no valid session, token or ticket
├── IdentityRequired    only identified customers may write here
├── IdentityRefused     the token that should say who the customer is cannot be believed
│   └── IdentityExpired it was right once; a new one is needed
├── RateLimited         too much from one stranger
├── Unavailable         the database cannot store now; nothing was stored
└── SetupError          the server cannot start as it is set up
"""


class BotError(Exception):
    """Base of the application's errors; `code` is what programs read, the text is for people."""

    code = "error"


class NotFound(BotError):
    """No such thing for this principal: whether it exists for another is not said."""

    code = "not_found"


class NotHolder(BotError):
    """Only who holds the conversation may do this."""

    code = "not_holder"


class Closed(BotError):
    """The conversation is over and takes nothing more of this kind."""

    code = "closed"


class NotWaiting(BotError):
    """The conversation is neither in the queue nor with the bot, so it cannot be claimed."""

    code = "not_waiting"


class TooLate(BotError):
    """What is to be taken back is done already."""

    code = "too_late"


class BadTime(BotError):
    """A conversation cannot be put off until then."""

    code = "bad_time"


class NobodyWaits(BotError):
    """Nobody is in the group who could be told anything, so nothing was stored."""

    code = "nobody_waits"


class AlreadyRated(BotError):
    """A conversation is rated once."""

    code = "already_rated"


class BadText(BotError):
    """The text of a message cannot be taken; `code` says which way."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NoTolerance(BotError):
    """The share of wrong answers lies outside what can be chosen."""

    code = "bad_tolerance"

    def __init__(self, given: float, most: float) -> None:
        super().__init__(
            f"{given:g} is no share of wrong answers to tolerate: give a number from 0 to {most:g} "
            f"(0.05 is 5 %), or null to leave it to the setting handoff.min_confidence."
        )


class Forbidden(BotError):
    """The role of this person does not allow it."""

    code = "forbidden"


class NotSignedIn(BotError):
    """No session, or one that has ended."""

    code = "not_signed_in"


class IdentityRequired(BotError):
    """Only customers whom the site vouches for may write; the help centre stays open."""

    code = "identity_required"


class IdentityRefused(BotError):
    """The token cannot be believed: the text tells the site's developers what is wrong with it."""

    code = "identity_refused"


class IdentityExpired(IdentityRefused):
    """The token, or the session that began with it, is too old: a new one is needed."""

    code = "identity_expired"


class RateLimited(BotError):
    """Too many in too short a time."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(BotError):
    """The database could not store it and nothing was stored; try the same call again later."""

    code = "unavailable"
    retry_after = 2.0


class SetupError(BotError):
    """The server cannot start; the text says what to change."""

    code = "setup"
