"""A connection before it is a WebSocket, as a state machine.

=========  ==========================================  ================================
phase      what is going on                            bytes of the station / the CSMS
=========  ==========================================  ================================
REQUEST    the station sends its HTTP request          kept / -
DIALLING   name, TCP and TLS of the CSMS               kept, bounded / -
ANSWER     the request is with the CSMS                passed / passed
REFUSED    no WebSocket comes of it; the answer flows  dropped / passed
=========  ==========================================  ================================

It ends with one `Opened` and a `Relay` that takes the legs over, or with one `Refused`.
"""

import asyncio
import ssl
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from time import monotonic_ns, time
from typing import TYPE_CHECKING

from ocppscope.capture.record import Opened, Refused, Stage, TlsFacts
from ocppscope.capture.secrets.handshakes import redact_url
from ocppscope.capture.secrets.upgrade import handshake
from ocppscope.capture.tap import both_ways
from ocppscope.protocol.roles import Role
from ocppscope.protocol.websocket import handshake as http
from ocppscope.proxy.addresses import address_text
from ocppscope.proxy.answer import Answer
from ocppscope.proxy.dialling import DialError, dial
from ocppscope.proxy.endings import classify
from ocppscope.proxy.legs import Leg
from ocppscope.proxy.relay import Relay
from ocppscope.proxy.tls import tls_facts, tls_words

if TYPE_CHECKING:
    from ocppscope.proxy.listener import Listener

_LINGER = 2.0  # seconds for a refused station to read why, before its socket is closed under it


class Phase(Enum):
    """Where a connection stands; see the table of this module."""

    REQUEST = auto()
    DIALLING = auto()
    ANSWER = auto()
    REFUSED = auto()


class Upgrade:
    """The legs of a connection from accept to the CSMS's answer.

    Args:
        number: of the connection within the run.
        peer: the station's address as text.
        listener: everything that connections share.
    """

    def __init__(self, number: int, peer: str, listener: "Listener") -> None:
        self.station = Leg(Role.STATION, self, listener.journal)
        self._csms = Leg(Role.CSMS, self, listener.journal)
        self._number = number
        self._peer = peer
        self._listener = listener
        self._config = listener.config
        self._phase = Phase.REQUEST
        self._recorded = False
        self._dialling: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._head = bytearray()  # of the request
        self._searched = 0
        self._request: http.Request | None = None
        self._wire_request = b""
        self._early: list[tuple[bytes, int, float, int]] = []  # of the station, behind its request
        self._early_size = 0
        self._station_tls: TlsFacts | None = None  # taken when a leg is secured: a failed TLS connection tells no more
        self._csms_tls: TlsFacts | None = None
        self._answer: Answer | None = None  # of the CSMS, once the request is with it

    # What the legs report.

    def connected(self, leg: Leg) -> None:
        """The station may speak; the CSMS is told at once.

        At once, because a CSMS that refuses our TLS 1.3 handshake has its alert on the way already: a write that fails
        first would hide it.
        """
        if leg is self.station:
            self._station_tls = tls_facts(leg.transport)
            self._listener.live(self._number, self)
            self._wait(self._request_overdue)
        elif self._request is not None and self._phase is Phase.DIALLING:
            self._csms_tls = tls_facts(leg.transport, self._listener.upstream.host)
            self._send_request(self._request)
        else:
            leg.abort()

    def received(self, leg: Leg, data: bytes, mono: int) -> None:
        """Bytes before there are taps; see the table of this module."""
        if self._answer is not None and leg is self._csms:
            self._read_answer(self._answer, data, mono)
        elif self._phase is Phase.REQUEST:
            # RFC 9112 2.2: empty lines before a request are to be ignored.
            self._head += data if self._head else data.lstrip(b"\r\n")
            self._read_request()
        elif self._phase is not Phase.REFUSED:
            self._keep_early(data, mono)

    def half_closed(self, leg: Leg) -> None:
        """A FIN before the 101."""
        if leg is self._csms:
            self._csms_gone(None)
        elif self._phase is Phase.ANSWER:
            self._csms.finish()
        else:
            self._station_gone(None)

    def lost(self, leg: Leg, error: Exception | None) -> None:
        """A socket is gone before the 101."""
        if leg is self._csms:
            self._csms_gone(error)
        else:
            self._station_gone(error)
        if self.station.lost and (self._csms.lost or not self._csms.connected):
            self._stop_waiting()
            self._listener.over(self._number)

    def shut_down(self) -> None:
        """Give up because the engine ends."""
        self._refused(_STAGES[self._phase], "the proxy was shut down before the connection was established")
        self._phase = Phase.REFUSED
        self._cancel_dialling()
        self.station.close()
        self._csms.close()

    def abort(self) -> None:
        """Cut what `shut_down` could not close in time."""
        self.station.abort()
        self._csms.abort()

    # The station's request.

    def _read_request(self) -> None:
        head = self._head
        end = http.end_of_head(head, self._searched)
        self._searched = len(head)
        complaint = http.early_complaint(head) if head else None
        if complaint:
            answer = None if head[:1] == b"\x16" else "400 Bad Request"
            self._refuse(Stage.REQUEST, complaint, answer)
        elif max(end, len(head) if end < 0 else 0) > self._config.max_header:
            reason = f"the request head is larger than {self._config.max_header} bytes"
            self._refuse(Stage.REQUEST, reason, "431 Request Header Fields Too Large")
        elif end > 0:
            self._request_complete(bytes(head[:end]), bytes(head[end:]))

    def _request_complete(self, head: bytes, rest: bytes) -> None:
        upstream = self._listener.upstream
        self._head = bytearray()
        self._searched = 0
        self._request = http.parse_request(head)
        self._wire_request = http.rewrite_request(head, prefix=upstream.prefix, authority=upstream.authority)
        self._phase = Phase.DIALLING
        self._stop_waiting()
        if rest:
            self._keep_early(rest, monotonic_ns())
        self._dialling = asyncio.get_running_loop().create_task(self._dial())

    def _keep_early(self, data: bytes, mono: int) -> None:
        """Bytes behind the request, before the answer: a tap will want them, and until it is dialled the CSMS too."""
        self._early.append((data, mono, time(), monotonic_ns()))
        self._early_size += len(data)
        if self._early_size > self._config.max_header:
            self.station.hold(Leg.EARLY)

    def _request_overdue(self) -> None:
        got = f"{len(self._head)} bytes of it came" if self._head else "nothing came"
        reason = f"no complete HTTP request within {self._config.header_timeout:g} s; {got}"
        self._refuse(Stage.REQUEST, reason, "408 Request Timeout")

    # The way to the CSMS.

    async def _dial(self) -> None:
        listener = self._listener
        try:
            await dial(listener.upstream, listener.upstream_context, self._config.connect_timeout, lambda: self._csms)
        except DialError as error:
            answer = "503 Service Unavailable" if error.stage is Stage.LIMIT else "502 Bad Gateway"
            self._refuse(error.stage, error.reason, answer)
            return
        finally:
            self._dialling = None

    def _send_request(self, request: http.Request) -> None:
        self._phase = Phase.ANSWER
        self._answer = Answer(request.method, self._config.max_header)
        self.station.other, self._csms.other = self._csms, self.station
        self._csms.write(self._wire_request)
        for position, (data, mono, wall, _) in enumerate(self._early):
            self._csms.write(data)
            self._early[position] = (data, mono, wall, monotonic_ns())
        self.station.forward = self._csms.write
        self._csms.forward = self.station.write
        self._wait(self._answer_overdue)

    def _answer_overdue(self) -> None:
        reason = f"the CSMS did not answer the upgrade within {self._config.header_timeout:g} s"
        if self._answer is not None:
            self._refuse(Stage.TIMEOUT, reason, self._unless_begun(self._answer))

    # The CSMS's answer. Its bytes have been passed on already.

    def _read_answer(self, answer: Answer, data: bytes, mono: int) -> None:
        if self._recorded:
            return
        try:
            answer.feed(data)
        except http.BadHeadError as error:
            self._refuse(Stage.HTTP, f"the CSMS's answer is {error}")
            return
        response = answer.response
        if response is None:
            return
        if response.status == 101:
            self._open(response, answer.rest, mono)
        elif answer.complete:
            self._refused_by_csms(response)
        elif self._phase is Phase.ANSWER:
            self._phase = Phase.REFUSED
            self._wait(partial(self._refused_by_csms, response))

    def _open(self, response: http.Response, rest: bytes, mono: int) -> None:
        assert self._request is not None  # noqa: S101 - nothing is answered before it is asked
        self._stop_waiting()
        self._listener.journal.event(
            Opened,
            conn=self._number,
            station=self._request.station or self._address,
            peer=self._peer,
            upstream=_address(self._csms),
            subprotocol=response.get("sec-websocket-protocol"),
            extensions=response.get("sec-websocket-extensions"),
            handshake=handshake(self._request, response),
            station_tls=self._station_tls,
            csms_tls=self._csms_tls,
        )
        taps = both_ways(
            self._listener.journal.recorder,
            self._number,
            response.get("sec-websocket-extensions"),
            limit=self._config.max_message,
            keep=self._config.keep_of_large,
        )
        relay = Relay(self._number, self.station, self._csms, taps, self._listener)
        for leg, tap in zip((self.station, self._csms), taps, strict=True):
            leg.steward = relay
            leg.tap = tap
        self._listener.live(self._number, relay)
        for data, read, wall, sent in self._early:
            self._listener.journal.passed(taps[0], data, read, wall, sent)
        if rest:
            self._listener.journal.passed(taps[1], rest, mono, time(), monotonic_ns())
        # The bound methods of the transports themselves: one call less for every message.
        if self.station.alive and self._csms.alive:
            self.station.forward = self._csms.transport.write
            self._csms.forward = self.station.transport.write
        self.station.release(Leg.EARLY)
        if self.station.ended:  # it has closed its half while it waited
            relay.half_closed(self.station)

    def _refused_by_csms(self, response: http.Response) -> None:
        self._refused(Stage.HTTP, f"the CSMS answered {response.line.partition(' ')[2]}")
        self._phase = Phase.REFUSED
        self._dismiss()

    # Ends.

    def _csms_gone(self, error: Exception | None) -> None:
        answer = self._answer
        if self._recorded or answer is None:
            return
        if answer.response is not None:
            self._refused_by_csms(answer.response)
        elif isinstance(error, ssl.SSLError):
            # TLS 1.3: a CSMS that wants a client certificate says so only after its handshake is over for us.
            self._refuse(Stage.TLS, f"the CSMS ended TLS: {tls_words(error)}", self._unless_begun(answer))
        elif answer.begun:
            self._refuse(Stage.HTTP, "the CSMS closed the connection in the middle of its answer")
        else:
            how = "reset" if classify(Role.CSMS, error)[1] == "rst" else "closed"
            self._refuse(Stage.HTTP, f"the CSMS {how} the connection without an answer", self._unless_begun(answer))

    @staticmethod
    def _unless_begun(answer: Answer) -> str | None:
        """Status of our own answer, None when the station has got part of the CSMS's already."""
        return None if answer.begun else "502 Bad Gateway"

    def _station_gone(self, error: Exception | None) -> None:
        if self._phase is not Phase.REFUSED:
            self._refused(_STAGES[self._phase], f"the station {_how(error)} the connection {_WHILE[self._phase]}")
            self._phase = Phase.REFUSED
        self._cancel_dialling()
        self.station.close()
        self._csms.close() if error is None else self._csms.reset()

    def _refuse(self, stage: Stage, reason: str, answer: str | None = None) -> None:
        """End it ourselves, with an HTTP answer where one makes sense."""
        self._refused(stage, reason, int(answer[:3]) if answer else None)
        self._phase = Phase.REFUSED
        if answer:
            self.station.write(http.refusal(answer, reason))
        self._dismiss()

    def _refused(self, stage: Stage, reason: str, status: int | None = None) -> None:
        if self._recorded:
            return
        self._recorded = True
        answer, request = self._answer, self._request
        response = answer.response if answer else None
        self._listener.journal.event(
            Refused,
            conn=self._number,
            station=(request.station or self._address) if request else None,
            peer=self._peer,
            upstream=_address(self._csms),
            stage=stage,
            reason=redact_url(reason),  # it may quote what was sent in place of a request
            status=response.status if response else status,
            handshake=handshake(request, response, answer.text() if answer else None) if request else None,
            station_tls=self._station_tls,
            csms_tls=self._csms_tls,
        )

    def _dismiss(self) -> None:
        """Close both legs, the station's only when it has read the answer: closing on unread bytes would reset it."""
        self._csms.close()
        if self.station.ended or self.station.secured:
            self.station.close()
        else:
            self.station.release(Leg.EARLY | Leg.BACKPRESSURE)
            self.station.forward = _nowhere
            self.station.finish()
            self._wait(self.station.close, _LINGER)

    def _cancel_dialling(self) -> None:
        if self._dialling is not None:
            self._dialling.cancel()

    def _wait(self, then: Callable[[], None], seconds: float | None = None) -> None:
        self._stop_waiting()
        delay = self._config.header_timeout if seconds is None else seconds
        self._timer = asyncio.get_running_loop().call_later(delay, then)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _address(self) -> str:
        """The station's address without its port, for one that gives no identity."""
        return self._peer.rpartition(":")[0]


_STAGES = {
    Phase.REQUEST: Stage.REQUEST,
    Phase.DIALLING: Stage.CONNECT,
    Phase.ANSWER: Stage.HTTP,
    Phase.REFUSED: Stage.HTTP,
}
_WHILE = {
    Phase.REQUEST: "before its request was complete",
    Phase.DIALLING: "before the CSMS was reached",
    Phase.ANSWER: "before the CSMS answered",
}


def _nowhere(_data: bytes) -> None:
    """Where the bytes of a refused station go."""


def _how(error: Exception | None) -> str:
    return "reset" if classify(Role.STATION, error)[1] == "rst" else "closed"


def _address(leg: Leg) -> str | None:
    return address_text(leg.transport.get_extra_info("peername")) if leg.connected else None
