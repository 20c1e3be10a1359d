"""What holds of every page that is written, and what a hostile peer may call things."""

import base64
import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from msgspec import structs

from ocppscope.capture.record import Opened, Refused
from ocppscope.capture.record import encode as line_of
from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import Example

VOID = {"meta", "br", "hr", "input", "link"}
HOSTILE = '</script><img src=x onerror="alert(1)">\'"`<!--]]>&lt;{{7*7}}\u202etxt\u2066\x1b[31m\x00\x07\u200b'
"""What a peer may call anything: markup, quotes, comments, entities, templates, direction marks, escape sequences."""


class Parsed(HTMLParser):
    """The elements of a page, with what is wrong in their nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._open: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        if self._open:
            self.faults.append(f"never closed: {self._open}")

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attributes)))
        if name not in VOID:
            self._open.append(name)

    def handle_endtag(self, name: str) -> None:
        if not self._open or self._open.pop() != name:
            self.faults.append(f"</{name}> closes nothing")

    def handle_data(self, data: str) -> None:
        kind = self._open[-1] if self._open else ""
        {"script": self.scripts, "style": self.styles}.get(kind, self.texts).append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data!r}")

    @property
    def text(self) -> str:
        return "".join(self.texts)


def capture_of(script: str, path: Path, station: str | None = None) -> Path:
    records = list(records_of(Example("made up", script)))
    if station is not None:
        records = [
            structs.replace(record, station=station) if isinstance(record, Opened | Refused) else record
            for record in records
        ]
    path.write_bytes(b"".join(map(line_of, records)))
    return path


def checked(text: str) -> Parsed:
    """The page, after checking what holds of every page."""
    parsed = Parsed(text)
    assert parsed.faults == []
    names = {name for name, _ in parsed.elements}
    assert names.isdisjoint(
        {"img", "iframe", "object", "embed", "link", "base", "form", "foreignobject", "image", "use"}
    )
    assert len(parsed.scripts) == 1
    for name, attributes in parsed.elements:
        assert not [key for key in attributes if key.startswith("on") or key in ("style", "srcdoc", "src")], (
            name,
            attributes,
        )
        assert (attributes.get("href") or "#").startswith("#"), "nothing leads out of the page"
    policy = next(a["content"] or "" for _, a in parsed.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    for source in (*parsed.scripts, *parsed.styles):
        assert f"'sha256-{base64.b64encode(sha256(source.encode()).digest()).decode()}'" in policy
    assert not re.search(r"url\(|@import|https?:", "".join(parsed.styles) + parsed.scripts[0])
    return parsed


def said(direction: str, message: list[Any]) -> str:
    return f"{direction} {json.dumps(message)}"


def hostile_script(text: str) -> str:
    """Everything that a peer may choose is that text."""
    boot = {
        "chargePointVendor": text,
        "chargePointModel": text,
        "firmwareVersion": text,
        "chargePointSerialNumber": text,
    }
    value = {"value": text, "measurand": text, "unit": text}
    lines = [
        said(">", [2, text, "BootNotification", boot]),
        said("<", [3, text, {"status": text, "currentTime": text, "interval": text}]),
        said(">", [2, text + "2", text, {text: text}]),
        said("<", [4, text + "2", text, text, {text: text}]),
        said(">", [2, "x", "StatusNotification", {"connectorId": text, "errorCode": text, "status": text, "info": text}]),
        said(">", [2, "s", "StartTransaction", {"connectorId": 1, "idTag": text, "meterStart": 1, "timestamp": text}]),
        said("<", [3, "s", {"transactionId": 17, "idTagInfo": {"status": "Accepted"}}]),
        said(">", [2, "m", "MeterValues", {"connectorId": 1, "transactionId": 17, "meterValue": [{"timestamp": text, "sampledValue": [value]}]}]),
        said(">", [2, "e", "StopTransaction", {"transactionId": 17, "meterStop": 2, "timestamp": text, "reason": text}]),
        said("<", [2, "c", "ChangeConfiguration", {"key": text, "value": text}]),
        f'> [2,"half","{text}',
        f"> {text}",
        "close < 1001 " + text,
    ]  # fmt: skip
    return "\n".join(lines).replace("\x00", "")
