"""Texts for people: what they repeat of known values is replaced, and what looks like an address, a URL or a number of somebody."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from ocppscope.capture.anonymity.addresses import host, host_and_port
from ocppscope.capture.anonymity.certificates import PEM, pem_replaced
from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.known import KnownValues
from ocppscope.capture.anonymity.pseudonyms import Pseudonyms
from ocppscope.capture.secrets.handshakes import REDACTED

_SAYS_NOTHING = re.compile(r"[-+0-9.,:eETZ \s]*+|true|false|null", re.IGNORECASE)
"""Numbers, times and booleans are never searched."""

_TELLING = re.compile(
    r"(?P<url>(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,19}://[^\s\"'<>\\]+)"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)"
    r"|(?P<ip>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]))"
    r"|(?P<mac>(?<![0-9A-Za-z:-])(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\5){4}[0-9A-Fa-f]{2}(?![0-9A-Za-z:-]))"
    r"|(?P<contract>(?<![A-Za-z0-9])[A-Z]{2}-?[A-Z0-9]{3}-?C[A-Z0-9]{8}(?:-?[A-Z0-9])?(?![A-Za-z0-9]))"
    r"|(?P<vehicle>(?<![A-Za-z0-9])(?=[A-Z0-9]{12}[0-9]{3,5}(?![A-Za-z0-9]))[A-HJ-NPR-Z0-9]{17}(?![A-Za-z0-9]))"
)
"""An e-mail address, an IPv4 and a MAC address, an eMAID (ISO 15118-1 annex), a vehicle's number (ISO 3779)."""

_SIGNS = re.compile(r"://|@|\d\.\d|[0-9A-Fa-f][:-][0-9A-Fa-f]|[A-Z0-9]{5}|-----BEGIN")
"""Without any of these there is nothing telling: a search of 0.2 µs instead of one of 5."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_PARAMETER = re.compile(r"([?&][^=&#?]*=)([^&#]+)")
_ENDING = re.compile(
    r"(?:\.(?:zip|tar|gz|tgz|bz2|7z|bin|img|hex|fw|raucb|swu|deb|log|txt|csv|json|xml|pem|crt))+\Z", re.IGNORECASE
)

_WAYPOINTS = frozenset({
    "api", "central", "centralsystem", "centralsystemservice", "charge-point", "chargepoint", "chargepoints",
    "charger", "chargers", "charging", "connect", "cp", "cpo", "cs", "csms", "diagnostics", "download", "downloads",
    "files", "firmware", "gateway", "log", "logs", "ocsp", "service", "services", "socket", "station", "stations",
    "steve", "update", "updates", "upload", "uploads", "websocket", "websockets", "ws", "wss",
})  # fmt: skip
"""Parts of paths that say what something is, not whose."""

_VERSION = re.compile(r"(?i)v?[0-9](?:\.[0-9]){0,3}|ocpp-?j?[0-9.]{0,6}j?")

_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+|[^%]+|%", re.DOTALL)


class Texts:
    """Replaces within texts. A text is as long afterwards as before."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self.pseudonyms = pseudonyms
        self._known = KnownValues(())
        self.free: Callable[[str], str] = self._free

    def search_for_known(self) -> None:
        """Everything was learned: from now on search texts for it."""
        self._known = KnownValues(self.pseudonyms.known)

    def _free(self, text: str) -> str:
        """A text that is searched: what is telling in it by itself, and known values."""
        if len(text) < 4 or _SAYS_NOTHING.fullmatch(text):
            return text
        if not _SIGNS.search(text):
            return self.repeated(text)
        if "-----BEGIN" in text:
            return self._between(PEM, text, lambda found: pem_replaced(found[0], self.pseudonyms), self._telling)
        return self._telling(text)

    def _telling(self, text: str) -> str:
        return self._between(_TELLING, text, self._told, self.repeated)

    def repeated(self, text: str) -> str:
        """The text with known values replaced."""
        if not self._known or len(text) < 4:
            return text
        pieces: list[str] = []
        at = 0
        for start, stop in self._known.spans(text):
            pieces += text[at:start], self.pseudonyms.again(text[start:stop])
            at = stop
        return "".join([*pieces, text[at:]]) if pieces else text

    def opaque(self, kind: Kind, text: str) -> str:
        """The text replaced as a whole, but for known values, which have their own pseudonyms in it."""
        if kind in self.pseudonyms.kept:
            return self.free(text)
        if not self._known:
            return self._opaque(kind, text)
        pieces: list[str] = []
        at = 0
        for start, stop in self._known.spans(text):
            pieces += self._opaque(kind, text[at:start]), self.pseudonyms.again(text[start:stop])
            at = stop
        return "".join([*pieces, self._opaque(kind, text[at:])])

    def url(self, text: str) -> str:
        """A location: its scheme and well-known parts stay; one without a scheme is a host or a path."""
        found = _URL.fullmatch(text)
        if found is None:
            return self.path(text) if "/" in text else self.file_name(text)
        scheme, authority, path, query, fragment = found.groups()
        user, at, place = authority.rpartition("@")
        return "".join(
            (
                scheme,
                self._user(user) + at,
                host_and_port(place, self.pseudonyms),
                self.path(path),
                self.query(query or ""),
                self.opaque(Kind.URLS, fragment or ""),
            )
        )

    def path(self, text: str) -> str:
        """The parts of a path, slashes and well-known words as they are."""
        return "/".join(
            part if part.lower() in _WAYPOINTS or _VERSION.fullmatch(part) else self.encoded(part, self.file_name)
            for part in text.split("/")
        )

    def query(self, text: str) -> str:
        """``?name=value&…``: the names stay."""
        return _PARAMETER.sub(
            lambda found: found[1] + (found[2] if found[2] == REDACTED else self.encoded(found[2], self.file_name)),
            text,
        )

    def file_name(self, text: str) -> str:
        """A name with its ending."""
        ending = _ENDING.search(text)
        stem = text[: ending.start()] if ending else text
        return self.opaque(Kind.URLS, stem) + text[len(stem) :]

    def host(self, text: str) -> str:
        """A host name or address, with a port or without, or a URL where a host is due."""
        return self.url(text) if "://" in text else host_and_port(text, self.pseudonyms)

    @staticmethod
    def encoded(text: str, edit: Callable[[str], str]) -> str:
        """A percent-encoded text, edited in the clear and encoded where it was."""
        if "%" not in text:
            return edit(text)
        cells: list[tuple[str, str]] = []
        for piece in _PERCENT.findall(text):
            cells += _decoded(piece)
        other = edit("".join(char for char, _ in cells))
        return "".join(
            sent if new == old else new if len(sent) == 1 else "".join(f"%{byte:02X}" for byte in new.encode())
            for new, (old, sent) in zip(other, cells, strict=True)
        )

    def _opaque(self, kind: Kind, text: str) -> str:
        return self.pseudonyms.of(kind, text, searched=False)

    def _user(self, user: str) -> str:
        name, colon, password = user.partition(":")
        secret = password if password == REDACTED or not password.strip("*") else self._credential(password)
        return self.encoded(name, self._credential) + colon + secret

    def _credential(self, text: str) -> str:
        return self.pseudonyms.of(Kind.CREDENTIALS, text)

    def _told(self, found: re.Match[str]) -> str:
        text = found[0]
        match found.lastgroup:
            case "url":
                return self.url(text)
            case "ip":
                return host(text, self.pseudonyms)
            case "mail":
                return self.pseudonyms.of(Kind.TEXTS, text)
            case "contract":
                return self.pseudonyms.of(Kind.TAGS, text)
        return self.pseudonyms.of(Kind.SERIALS, text)

    @staticmethod
    def _between(
        pattern: re.Pattern[str], text: str, told: Callable[[re.Match[str]], str], rest: Callable[[str], str]
    ) -> str:
        pieces: list[str] = []
        at = 0
        for found in pattern.finditer(text):
            pieces += rest(text[at : found.start()]), told(found)
            at = found.end()
        return "".join([*pieces, rest(text[at:])]) if pieces else rest(text)


def _decoded(piece: str) -> Iterator[tuple[str, str]]:
    """Each character of a piece with what was sent for it; percent signs that encode nothing stand for themselves."""
    if len(piece) >= 3 and piece[0] == "%":
        try:
            chars = unquote_to_bytes(piece).decode()
        except UnicodeDecodeError:
            chars = ""
        at = 0
        for char in chars:
            size = 3 * len(char.encode())
            yield char, piece[at : at + size]
            at += size
        piece = piece[at:]
    yield from ((char, char) for char in piece)
