"""PIC-027: a performance figure above the declared maximum."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, FunctionLate
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role

_FIGURES = {
    "ocpp_triggered_function_timeout": "triggered function timeout",
    "remote_start_authorization_time": "remote start authorization time",
    "remote_stop_authorization_end_time": "remote stop authorization end time",
}

_TRIGGER = (
    '< [2,"1","TriggerMessage",{"requestedMessage":"StatusNotification","connectorId":1}]\n'
    '> [3,"1",{"status":"Accepted"}]\n'
)
_STATUS = '> [2,"2","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n'


class FunctionTooLate(Rule):
    """What an accepted CALL must cause came later than the product declares, or not at all.

    Finds:
        A triggered function, an authorization by remote start or an end by remote stop that took longer than the
        declared maximum, each sample by itself. What never came is told when it is given up. Pairs whose time is not
        the station's own (a driver who plugs in late, a card that is refused, a connection that ends) are left out.
        The plain response times are the matter of RPC-009 and RPC-011, which use the declared maxima, too: one cause,
        one finding.

    Why it matters:
        The maximum is the vendor's own claim, and laboratories measured with at least 5 kB/s and at most 1 s of latency.
        Whoever plans with it, an app for instance, shows an error.

    Usual causes:
        A slow mobile link, a queue of other messages before it, an authorization that waits for the CSMS, a cable that
        is slow to be locked.

    What to do:
        See in the Latency tab whether it is one outlier or all, and how far from the certified measurement.
    """

    id = "PIC-027"
    name = "Performance figure above the declared maximum"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.CLAIM
    spec = "PICS performance measurement"
    on: ClassVar[tuple[type[Event], ...]] = (FunctionLate,)
    examples = (
        Example(
            "34 s where 30 are declared",
            _TRIGGER + "+34 " + _STATUS,
            profile="limits.ocpp_triggered_function_timeout = 30",
            finds=1,
            severity=Severity.WARNING,
            line=3,
        ),
        Example("29 s", _TRIGGER + "+29 " + _STATUS, profile="limits.ocpp_triggered_function_timeout = 30"),
        Example(
            "it never comes",
            _TRIGGER + "+3600",
            profile="limits.ocpp_triggered_function_timeout = 30",
            beside=("SES-019",),
            finds=1,
            line=1,
        ),
        Example(
            "the certified measurement stands beside it",
            _TRIGGER + "+34 " + _STATUS,
            profile="[performance.kpis.ocpp_triggered_function_timeout]\n"
            "limit = { value = 30.0 }\nmeasured = { min = 0.3, max = 3.35, avg = 1.2 }",
            finds=1,
        ),
        Example("nothing is declared", _TRIGGER + "+34 " + _STATUS),
    )

    def check(self, event: FunctionLate) -> Iterator[Verdict]:
        """Every sample above its maximum."""
        figure = _FIGURES.get(event.figure, event.figure.replace("_", " "))
        if event.message is None:
            what = f"{event.function} had not come {event.seconds:.0f} s after {event.trigger}"
            records = (event.call, event.conf)
        else:
            what = f"{event.function} came {event.seconds:.2f} s after {event.trigger}"
            records = (event.message, event.call)
        certified = _certified(event)
        measured = "" if certified is None else f"; at most {certified:g} s in the certified measurement"
        yield Verdict(
            f"{what}, which exceeds the declared maximum of {event.limit:g} s ({figure}{measured})",
            at_fault=event.dut,
            observed=f"{event.seconds:.3f} s" if event.message is not None else "nothing",
            expected=f"<= {event.limit:g} s",
            records=tuple(number for number in records if number is not None),
            key=f"{event.dut} {event.figure} {event.trigger} {event.message is None}",
        )


def _certified(event: FunctionLate) -> float | None:
    """The slowest time that the laboratory measured, in seconds."""
    profile = event.scene.profile if event.dut is Role.STATION else event.scene.csms_profile
    kpi = profile.performance.kpis.get(event.figure) if profile is not None else None
    return kpi.measured.worst if kpi is not None and kpi.measured is not None else None
