"""The whole page: its head with style, script and policy, the navigation, the sections."""

import base64
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files

import ocppscope
from ocppscope.report.gathering import Gathering
from ocppscope.report.html.cards import vendors
from ocppscope.report.html.disconnects import clocks, disconnects
from ocppscope.report.html.figures import performance, timeouts
from ocppscope.report.html.findings import findings
from ocppscope.report.html.latency import times, unanswered
from ocppscope.report.html.markup import Child, Html, raw, tag
from ocppscope.report.html.section import Report, Section
from ocppscope.report.html.stations import captures, stations
from ocppscope.report.html.summary import summary, title_of
from ocppscope.report.html.timeline import timeline
from ocppscope.report.html.transactions import transactions
from ocppscope.report.reading import Reading

_MAKERS: tuple[Callable[[Report], Section | None], ...] = (
    timeline,
    findings,
    vendors,
    performance,
    times,
    transactions,
    disconnects,
    unanswered,
    timeouts,
    clocks,
    stations,
    captures,
)
"""What makes each section, in their order; None where there is nothing to tell."""


def encode(reading: Reading, gathered: Gathering) -> str:
    """The page.

    Args:
        reading: finished.
        gathered: what listened to it from its beginning.
    """
    report = Report(reading, gathered)
    sections = [section for make in _MAKERS if (section := make(report)) is not None]
    links = [("summary", "Summary", None), *((one.name, one.link or one.title, one.badge) for one in sections)]
    nav = tag("nav", [_link(*link) for link in links], aria_label="Sections")
    version = ocppscope.__version__
    foot = tag(
        "footer", f"Made by ocppscope {version}. Times are UTC. Nothing in this file loads anything from a network."
    )
    body = tag(
        "div",
        tag("aside", brand(), nav, tools("Unfold all"), class_="side"),
        tag("main", summary(report), [section.markup for section in sections], foot),
        class_="page",
    )
    return document(f"OCPP traffic report: {title_of(report)}", body)


def brand() -> Html:
    """The name at the head of the page."""
    return tag("div", "↯ ", tag("b", "ocppscope"), class_="brand")


def tools(unfold: str | None = None) -> Html:
    """The buttons; without scripts they are not shown."""
    more = tag("button", unfold, type="button", id="unfold", class_="wide-only") if unfold else None
    return tag("div", tag("button", "Theme", type="button", id="theme"), more, class_="tools")


def document(title: str, body: Html, more_style: str = "") -> str:
    """A whole file around a body, with our style and script and a policy that allows no other.

    Args:
        title: of the window.
        body: what it shows.
        more_style: rules of its own, behind those of this page.
    """
    style = asset("style.css") + more_style
    script = asset("script.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", raw(style)),
    )
    whole = tag("html", head, tag("body", body, tag("script", raw(script)), class_="no-script"), lang="en")
    return f"<!DOCTYPE html>\n{whole}\n"


def _link(name: str, title: str, badge: Child) -> Html:
    return tag("a", title, tag("span", badge, class_="badge") if badge else None, href=f"#{name}")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def asset(name: str) -> str:
    """The text of a file that lies beside this one."""
    return (files(__package__) / name).read_text(encoding="utf-8")
