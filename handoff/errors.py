"""What can go wrong on the way from bot to person."""

from __future__ import annotations


class HandoffError(Exception):
    """Base of every error of this package; `code` is what crosses the wire."""

    code = "handoff_error"


class AlreadyClaimed(HandoffError):
    """Another agent was faster; the console drops the row and offers the next one."""

    code = "already_claimed"

    def __init__(self, conversation_id: str, agent_id: str, agent_name: str) -> None:
        super().__init__(f"Conversation {conversation_id!r} is already with {agent_name}.")
        self.conversation_id = conversation_id
        self.agent_id = agent_id
        self.agent_name = agent_name


class NotWaiting(HandoffError):
    """The conversation is not in the queue: answered by the bot, resolved, or never there."""

    code = "not_waiting"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id!r} is not in the queue.")
        self.conversation_id = conversation_id


class NotHolder(HandoffError):
    """Somebody else has this conversation now, or nobody has."""

    code = "not_holder"

    def __init__(self, conversation_id: str, agent_id: str) -> None:
        super().__init__(f"Agent {agent_id!r} does not have conversation {conversation_id!r}.")
        self.conversation_id = conversation_id
        self.agent_id = agent_id


class UnknownAgent(HandoffError):
    """No such agent, or an account that was disabled."""

    code = "not_found"

    def __init__(self, agent_id: str) -> None:
        super().__init__(f"There is no agent {agent_id!r}.")
        self.agent_id = agent_id


class AgentUnavailable(HandoffError):
    """The agent to transfer to is not online or has no room."""

    code = "agent_unavailable"

    def __init__(self, agent_id: str, agent_name: str) -> None:
        super().__init__(f"{agent_name} is not online or has no room for another conversation.")
        self.agent_id = agent_id
        self.agent_name = agent_name


class UnknownTeam(HandoffError):
    """No such team: an admin took it away meanwhile."""

    code = "not_found"

    def __init__(self, team_id: str) -> None:
        super().__init__(f"There is no team {team_id!r}.")
        self.team_id = team_id


class TeamNameTaken(HandoffError):
    """Another team has this name already, in whatever capitals."""

    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already a team named {name!r}.")
        self.name = name


class NameTaken(HandoffError):
    """Another agent has this name already, in whatever capitals."""

    code = "name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already an agent named {name!r}.")
        self.name = name


class LastAdmin(HandoffError):
    """The last admin cannot be disabled: nobody could undo it."""

    code = "last_admin"

    def __init__(self, agent_id: str) -> None:
        super().__init__("This is the last admin; make another agent admin first.")
        self.agent_id = agent_id


class InvalidLink(HandoffError):
    """The sign-in link was used, has expired, or never existed; which one is not said."""

    code = "invalid_link"

    def __init__(self) -> None:
        super().__init__("This sign-in link is not valid any more; ask for a new one.")


class BadRule(HandoffError):
    """A handoff rule cannot be read; says which rule and which field."""

    code = "bad_rule"

    def __init__(self, rule: str, field: str, problem: str) -> None:
        where = f"Rule {rule!r}, field {field!r}" if field else f"Rule {rule!r}"
        super().__init__(f"{where}: {problem}")
        self.rule = rule
        self.field = field
        self.problem = problem


class BadModel(HandoffError):
    """A file with trained weights cannot be used; says which one and why."""

    code = "bad_model"

    def __init__(self, path: object, problem: str) -> None:
        super().__init__(
            f"{path} holds no model this program can use: {problem}. "
            "Install Handrail again, or train it anew with `handrail train handoff`."
        )
        self.path = str(path)


class BadData(HandoffError):
    """A file to learn or measure from cannot be read; says which one, where and why."""

    code = "bad_data"

    def __init__(self, path: object, problem: str, line: int | None = None) -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {problem}")
        self.path = str(path)
        self.line = line


class TooFewJudged(HandoffError):
    """Too few past conversations are known to have needed a person, or not to, to choose by."""

    code = "too_few_judged"

    def __init__(self, needed: int, not_needed: int, few: int) -> None:
        super().__init__(
            f"{needed} conversations are known to have needed a person and {not_needed} not to: "
            f"at least {few} of each are needed to choose a limit by them. Let agents judge more "
            "handovers, or set the limit by hand: `handrail train handoff --own --limit 0.5`."
        )
        self.needed = needed
        self.not_needed = not_needed


class BadLimit(HandoffError):
    """A number that was chosen lies outside what is possible."""

    code = "bad_limit"

    def __init__(self, name: str, given: float) -> None:
        super().__init__(f"{given:g} is no {name}: give a number from 0 to 1.")
