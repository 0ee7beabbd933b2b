"""HTML from Python: whatever is not markup already is escaped."""

from html import escape

VOID = frozenset({"meta", "link", "br", "hr"})


class Markup(str):
    """HTML that is safe to send: it was made here or sanitised."""

    __slots__ = ()


Child = Markup | str | None


def element(tag: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """The element; `class_` and `data_x` become `class` and `data-x`, None and False are left out.

    >>> element("a", "<b>", href="/?a&b", class_="x")
    '<a href="/?a&amp;b" class="x">&lt;b&gt;</a>'
    """
    shown = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in VOID:
        return Markup(f"<{tag}{shown}>")
    return Markup(f"<{tag}{shown}>{join(*children)}</{tag}>")


def join(*children: Child) -> Markup:
    """The children one after another, each escaped unless it is markup."""
    return Markup(
        "".join(
            one if isinstance(one, Markup) else escape(one) for one in children if one is not None
        )
    )
