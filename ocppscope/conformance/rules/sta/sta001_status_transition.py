"""STA-001: a connector goes from one status to another that can not follow."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_exchanges import boot_v16, exchange, status_v16
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import integer_at, number_at, text_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

STATUSES = frozenset(
    {
        "Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved", "Unavailable",
        "Faulted",
    }
)  # fmt: skip

NEXT: dict[str, frozenset[str]] = {
    "Available": STATUSES - {"Finishing"},
    "Preparing": STATUSES - {"Reserved", "Unavailable"},
    "Charging": STATUSES - {"Preparing", "Reserved"},
    "SuspendedEV": STATUSES - {"Preparing", "Reserved"},
    "SuspendedEVSE": STATUSES - {"Preparing", "Reserved"},
    "Finishing": frozenset({"Available", "Preparing", "Unavailable", "Faulted"}),
    "Reserved": frozenset({"Available", "Preparing", "Unavailable", "Faulted"}),
    "Unavailable": STATUSES - {"Finishing", "Reserved"},
    "Faulted": STATUSES,
}
"""What may follow each status (S16 §4.9 with E16). After a fault comes the status before it, whichever that was: the
driver may have gone meanwhile."""

_BRIEF = frozenset({("Finishing", "Charging"), ("Available", "Finishing")})
"""Steps over a status that is often too brief to be reported."""

_ASKED = exchange(
    "<",
    "c",
    "ChangeConfiguration",
    {"key": "MinimumStatusDuration", "value": "5"},
    {"status": "Accepted"},
)
_NOT_HELD_BACK = _ASKED.replace('"5"', '"0"')


class StatusTransition(Rule):
    """Two statuses of a connector follow each other that are no step of the standard.

    Finds:
        On one connection, a StatusNotification whose status can not follow the one before it on the same connector. The
        first report after a boot has no predecessor, and neither has the first one after a reconnect: what happened in
        between is not reported. An info where a status between the two may have been held back: the station has a
        MinimumStatusDuration, or, for Finishing to Charging and Available to Finishing, it is not known to have none.

    Why it matters:
        CSMSs and apps follow the same table. What they do not expect they show wrongly, or treat as an error.

    Usual causes:
        Statuses of a firmware that knows other states, mapped one by one; the end of a transaction that is not
        reported; several tasks that report independently.

    What to do:
        Look at the messages between the two: StartTransaction, StopTransaction and reservations tell which step is
        missing.
    """

    id = "STA-001"
    name = "Status transition not in the table"
    severity = Severity.WARNING
    versions = frozenset({OcppVersion.V16})
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §4.9 table"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"StatusNotification"})
    memories = (ConnectorStates,)
    examples = (
        Example(
            "from Charging to Preparing",
            status_v16(1, "Preparing") + status_v16(1, "Charging") + status_v16(1, "Preparing", id_="x"),
            finds=1,
            severity=Severity.WARNING,
            path="$.status",
            line=5,
        ),
        Example(
            "a whole charge",
            "".join(
                status_v16(1, status, 20, id_=f"{number}")
                for number, status in enumerate(
                    ("Available", "Preparing", "Charging", "SuspendedEV", "Charging", "Finishing", "Available")
                )
            ),
        ),
        Example(
            "Preparing is no state to be made unavailable in",
            status_v16(1, "Preparing") + status_v16(1, "Unavailable"),
            finds=1,
        ),
        Example("after a boot there is no step", status_v16(1, "Charging") + boot_v16() + status_v16(1, "Preparing")),
        Example(
            "back from a fault",
            status_v16(1, "Charging")
            + status_v16(1, "Faulted", errorCode="GroundFailure")
            + status_v16(1, "Charging", id_="x"),
        ),
        Example(
            "a step over what may have been too brief",
            status_v16(1, "Finishing") + status_v16(1, "Charging"),
            finds=1,
            severity=Severity.INFO,
        ),
        Example(
            "nothing is held back here",
            _NOT_HELD_BACK + status_v16(1, "Finishing") + status_v16(1, "Charging"),
            finds=1,
            severity=Severity.WARNING,
        ),
        Example(
            "Preparing was held back",
            _ASKED + status_v16(1, "Reserved") + status_v16(1, "Charging"),
            finds=1,
            severity=Severity.INFO,
        ),
        Example("Available to Charging is a step", status_v16(1, "Available") + status_v16(1, "Charging")),
        Example("the station itself is independent", status_v16(0, "Unavailable") + status_v16(0, "Available")),
        Example(
            "two connectors side by side",
            status_v16(1, "Charging") + status_v16(2, "Preparing") + status_v16(1, "Finishing"),
        ),
        Example(
            "the same status with another error is no step",
            status_v16(1, "Charging") + status_v16(1, "Charging", id_="x", errorCode="WeakSignal"),
        ),
        Example(
            "reports were lost while offline", status_v16(1, "Charging") + "reconnect\n" + status_v16(1, "Preparing")
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Steps that are not in the table."""
        payload = event.message.payload
        status, connector = text_at(payload, "status"), integer_at(payload, "connectorId")
        if status is None or not connector:
            return ()
        former = event.scene.recall(ConnectorStates).get(connector)
        if former is None or not former.fresh or status == former.status:
            return ()
        allowed = NEXT.get(former.status)
        if allowed is None or status in allowed or status not in STATUSES:
            return ()
        if former.connection != event.scene.connection.number:
            return ()
        return (_found(event, connector, former, status),)


def _found(event: CallSeen, connector: int, former: ConnectorState, status: str) -> Verdict:
    held_back = number_at(event.scene.station.configuration, "minimumstatusduration")
    between = sorted(step for step in NEXT[former.status] - {"Faulted"} if status in NEXT[step])
    brief = (former.status, status) in _BRIEF if held_back is None else held_back > 0 and bool(between)
    evidence = f"connector {connector} goes from {former.status} to {status}"
    if brief:
        evidence += f"; {' or '.join(between)} may have been too brief to be reported"
        if held_back is not None:
            evidence += f" (MinimumStatusDuration {held_back:g} s)"
    return Verdict(
        evidence,
        Severity.INFO if brief else None,
        path="$.status",
        observed=quoted(status),
        expected=", ".join(sorted(NEXT[former.status])),
        records=(event.scene.number, former.record),
        key=f"{connector} {former.status} {status}",
    )
