"""What a simulated station and a simulated CSMS have in common.

`Peer` is the `ocpp` package's ``ChargePoint`` (its word for either party) with what a demo needs on top: message ids and
answering times from a seeded generator, one connection after another in one lifetime, the raw socket beneath the library
for everything that the library would never send, and answers that go wrong on purpose.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, TypeVar

import ocpp.messages
from ocpp.charge_point import ChargePoint, remove_nones, serialize_as_dict, snake_to_camel_case
from ocpp.exceptions import OCPPError
from ocpp.routing import on
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from ocppscope.protocol.message import Call, CallError, CallResult, parse
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator.clock import Clock

# Validation in a thread of the pool, the library's default, would let two messages of one party overtake each other.
ocpp.messages.ASYNC_VALIDATION = False

PATIENCE = 30.0
"""Real seconds that a party waits for an answer where the script does not say otherwise."""

SUBPROTOCOLS = [Subprotocol(version.subprotocol) for version in OcppVersion]

Frame = list[Any]
"""An OCPP-J message as the array that goes over the wire."""

Witness = Callable[[str, Direction, str], None]
"""Told of every text that arrives: station identity, direction, text."""

Handler = TypeVar("Handler", bound=Callable[..., Any])

_SILENT = logging.getLogger("ocppscope.simulator.silent")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class Lost(Exception):  # noqa: N818 - the connection is lost; the script decides whether that is an error
    """The connection ended while a script needed it."""


def answers(action: str) -> Callable[[Handler], Handler]:
    """Mark a method as the one that answers an action. It gets the payload's members as keyword arguments."""

    def mark(method: Handler) -> Handler:
        marked: Handler = on(action)(method)
        return marked

    return mark


def text_of(frame: Frame) -> str:
    """The array as the library would write it."""
    return json.dumps(frame, separators=(",", ":"))


class Peer(ChargePoint):  # type: ignore[misc] # the ocpp package ships no types
    """One party of one station's conversation, over as many connections as it takes.

    Attributes:
        deaf: CALLs are heard but never answered.
    """

    role: Role
    version: OcppVersion
    thinking = (0.02, 0.12)
    """Written seconds that an answer takes, at least and at most."""

    def __init__(self, station_id: str, seed: str, clock: Clock, witness: Witness | None = None) -> None:
        super().__init__(station_id, None, PATIENCE, _SILENT)
        self.clock = clock
        self.deaf = False
        self.random = Random(f"{seed}/{self.role}/{station_id}")  # noqa: S311 - a demo that must repeat itself
        self._id_random = Random(f"{seed}/{self.role}/{station_id}/ids")  # noqa: S311
        self._thinking_random = Random(f"{seed}/{self.role}/{station_id}/thinking")  # noqa: S311
        self._unique_id_generator = self.new_id
        self._witness = witness
        self._planted: dict[str, Callable[[Call], Awaitable[bool]]] = {}

    def new_id(self) -> str:
        """A message id that this party has never used."""
        return self.new_uuid()

    def new_uuid(self) -> str:
        """A UUID that repeats itself from run to run."""
        return str(uuid.UUID(int=self._id_random.getrandbits(128), version=4))

    # -- one connection -------------------------------------------------------------------------------------------

    async def listen(self, connection: Connection) -> None:
        """Serve a connection until it ends, however it ends."""
        self._connection = connection
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self._response_queue = queue
        incoming = Direction.TO_STATION if self.role is Role.STATION else Direction.TO_CSMS
        try:
            async for text in connection:
                if isinstance(text, bytes):
                    continue  # OCPP-J is text; the demo has no use for anything else
                if self._witness is not None:
                    self._witness(self.id, incoming, text)
                await self.route_message(text)
        except (ConnectionClosed, Lost):
            pass  # how a connection ended is for the proxy to tell
        finally:
            queue.put_nowait(None)  # whoever still waits for an answer learns that none will come

    async def route_message(self, raw_msg: str) -> None:
        """Answer a CALL, hand a response to whoever waits for it, and ignore the rest as the standard says."""
        match parse(raw_msg):
            case Call() as call:
                await self._answer(call)
            case CallResult() | CallError():
                self._response_queue.put_nowait(ocpp.messages.unpack(raw_msg))

    async def _answer(self, call: Call) -> None:
        if self.deaf:
            return
        await self.clock.sleep(self._thinking_random.uniform(*self.thinking))
        planted = self._planted.pop(call.action, None)
        if planted is not None and await planted(call):
            return
        if call.action not in self.route_map:
            await self.say([4, call.message_id, "NotImplemented", f"{call.action} is not implemented", {}])
            return
        try:
            await self._handle_call(ocpp.messages.Call(call.message_id, call.action, call.payload))
        except OCPPError as error:
            await self.say([4, call.message_id, self._code(error), f"{call.action}: {error.description}"[:255], {}])

    def _code(self, error: OCPPError) -> str:
        # The library raises the 2.x spelling for all versions; 1.6 keeps the misspelling of its table 7.
        if self.version is OcppVersion.V16 and error.code == "FormatViolation":
            return "FormationViolation"
        return str(error.code)

    # -- asking ---------------------------------------------------------------------------------------------------

    async def request(self, payload: Any, patience: float | None = None) -> Any:
        """Send a CALL and wait for its answer.

        Args:
            payload: one of the ``ocpp`` package's call dataclasses.
            patience: written seconds to wait; None for `PATIENCE`.

        Returns:
            The library's call_result dataclass; None for a refusal, an unusable answer or none in time.

        Raises:
            Lost: the connection ended first.
        """
        self._response_timeout = PATIENCE if patience is None else self.clock.real(patience)
        try:
            return await self.call(payload)
        except (OCPPError, TimeoutError):
            return None

    def frame(self, payload: Any, message_id: str | None = None) -> Frame:
        """The CALL that `request` would send, for scripts that spoil it first."""
        members = remove_nones(snake_to_camel_case(serialize_as_dict(payload)))
        return [2, message_id or self.new_id(), type(payload).__name__, members]

    async def say(self, frame: Frame) -> None:
        """Send a message as it is, beneath the library's checks."""
        await self.say_text(text_of(frame))

    async def say_text(self, text: str) -> None:
        """Send any text."""
        await self._send(text)

    async def reply(self, frame: Frame) -> Any:
        """Wait for the reply to a CALL sent with `say`; None when none comes in `PATIENCE`."""
        try:
            return await self._get_specific_response(frame[1], PATIENCE)
        except TimeoutError:
            return None

    async def _send(self, message: str) -> None:
        try:
            await self._connection.send(message)
        except ConnectionClosed as closed:
            raise Lost from closed

    async def _get_specific_response(self, unique_id: str, timeout: float) -> Any:  # noqa: ASYNC109 - the library's own
        async with asyncio.timeout(timeout):
            while True:
                response = await self._response_queue.get()
                if response is None:
                    self._response_queue.put_nowait(None)
                    raise Lost
                if response.unique_id == unique_id:
                    return response

    # -- answering wrongly ----------------------------------------------------------------------------------------

    def plant(self, action: str, misanswer: Callable[[Call], Awaitable[bool]]) -> None:
        """Let the next CALL with an action go wrong once.

        Args:
            action: which CALL.
            misanswer: does what it likes with it; returns whether that was all, False to answer properly after it.
        """
        self._planted[action] = misanswer
