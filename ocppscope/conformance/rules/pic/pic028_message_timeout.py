"""PIC-028: MessageTimeout differs from the declared response timeout."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import number_at, objects_at, text_at
from ocppscope.protocol.version import OcppVersion

_KEY = "messagetimeout"
_READ = """
< [2,"1","GetConfiguration",{"key":["MessageTimeout"]}]
> [3,"1",{"configurationKey":[{"key":"MessageTimeout","readonly":false,"value":"VALUE"}]}]
"""


class MessageTimeout(Rule):
    """The station's timeout is not the one that the certificate was made with.

    Finds:
        MessageTimeout, read from the station or changed with its consent, differs from the declared OCPP response
        timeout. Whichever is right: both are shown.

    Why it matters:
        The two sides give a CALL up at different times. A station that waits longer than its peer answers into the void,
        and repeats late.

    Usual causes:
        The default of the firmware was never changed to what was certified.

    What to do:
        Choose one value for both sides, a little above what the slower one needs.
    """

    id = "PIC-028"
    name = "Message timeout differs from the declared response timeout"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V16})
    requirement = Requirement.CLAIM
    spec = "PICS OCPP response timeout; E16 §3.83"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"ChangeConfiguration", "GetConfiguration"})
    needs_profile = True
    examples = (
        Example(
            "300 s against 60",
            _READ.replace("VALUE", "300"),
            profile="limits.ocpp_response_timeout = 60",
            finds=1,
            line=2,
        ),
        Example("the same", _READ.replace("VALUE", "60"), profile="limits.ocpp_response_timeout = 60"),
        Example(
            "changed to 20 s",
            """
            < [2,"1","ChangeConfiguration",{"key":"MessageTimeout","value":"20"}]
            > [3,"1",{"status":"Accepted"}]
            """,
            profile="limits.ocpp_response_timeout = 60",
            finds=1,
        ),
        Example(
            "not changed",
            """
            < [2,"1","ChangeConfiguration",{"key":"MessageTimeout","value":"20"}]
            > [3,"1",{"status":"Rejected"}]
            """,
            profile="limits.ocpp_response_timeout = 60",
        ),
    )

    def check(self, event: ResponseSeen) -> Iterator[Verdict]:
        """A timeout that differs."""
        profile, exchange = event.scene.profile, event.exchange
        declared = profile.kpi_limit("ocpp_response_timeout") if profile is not None else None
        seconds = _told(event)
        if declared is None or seconds is None or exchange is None or seconds == declared:
            return
        yield Verdict(
            f"the station's MessageTimeout is {seconds:g} s, its declared OCPP response timeout {declared:g} s",
            observed=f"{seconds:g} s",
            expected=f"{declared:g} s",
            records=(event.scene.number, exchange.call),
            key=f"{seconds:g}",
        )


def _told(event: ResponseSeen) -> float | None:
    """The MessageTimeout that an answer reports or confirms."""
    pending = event.closed.pending
    if pending is None or not isinstance(event.message, CallResult):
        return None
    result, request = event.message.payload, pending.call.payload
    for row in objects_at(result, "configurationKey"):
        if (text_at(row, "key") or "").lower() == _KEY:
            return number_at(row, "value")
    if (text_at(request, "key") or "").lower() == _KEY and text_at(result, "status") == "Accepted":
        return number_at(request, "value")
    return None
