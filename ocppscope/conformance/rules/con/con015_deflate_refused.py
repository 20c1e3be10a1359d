"""CON-015: a CSMS that does not take permessage-deflate (2.x)."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import ConnectionOpened, Event
from ocppscope.conformance.handshakes import offers_deflate
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion


def _connect(offer: str, answer: str) -> str:
    request = f'[["Upgrade","websocket"],["Sec-WebSocket-Protocol","ocpp2.0.1, ocpp1.6"]{offer}]'
    return f'connect {{"extensions":{answer},"handshake":{{"request":{request},"response":[["Upgrade","websocket"]]}}}}'


_OFFER = ',["Sec-WebSocket-Extensions","permessage-deflate; client_max_window_bits"]'


class DeflateRefused(Rule):
    """A CSMS that does not compress although the station offers it.

    Finds:
        On OCPP 2.x the station offers permessage-deflate, and the CSMS's answer does not take it up. The proxy hands the
        offer on as it came, so the answer is the CSMS's own. Silent where the headers were not recorded.

    Why it matters:
        Over mobile networks it is volume, and money: OCPP messages shrink to a fifth. A CSMS of 2.x has to support it.

    Usual causes:
        Switched off in the server's WebSocket library; a load balancer that drops the header.

    What to do:
        Switch it on in the CSMS; look at the load balancer's rules for Sec-WebSocket-Extensions.
    """

    id = "CON-015"
    name = "CSMS refuses permessage-deflate"
    severity = Severity.INFO
    versions = frozenset({OcppVersion.V201, OcppVersion.V21})
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "P4 §3.3; E2 §4.3; RFC 7692"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (ConnectionOpened,)
    examples = (
        Example(
            "offered and not taken", _connect(_OFFER, "null"), version=OcppVersion.V201, finds=1, at_fault=Role.CSMS
        ),
        Example("offered and taken", _connect(_OFFER, '"permessage-deflate"'), version=OcppVersion.V201),
        Example("not offered", _connect("", "null"), version=OcppVersion.V201),
        Example("1.6 does not ask for it", _connect(_OFFER, "null")),
        Example("the headers were not recorded", "connect", version=OcppVersion.V201),
    )

    def check(self, event: ConnectionOpened) -> Iterator[Verdict]:
        """Offer and answer."""
        record = event.record
        answered = record.handshake is not None and bool(record.handshake.response)
        taken = "permessage-deflate" in (record.extensions or "").lower()
        if answered and not taken and offers_deflate(record.handshake):
            yield Verdict(
                "the station offers permessage-deflate and the CSMS does not take it up",
                observed="no extension",
                expected="permessage-deflate",
                key="deflate",
            )
