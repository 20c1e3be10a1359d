"""What the engine and its supervisor say to each other: JSON lines, commands on the engine's stdin, events on its stdout."""

from typing import TypeAlias

import msgspec


class _Said(msgspec.Struct, frozen=True, tag_field="event", kw_only=True):
    pass


class Listening(_Said, tag="listening", frozen=True, kw_only=True):
    """The engine accepts connections.

    Attributes:
        url: for stations, with the port that was really bound.
        upstream: URL of the CSMS in its plain form.
        capture: absolute path of the file of records, None without one.
        pid: process id of the engine.
        loop: event loop in use, "uvloop" or "asyncio".
    """

    url: str
    upstream: str
    capture: str | None
    pid: int
    loop: str


class Failed(_Said, tag="failed", frozen=True, kw_only=True):
    """The engine cannot start. ``status`` is its exit status: 2 configuration or capture, 3 the address."""

    status: int
    message: str


class CaptureFailing(_Said, tag="capture_failing", frozen=True, kw_only=True):
    """The capture's disk takes nothing at the moment. Traffic goes on; records are kept as long as there is room."""

    reason: str


class CaptureRecovered(_Said, tag="capture_recovered", frozen=True, kw_only=True):
    """The capture's disk has taken everything that was waiting for it."""


class CaptureGap(_Said, tag="capture_gap", frozen=True, kw_only=True):
    """The capture goes on after ``lost`` records that are missing."""

    lost: int
    reason: str


class Warned(_Said, tag="warning", frozen=True, kw_only=True):
    """Something that an operator should know."""

    message: str


class Stopped(_Said, tag="stopped", frozen=True, kw_only=True):
    """The engine ends.

    Attributes:
        records: accepted in this run, header and gaps included.
        lost: records of this run that are in no file.
        unwritten: bytes of the last records that the disk did not take.
    """

    records: int
    lost: int
    unwritten: int = 0


EngineEvent: TypeAlias = Listening | Failed | CaptureFailing | CaptureRecovered | CaptureGap | Warned | Stopped


class Stop(msgspec.Struct, frozen=True, tag_field="command", tag="stop"):
    """Close all sessions, flush the capture, end."""


Command: TypeAlias = Stop

_encoder = msgspec.json.Encoder()
_events = msgspec.json.Decoder(EngineEvent)
_commands = msgspec.json.Decoder(Command)


def to_line(said: EngineEvent | Command) -> bytes:
    """An event or a command as a line."""
    return _encoder.encode(said) + b"\n"


def to_event(line: bytes) -> EngineEvent:
    """The event that a line holds; msgspec.DecodeError if none."""
    event: EngineEvent = _events.decode(line)
    return event


def to_command(line: bytes) -> Command:
    """The command that a line holds; msgspec.DecodeError if none."""
    return _commands.decode(line)
