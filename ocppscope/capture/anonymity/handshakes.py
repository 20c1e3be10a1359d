"""An HTTP upgrade with pseudonyms in it."""

import re

import msgspec

from ocppscope.capture.anonymity.kinds import Kind
from ocppscope.capture.anonymity.texts import Texts
from ocppscope.capture.record import Handshake, TlsFacts
from ocppscope.capture.secrets.handshakes import redact_headers
from ocppscope.protocol.identity import ABSOLUTE

_HOSTS = frozenset({"host", "x-forwarded-host"})
_URLS = frozenset({"location", "origin", "referer"})
_UNTOUCHED = re.compile(r"(?i)sec-websocket-.*|upgrade|connection|date|server|content-.*|authorization|.*cookie")
_ADDRESSES = re.compile(r"(?i)x-(?:forwarded-for|real-ip|client-ip|cluster-client-ip)|true-client-ip|cf-connecting-ip")
_USER = re.compile(r"((?i:basic) user=)(.*)( password=[0-9]{1,9} bytes.*)", re.DOTALL)
_NAME_PART = re.compile(r"(?<==)[^,/+=]+")


def target_replaced(target: str, texts: Texts) -> str:
    """A request target or URL: the station's identity at the end of its path, other parts, the query."""
    origin = ABSOLUTE.match(target)
    prefix = texts.url(origin[0]) if origin else ""
    rest = target[origin.end() :] if origin else target
    path, mark, query = rest.partition("?")
    folders, slash, identity = path.rstrip("/").rpartition("/")
    trailing = path[len(path.rstrip("/")) :]
    identity = texts.encoded(identity, lambda text: station_replaced(text, texts))
    return f"{prefix}{texts.path(folders)}{slash}{identity}{trailing}{texts.query(mark + query)}"


def station_replaced(identity: str, texts: Texts) -> str:
    """A station's identity."""
    if Kind.STATIONS in texts.pseudonyms.kept:
        return texts.free(identity)
    return texts.pseudonyms.of(Kind.STATIONS, identity)


def handshake_replaced(handshake: Handshake, texts: Texts) -> Handshake:
    """Both halves of an upgrade. Credentials were redacted when they were recorded, or are now."""
    return msgspec.structs.replace(
        handshake,
        target=target_replaced(handshake.target, texts),
        request=[_header(name, value, texts) for name, value in redact_headers(handshake.request)],
        response=[_header(name, value, texts) for name, value in redact_headers(handshake.response)],
        auth=_credentials(handshake.auth, texts),
        body=None if handshake.body is None else texts.free(handshake.body),
    )


def tls_replaced(facts: TlsFacts | None, texts: Texts) -> TlsFacts | None:
    """What a leg negotiated, with other names in it."""
    if facts is None:
        return None
    return msgspec.structs.replace(
        facts,
        server_name=None if facts.server_name is None else texts.host(facts.server_name),
        peer_subject=None if facts.peer_subject is None else _subject(facts.peer_subject, texts),
    )


def _header(name: str, value: str, texts: Texts) -> tuple[str, str]:
    low = name.lower()
    if low in _HOSTS:
        return name, texts.host(value)
    if low in _URLS:
        return name, texts.url(value)
    if _ADDRESSES.fullmatch(low):
        return name, ",".join(_padded(part, texts) for part in value.split(","))
    return name, texts.repeated(value) if _UNTOUCHED.fullmatch(low) else texts.free(value)


def _padded(part: str, texts: Texts) -> str:
    bare = part.strip()
    return part.replace(bare, texts.host(bare)) if bare else part


def _credentials(auth: str | None, texts: Texts) -> str | None:
    found = _USER.fullmatch(auth) if auth is not None else None
    if auth is None or found is None:
        return auth
    return found[1] + texts.encoded(found[2], lambda text: station_replaced(text, texts)) + found[3]


def _subject(subject: str, texts: Texts) -> str:
    if "=" not in subject:
        return texts.opaque(Kind.CERTIFICATES, subject)
    return _NAME_PART.sub(lambda found: texts.opaque(Kind.CERTIFICATES, found[0]), subject)
