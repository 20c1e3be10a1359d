"""A capture without the names in it."""

import base64
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec

from ocppscope.capture.anonymity.handshakes import (
    handshake_replaced,
    station_replaced,
    tls_replaced,
)
from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.messages import Messages
from ocppscope.capture.anonymity.pseudonyms import Pseudonyms
from ocppscope.capture.anonymity.texts import Texts
from ocppscope.capture.record import (
    Close,
    Ended,
    Gap,
    Header,
    MessageRecord,
    Note,
    Opened,
    Ping,
    Pong,
    Record,
    Refused,
    Undecodable,
)

_DEEPEST = 10
"""Levels of a header's options that are looked into; what lies deeper is left out."""


class Anonymizer:
    """Replaces what tells who and where.

    Args:
        salt: makes the pseudonyms; whoever knows it can find out what stands for a value that he guesses.
        kept: kinds that stay as they are.
        dropped: kinds of which only the shape stays: different values look alike then, and rules may see other things.
    """

    def __init__(self, salt: str, kept: Collection[Kind] = (), dropped: Collection[Kind] = ()) -> None:
        self.pseudonyms = Pseudonyms(salt, kept, dropped)
        self.texts = Texts(self.pseudonyms)
        self._messages = Messages(self.texts)

    def learn(self, records: Iterable[Record]) -> None:
        """Collect the values to be replaced: everything that will be anonymized, once."""
        for record in records:
            self._replaced(record)

    def anonymize(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records with pseudonyms, in their order."""
        if self.pseudonyms.learning:
            self.pseudonyms.learning = False
            self.texts.search_for_known()
        for record in records:
            yield self._replaced(record)

    def _replaced(self, record: Record) -> Record:
        match record:
            case MessageRecord():
                return self._message(record)
            case Ping() | Pong():
                return self._with(record, payload=self._octets(record.payload)) if record.payload else record
            case Opened() | Refused():
                return self._connection(record)
            case Header():
                return self._header(record)
            case Close() | Gap():
                return self._with(record, reason=self.texts.free(record.reason))
            case Undecodable():
                # Bytes that made no sense may be anything, also masked: only how many there were stays.
                size = len(base64.b64decode(record.data))
                data = base64.b64encode(bytes(size)).decode("ascii")
                return self._with(record, reason=self.texts.free(record.reason), data=data)
            case Ended():
                return record if record.error is None else self._with(record, error=self.texts.free(record.error))
            case Note():
                return self._with(record, text=self.texts.free(record.text))

    def _message(self, record: MessageRecord) -> Record:
        if record.text is not None:
            text = self._messages.edit(record.text)
            return record if text == record.text else self._with(record, text=text)
        if not record.data:
            return record
        data = base64.b64decode(record.data).decode("latin-1")
        # Read as Latin-1 each byte is a character; what is no ASCII stays, so that it is no UTF-8 in the same place.
        return self._with(record, data=_base64(_same_beyond_ascii(data, self._messages.edit(data))))

    def _connection(self, record: Opened | Refused) -> Record:
        texts = self.texts
        changes: dict[str, Any] = {
            "station": None if record.station is None else station_replaced(record.station, texts),
            "peer": None if record.peer is None else texts.host(record.peer),
            "upstream": None if record.upstream is None else self.texts.host(record.upstream),
            "handshake": None if record.handshake is None else handshake_replaced(record.handshake, texts),
            "station_tls": tls_replaced(record.station_tls, texts),
            "csms_tls": tls_replaced(record.csms_tls, texts),
        }
        if isinstance(record, Refused):
            changes["reason"] = texts.free(record.reason)
        return self._with(record, **changes)

    def _header(self, record: Header) -> Record:
        return self._with(
            record,
            listen=None if record.listen is None else self.texts.host(record.listen),
            upstream=None if record.upstream is None else self.texts.host(record.upstream),
            options=self._option(record.options, 0),
        )

    def _option(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.texts.free(value)
        if depth >= _DEEPEST:
            return None
        if isinstance(value, dict):
            return {key: self._option(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list):
            return [self._option(each, depth + 1) for each in value]
        return value

    def _octets(self, data: str) -> str:
        text = base64.b64decode(data).decode("latin-1")
        return _base64(_same_beyond_ascii(text, self.texts.free(text)))

    @staticmethod
    def _with(record: Record, **changes: Any) -> Record:
        return msgspec.structs.replace(record, **changes)


def _same_beyond_ascii(old: str, new: str) -> str:
    return "".join(other if before.isascii() else before for before, other in zip(old, new, strict=True))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("latin-1", "replace")).decode("ascii")
