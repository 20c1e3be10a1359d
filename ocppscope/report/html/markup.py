"""HTML and SVG made of nested calls. Text is escaped, control and direction characters are shown, never obeyed."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from ocppscope.model.visible import visible


class Html(str):
    """Markup, safe as it stands. Only `tag` and `raw` make it."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
"""What may stand inside an element: markup, text (which is escaped), several of them, nothing."""

Attribute: TypeAlias = "str | int | float | bool | None"

_VOID = frozenset({"br", "hr", "input", "link", "meta"})


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """An element.

    Args:
        name: of the element; ours, never from the wire.
        children: put into it in their order.
        attributes: ``class_`` is ``class``, ``stroke_width`` is ``stroke-width``; None and False leave one out, True is one
            without a value. Names are ours, values may be anything.
    """
    opening = "".join(_attribute(key, value) for key, value in attributes.items())
    return raw(f"<{name}{opening}>" if name in _VOID else f"<{name}{opening}>{fragment(*children)}</{name}>")


def fragment(*children: Child) -> Html:
    """Several children without an element around them."""
    return raw("".join(_parts(children)))


def raw(markup: str) -> Html:
    """Markup of our own that is safe already. Never for anything that was read from a capture."""
    return Html(markup)


def short(text: str, limit: int) -> str:
    """Text from the wire, made visible and cut."""
    return visible(text, limit)


def _parts(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Html):
            yield child
        elif isinstance(child, str):
            yield escape(visible(child))
        else:
            yield from _parts(child)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    if isinstance(value, float):
        value = f"{value:.2f}".rstrip("0").rstrip(".")
    return f' {name}="{escape(visible(str(value)))}"'
