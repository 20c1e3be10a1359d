"""A station and a CSMS on PyPI `ocpp` and `websockets`: nothing of ours but the lines that they speak."""

# mypy: disable-error-code="untyped-decorator"
# The ocpp package ships no types, and its decorators are how handlers are named.

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from interop_support import IDENTITY, PASSWORD, PATIENCE, YOUR_TURN, Case, Lab, Side
from ocpp.charge_point import ChargePoint
from ocpp.routing import after, on
from ocpp.v16 import call as call_v16
from ocpp.v16 import call_result as result_v16
from ocpp.v201 import call as call_v201
from ocpp.v201 import call_result as result_v201
from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, basic_auth, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from ocppscope.protocol.version import OcppVersion


class Wire:
    """A websockets connection that keeps what goes through it, in the shape that the library wants."""

    def __init__(self, connection: Connection, side: Side) -> None:
        self._connection = connection
        self._side = side

    async def send(self, text: str) -> None:
        self._side.sent.append(text)
        if len(text) < 1000:
            await self._connection.send(text)
        else:  # in fragments: a thing of WebSocket that OCPP software hardly ever does, and that must pass all the same
            await self._connection.send(iter([text[:400], text[400:401], text[401:]]))

    async def recv(self) -> str:
        text = await self._connection.recv()
        assert isinstance(text, str)
        self._side.heard.append(text)
        return text


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class PypiCsms(ChargePoint):  # type: ignore[misc] # the ocpp package ships no types
    """Answers, and asks when it is its turn."""

    @on("BootNotification")
    def on_boot(self, **_: Any) -> Any:
        return self._call_result.BootNotification(current_time=now(), interval=300, status="Accepted")

    @on("StatusNotification")
    def on_status(self, **_: Any) -> Any:
        return self._call_result.StatusNotification()

    @on("Authorize")
    def on_authorize(self, **_: Any) -> Any:
        return result_v16.Authorize({"status": "Accepted"})

    @on("StartTransaction")
    def on_start(self, **_: Any) -> Any:
        return result_v16.StartTransaction(17, {"status": "Accepted"})

    @on("MeterValues")
    def on_meter_values(self, **_: Any) -> Any:
        return self._call_result.MeterValues()

    @on("StopTransaction")
    def on_stop(self, **_: Any) -> Any:
        return result_v16.StopTransaction()

    @on("TransactionEvent")
    def on_event(self, id_token: Any = None, **_: Any) -> Any:
        return result_v201.TransactionEvent(id_token_info={"status": "Accepted"} if id_token else None)

    @on("DataTransfer")
    def on_data(self, **_: Any) -> Any:
        return self._call_result.DataTransfer(status="Accepted")

    @after("DataTransfer")
    async def ask(self, message_id: str, **_: Any) -> None:
        assert message_id == YOUR_TURN
        if self._ocpp_version == "1.6":
            await self.call(call_v16.GetConfiguration(["HeartbeatInterval"]))
            await self.call(call_v16.Reset("Soft"))
        else:
            asked = {"component": {"name": "AuthCtrlr"}, "variable": {"name": "Enabled"}}
            await self.call(call_v201.GetVariables([asked]))
            await self.call(call_v201.Reset("OnIdle"))


class PypiStation(ChargePoint):  # type: ignore[misc] # the ocpp package ships no types
    """Lives a short life, lets the CSMS ask, and is done."""

    done: asyncio.Event

    async def live(self) -> None:
        for call in self._life_v16() if self._ocpp_version == "1.6" else self._life_v201():
            assert await self.call(call) is not None
        await self.done.wait()

    def _life_v16(self) -> Iterator[Any]:
        yield call_v16.BootNotification("Made-up PyPI", "Example")
        yield call_v16.StatusNotification(1, "NoError", "Available", now())
        yield call_v16.Authorize("DEADBEEF01")
        yield call_v16.StartTransaction(1, "DEADBEEF01", 1000, now())
        yield call_v16.MeterValues(1, [{"timestamp": now(), "sampledValue": [{"value": "1010"}]}], 17)
        yield call_v16.StopTransaction(1020, now(), 17, "Local")
        yield call_v16.DataTransfer("org.example", YOUR_TURN, "Größe 40 ± 2 €" * 100)

    def _life_v201(self) -> Iterator[Any]:
        token = {"idToken": "DEADBEEF01", "type": "ISO14443"}
        transaction = {"transactionId": "made-up-1"}
        yield call_v201.BootNotification({"vendorName": "Example", "model": "Made-up PyPI"}, "PowerUp")
        yield call_v201.StatusNotification(now(), "Available", 1, 1)
        yield call_v201.TransactionEvent(
            "Started", now(), "Authorized", 0, transaction, evse={"id": 1, "connectorId": 1}, id_token=token
        )
        yield call_v201.TransactionEvent("Updated", now(), "ChargingStateChanged", 1, transaction)
        yield call_v201.TransactionEvent("Ended", now(), "StopAuthorized", 2, transaction, id_token=token)
        yield call_v201.DataTransfer("org.example", YOUR_TURN, "Größe 40 ± 2 €" * 100)

    @on("GetConfiguration")
    def on_get_configuration(self, key: list[str], **_: Any) -> Any:
        return result_v16.GetConfiguration([{"key": name, "readonly": False, "value": "300"} for name in key])

    @on("GetVariables")
    def on_get_variables(self, get_variable_data: list[dict[str, Any]], **_: Any) -> Any:
        return result_v201.GetVariables(
            [{"attributeStatus": "UnknownVariable", **asked} for asked in get_variable_data]
        )

    @on("Reset")
    def on_reset(self, **_: Any) -> Any:
        return self._call_result.Reset(status="Accepted")

    @after("Reset")
    def after_reset(self, **_: Any) -> None:
        self.done.set()


def party(kind: type[ChargePoint], version: OcppVersion, connection: Connection, side: Side) -> Any:
    """One of the above for a version."""
    peer = kind(IDENTITY, Wire(connection, side))
    peer._ocpp_version = version.value
    peer._call, peer._call_result = (call_v16, result_v16) if version is OcppVersion.V16 else (call_v201, result_v201)
    return peer


@asynccontextmanager
async def pypi_csms(lab: Lab, case: Case) -> AsyncIterator[tuple[str, Side]]:
    """A CSMS that listens; gives its URL and what it says and hears."""
    side = Side()

    async def known(user: str, password: str) -> bool:
        side.password = password
        return (user, password) == (IDENTITY, PASSWORD)

    async def serve_one(connection: ServerConnection) -> None:
        try:
            await party(PypiCsms, case.version, connection, side).start()
        except ConnectionClosed:
            side.close = (connection.close_code, connection.close_reason)

    async with serve(
        serve_one,
        "127.0.0.1",
        0,
        ssl=lab.server_context(case),
        subprotocols=[Subprotocol(case.version.subprotocol)],
        compression="deflate" if case.accepted else None,
        process_request=basic_auth(check_credentials=known),
    ) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'wss' if case.tls else 'ws'}://127.0.0.1:{port}/ocpp", side


async def pypi_station(lab: Lab, case: Case, url: str, password: str = PASSWORD) -> Side:
    """A station's whole life; raises what `websockets` raises when it is refused."""
    side = Side()
    secret = url.replace("://", f"://{IDENTITY}:{password}@", 1)
    async with connect(
        f"{secret}/{IDENTITY}",
        ssl=lab.client_context(case),
        subprotocols=[Subprotocol(case.version.subprotocol)],
        compression="deflate" if case.offered else None,
        proxy=None,
    ) as connection:
        station = party(PypiStation, case.version, connection, side)
        station.done = asyncio.Event()
        listening = asyncio.ensure_future(station.start())
        async with asyncio.timeout(PATIENCE):
            await station.live()
            await connection.close(1000, "done")
        side.close = (connection.close_code, connection.close_reason)
        await asyncio.gather(listening, return_exceptions=True)
    return side
