"""Ends of connections: what they have in common, then each with its autopsy. And clocks."""

from itertools import islice

from ocppscope.inspect.autopsy import Autopsy, autopsies
from ocppscope.inspect.clock_words import IN_TIME_S, clock_history, clock_words, is_in_time
from ocppscope.report.html.charts import sparkline
from ocppscope.report.html.markup import Child, Html, fragment, short, tag
from ocppscope.report.html.section import NONE, Column, Report, Section, known, left_out, moment, pill, table, tone
from ocppscope.report.text_clocks import clocks_of
from ocppscope.report.text_endings import patterns_of

MOST_ENDS = 100
MOST_PATTERNS = 50
MOST_CLOCKS = 100
MOST_OF_HISTORY = 8

_TONES = {"csms": "info", "station": "quiet", "network": "error", "proxy": "quiet"}


def disconnects(report: Report) -> Section | None:
    """The ends of connections; None without any."""
    found = autopsies(report.reading.selection.disconnects)
    if not found:
        return None
    patterns = patterns_of(found)
    told = [
        tag("p", tag("b", short(station, 60)), f"  {short(pattern.sentence, 500)}", class_="callout warning")
        for station, pattern in patterns[:MOST_PATTERNS]
    ]
    ends = tag("ul", [_end(one) for one in reversed(found[-MOST_ENDS:])], class_="ends")
    content = fragment(told, tag("div", ends, class_="rows"), left_out(len(found) - MOST_ENDS, "earlier end"))
    return Section(
        "disconnects", "Disconnects", content, f"{len(found):,}", "The latest first, with what had been said last."
    )


def _end(one: Autopsy) -> Html:
    connection = one.connection
    head = tag(
        "p",
        tag("span", moment(connection.ended, "%m-%d %H:%M:%S"), class_="muted"),
        tag("span", short(connection.station, 60), class_="strong"),
        pill(connection.closed_by, _TONES.get(connection.closed_by, "quiet")) if connection.closed_by else None,
        class_="head",
    )
    sentence = tag("p", short(one.sentence, 500), class_="sentence")
    facts = [tag("li", short(fact, 400)) for fact in one.facts()]
    return tag("li", head, sentence, tag("ul", facts) if facts else None)


def clocks(report: Report) -> Section | None:
    """Whose clock is how far off; None where none was measured."""
    found = list(clocks_of(report.reading))
    if not found:
        return None
    columns = [
        Column("Station", "name"),
        Column("Clock of"),
        Column("Against the recorder's", "keep"),
        Column("Skew over time"),
        Column("History", "long"),
    ]
    rows: list[tuple[Child, ...]] = []
    wrong = 0
    for station, whose, clock in found:
        in_time = is_in_time(clock)
        is_off = abs(clock.skew or 0.0) > IN_TIME_S or bool(clock.jumps)
        wrong += is_off
        if len(rows) >= MOST_CLOCKS:
            continue
        drawn = sparkline([skew for _, skew in clock.points], "skew over time") if not in_time else None
        history = [tag("div", line) for line in islice(clock_history(clock), MOST_OF_HISTORY)]
        rows.append(
            (
                known(station.id, 60),
                whose,
                pill(clock_words(clock) or NONE, "ok" if in_time else "warning" if is_off else "quiet"),
                tag("span", drawn, class_="warning") if drawn is not None else NONE,
                history or NONE,
            )
        )
    content = fragment(table(columns, rows), left_out(len(found) - len(rows), "clock"))
    return Section("clocks", "Clocks", content, tone(f"{wrong} off", "warning") if wrong else None)
