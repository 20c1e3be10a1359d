"""The room between two parties that no one of this project wrote: certificates, the real engine, and what must be true."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from ocppscope.capture.reader import open_capture
from ocppscope.capture.record import Close, MessageRecord, Opened, Record
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction
from ocppscope.protocol.version import OcppVersion
from ocppscope.proxy.config import EngineConfig
from ocppscope.proxy.process import EngineProcess

IDENTITY = "MADE-UP-01"
PASSWORD = "made-up-password"
YOUR_TURN = "your turn"
"""The DataTransfer after which the CSMS asks, so that nothing depends on time."""

PATIENCE = 30.0


@dataclass(frozen=True)
class Case:
    """How the two are connected. Both legs are plain or both are TLS."""

    version: OcppVersion = OcppVersion.V16
    tls: bool = False
    offered: bool = True
    """The station offers permessage-deflate."""
    accepted: bool = True
    """The CSMS takes it up."""

    @property
    def deflated(self) -> bool:
        return self.offered and self.accepted

    def __str__(self) -> str:
        deflate = {(True, True): "deflate", (True, False): "deflate-declined"}.get((self.offered, self.accepted))
        return "-".join((self.version, "wss" if self.tls else "ws", deflate or "plain"))


@dataclass
class Side:
    """What one party said and heard, in its own words, and how its connection ended."""

    sent: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    close: tuple[int | None, str | None] | None = None
    password: str | None = None
    """The CSMS: what the station authenticated with."""
    complaints: list[str] = field(default_factory=list)


class Lab:
    """Certificates, and the engine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        authority = trustme.CA()
        self._certificate = authority.issue_cert("127.0.0.1", "localhost")
        self.ca, self.cert, self.key = (str(folder / name) for name in ("ca.pem", "cert.pem", "key.pem"))
        authority.cert_pem.write_to_path(self.ca)
        self._certificate.private_key_pem.write_to_path(self.key)
        for pem in self._certificate.cert_chain_pems:
            pem.write_to_path(self.cert, append=True)
        self.capture = folder / "capture.jsonl"

    @asynccontextmanager
    async def engine(self, upstream: str, case: Case) -> AsyncIterator[str]:
        """The engine in front of a CSMS; gives the URL for stations."""
        tls = {"cert": self.cert, "key": self.key, "upstream_ca": self.ca} if case.tls else {}
        engine = EngineProcess(
            EngineConfig(upstream=upstream, listen="127.0.0.1:0", capture=str(self.capture), **tls)  # type: ignore[arg-type]
        )
        await asyncio.to_thread(engine.start)
        try:
            yield engine.listening.url
        finally:
            await asyncio.to_thread(engine.stop)
        assert engine.stderr == ""

    def records(self) -> list[Record]:
        return list(open_capture(self.capture))

    def server_context(self, case: Case) -> ssl.SSLContext | None:
        if not case.tls:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context

    def client_context(self, case: Case) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=self.ca) if case.tls else None


def assert_verbatim(lab: Lab, case: Case, station: Side, csms: Side) -> None:
    """Both heard exactly what the other sent, the capture has it letter by letter, and nothing is wrong with it."""
    assert station.complaints == csms.complaints == []
    assert len(station.sent) >= 8
    assert len(csms.sent) >= 8
    assert csms.heard == station.sent
    assert station.heard == csms.sent
    assert station.close == csms.close == (1000, "done")
    assert csms.password == PASSWORD

    records = lab.records()
    (opened,) = [record for record in records if isinstance(record, Opened)]
    assert opened.station == IDENTITY
    assert opened.subprotocol == case.version.subprotocol
    assert ("permessage-deflate" in (opened.extensions or "")) is case.deflated
    assert (opened.station_tls is not None) is (opened.csms_tls is not None) is case.tls
    assert opened.handshake is not None
    assert IDENTITY in (opened.handshake.auth or "")
    messages = [record for record in records if isinstance(record, MessageRecord)]
    assert [record.text for record in messages if record.dir is Direction.TO_CSMS] == station.sent
    assert [record.text for record in messages if record.dir is Direction.TO_STATION] == csms.sent
    assert {record.compressed for record in messages} == {case.deflated}
    closes = [(record.code, record.reason) for record in records if isinstance(record, Close)]
    assert closes[0] == (1000, "done")
    assert_secret(lab)

    inspector = Inspector()
    for record in records:
        inspector.observe(record)
    found = [row.finding for row in inspector.findings.rows()]
    assert [one for one in found if one.severity is not Severity.INFO or one.rule not in EXPLAINED] == []
    assert inspector.counts.answered == inspector.counts.calls == len(messages) / 2


EXPLAINED = {
    "CON-007": "the password goes over ws:// on purpose",
    "CON-015": "the CSMS declines compression on purpose",
    "TXN-024": "the made-up charge is stopped without presenting the card again",
}
"""Infos that these conversations bring, and why they are true."""


def assert_secret(lab: Lab) -> None:
    """The password is nowhere in the capture, as it is or in the header's base64."""
    content = lab.capture.read_bytes()
    assert PASSWORD.encode() not in content
    assert b64encode(f"{IDENTITY}:{PASSWORD}".encode()) not in content
