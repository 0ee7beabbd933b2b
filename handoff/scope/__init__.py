"""Is a question outside what the help content is about?

`learn(examples, embed)` returns a `Scope`; `Scope.outside(text, vector)` the probability. Examples
are texts with the intent they belong to: an article's title and questions are one intent.
"""

from handoff.scope.learning import Embed, Example, NothingToLearn, learn
from handoff.scope.scope import Judgement, OtherForm, Scope
from handoff.scope.wording import as_read

__all__ = [
    "Embed",
    "Example",
    "Judgement",
    "NothingToLearn",
    "OtherForm",
    "Scope",
    "as_read",
    "learn",
]
