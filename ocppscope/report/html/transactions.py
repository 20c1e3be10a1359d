"""Charging transactions, each with its power over time."""

from datetime import timedelta

from ocppscope.model.transaction import Transaction, TransactionState
from ocppscope.report.html.charts import sparkline
from ocppscope.report.html.markup import Child, Html, fragment, tag
from ocppscope.report.html.section import NONE, Column, Report, Section, known, left_out, moment, pill, table

MOST_TRANSACTIONS = 300

_TONES = {
    TransactionState.RUNNING: "info",
    TransactionState.ENDED: "ok",
    TransactionState.REFUSED: "error",
    TransactionState.STARTING: "info",
    TransactionState.UNKNOWN: "warning",
}


def transactions(report: Report) -> Section | None:
    """The transactions, newest first; None without any."""
    found = report.reading.selection.transactions
    if not found:
        return None
    columns = [
        Column("Station", "name"), Column("Id"), Column("EVSE", "number"), Column("State"), Column("Start (UTC)", "keep"),
        Column("Duration", "number"), Column("Energy", "number"), Column("Power", "keep"), Column("Ended by"), Column("Records", "number"),
    ]  # fmt: skip
    one_day = len({moment(row.start, "%Y-%m-%d") for row in found if row.start is not None}) < 2
    form = "%H:%M:%S" if one_day else "%Y-%m-%d %H:%M:%S"
    rows = [_row(transaction, form) for transaction in found[:MOST_TRANSACTIONS]]
    content = fragment(table(columns, rows), left_out(len(found) - MOST_TRANSACTIONS, "transaction"))
    lead = "Newest first. Times are the stations' own; power is the active import of the last meter values."
    return Section("transactions", "Transactions", content, f"{len(found):,}", lead)


def _row(row: Transaction, form: str) -> tuple[Child, ...]:
    took = row.stop - row.start if row.start is not None and row.stop is not None else None
    gaps = tag("span", f" {row.seq_gaps} missing", class_="tone error") if row.seq_gaps else None
    return (
        known(row.station, 60),
        fragment(tag("span", known(row.id, 40), class_="mono"), gaps),
        known(row.connector),
        pill(row.state.value, _TONES[row.state]),
        moment(row.start, form),
        NONE if took is None else _duration(took),
        NONE if row.energy_wh is None else f"{row.energy_wh / 1000:,.2f} kWh",
        _power(row),
        known(row.reason, 40),
        f"{row.records[0]}–{row.records[1]}",
    )


def _power(row: Transaction) -> Child:
    if not row.powers:
        return NONE
    most = max(row.powers)
    words = f"{most / 1000:.1f} kW" if abs(most) >= 1000 else f"{most:.0f} W"
    drawn = sparkline(row.powers, f"power, at most {words}", width=84, height=20)
    return (
        words if drawn is None else tag("span", drawn, tag("span", f"to {words}", class_="muted"), class_="power info")
    )


def _duration(took: timedelta) -> Html | str:
    if took < timedelta(0):
        return tag("span", f"−{-took}".partition(".")[0], class_="tone error")
    return str(took).partition(".")[0]
