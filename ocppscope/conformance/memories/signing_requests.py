"""Whether a station has asked for a certificate to be signed."""

from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memory import Memory
from ocppscope.protocol.roles import Direction


class SigningRequests(Memory):
    """The latest SignCertificate of the station, whatever became of it: the certificate may come much later."""

    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification", "SignCertificate"})

    def __init__(self) -> None:
        self.latest: int | None = None
        """Its record number; None while none was seen."""
        self.booted = False
        """A boot was seen: a request from before the capture is forgotten by then."""

    def learn(self, event: CallSeen) -> None:
        """Take in a request or a boot."""
        if event.direction is not Direction.TO_CSMS:
            return
        if event.message.action == "BootNotification":
            self.booted = True
        else:
            self.latest = event.scene.number
