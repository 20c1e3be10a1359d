"""The real app over captures that are written here, driven by Pilot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panes_support import Script, screen_text
from textual.pilot import Pilot

from ocppscope.capture.record import Ended, Record, encode
from ocppscope.tui.app import OcppScope
from ocppscope.tui.screens.steering import MainScreen
from ocppscope.tui.widgets.messages import MessagesPane
from ocppscope.tui.widgets.record_table import RecordTable

HOSTILE = "evil [/b] [red]x\u001b]52;c;aGk=\u0007\u202e"
"""Markup that raises, a clipboard escape, a bidi override."""


@dataclass
class DeadEngine:
    """What the screen sees of an engine; alive until told otherwise."""

    listening: str = "ws://127.0.0.1:9000"
    upstream: str = "wss://csms.lab.example/ocpp"
    alive: bool = True
    stderr_tail: str = ""


def story() -> Script:
    """Two stations: a boot, a slow answer, an unanswered CALL, a malformed message, an error, a lost connection."""
    script = Script()
    script.open("CS-LYON-0042", 1, "ocpp2.0.1")
    script.open("EVB-P17390141", 2, "ocpp1.6")
    boot = {"reason": "PowerUp", "chargingStation": {"model": "DC-Ultra 150", "vendorName": "Voltaic (made up)"}}
    booted = {"currentTime": "2025-03-14T09:41:02Z", "interval": 300, "status": "Accepted"}
    script.exchange(">", "BootNotification", boot, booted, 0.142)
    script.exchange(">", "Heartbeat", {}, {"currentTime": "2025-03-14T09:41:03Z"}, 0.02, conn=2)
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
    script.exchange(">", "StatusNotification", status, {}, 0.048, conn=2)
    script.exchange("<", "RemoteStartTransaction", {"idTag": "04A2"}, ["NotImplemented", "", {}], 0.054, conn=2)
    script.text(">", '[2,"19","MeterValues",{"connectorId":1', conn=2)
    asked = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    script.call("<", "GetVariables", {"getVariableData": [asked]})
    script.add(Ended, conn=1, by="network", how="rst", error="Connection reset by peer")
    return script


def write(path: Path, records: list[Record]) -> Path:
    """A capture of these records."""
    path.write_bytes(b"".join(encode(record) for record in records))
    return path


def append(path: Path, records: list[Record]) -> None:
    """More of it."""
    with path.open("ab") as file:
        file.write(b"".join(encode(record) for record in records))


class Driver:
    """An app under test, with what tests ask for."""

    def __init__(self, app: OcppScope, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> MainScreen:
        """The main screen."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    @property
    def messages(self) -> MessagesPane:
        """The first tab."""
        return self.screen.messages

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.messages.table

    @property
    def text(self) -> str:
        """The screen as text."""
        return screen_text(self.app)

    async def press(self, *keys: str) -> None:
        """Keys, and a drawn frame after them."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Letters into whatever has the focus."""
        names = {" ": "space", ":": "colon", "*": "asterisk", ">": "greater_than_sign", "%": "percent_sign"}
        await self.pilot.press(*(names.get(letter, letter) for letter in text))
        await self.settle()

    async def settle(self) -> None:
        """Everything read, judged and drawn."""
        self.app.run_state.feed.work(10)
        await self.pilot.pause()
        judging = [worker for worker in self.app.workers if worker.group == "judge"]
        if judging:
            await self.app.workers.wait_for_complete(judging)
        self.screen.draw()
        self.screen.draw_figures()
        self.screen._detailed_at = 0.0
        self.screen.draw_detail()
        await self.pilot.pause()


@asynccontextmanager
async def driven(
    capture: Path, size: tuple[int, int] = (120, 36), *, theme: str = "ocppscope-dark", **options: Any
) -> AsyncIterator[Driver]:
    """The app over a capture, everything in it read and drawn."""
    app = OcppScope([capture], **options)
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        driver = Driver(app, pilot)
        await driver.settle()
        yield driver
