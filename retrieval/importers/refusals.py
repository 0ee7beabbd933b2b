"""Refusals that say something about the whole import, or about an article imported earlier."""

from retrieval.errors import ImportRefused


class NotOffered(ImportRefused):
    """The source answered that this is no page to take over: gone, forbidden, not for search.

    Unlike a failure it will not pass: an article once imported from there has disappeared.
    """


class Incomplete(ImportRefused):
    """Part of the source was not seen, so what is missing has not necessarily disappeared.

    The last item of such an import: nothing may be proposed for removal after it.
    """
