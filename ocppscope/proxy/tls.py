"""TLS of both legs: contexts, what was negotiated, and what went wrong in words."""

import ssl
from asyncio import BaseTransport
from weakref import WeakKeyDictionary

from ocppscope.capture.record import TlsFacts
from ocppscope.proxy.config import ConfigError, EngineConfig

_server_names: WeakKeyDictionary[ssl.SSLObject, str] = WeakKeyDictionary()


def listener_context(config: EngineConfig) -> ssl.SSLContext | None:
    """The context for stations, None for a plain listener.

    Raises:
        ConfigError: certificate or key cannot be used; one line.
    """
    if config.cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = _remember_server_name
    files = f"certificate {config.cert}" + (f" with key {config.key}" if config.key else "")
    try:
        # The empty password makes an encrypted key an error; OpenSSL would ask for it on the terminal of the UI.
        context.load_cert_chain(config.cert, config.key, password="")
    except ssl.SSLError as error:
        mismatch = error.reason == "KEY_VALUES_MISMATCH"
        hint = "the key does not belong to the certificate" if mismatch else "no PEM in it, or a key with a password"
        raise ConfigError(f"cannot use the {files}: {hint}") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read the {files}: {getattr(error, 'strerror', None) or error}") from None
    return context


def upstream_context(config: EngineConfig) -> ssl.SSLContext:
    """The context for the CSMS: its certificate is verified by the system's authorities or those of ``upstream_ca``.

    Raises:
        ConfigError: the file of authorities cannot be used; one line.
    """
    try:
        return ssl.create_default_context(cafile=config.upstream_ca)
    except ssl.SSLError:
        raise ConfigError(f"cannot use the authorities in {config.upstream_ca}: no PEM certificate in it") from None
    except OSError as error:
        raise ConfigError(f"cannot read the authorities in {config.upstream_ca}: {error.strerror or error}") from None


def tls_facts(transport: BaseTransport, server_name: str | None = None) -> TlsFacts | None:
    """What a leg negotiated; None on a plain one. ``server_name`` is the name asked for where the leg is ours."""
    connection = transport.get_extra_info("ssl_object")
    if connection is None:
        return None
    cipher = connection.cipher()
    certificate = connection.getpeercert() or {}
    return TlsFacts(
        version=connection.version(),
        cipher=cipher[0] if cipher else None,
        server_name=server_name or _server_names.get(connection),
        peer_subject=_distinguished_name(certificate.get("subject", ())) or None,
        peer_expires=certificate.get("notAfter"),
    )


def tls_words(error: BaseException) -> str:
    """A TLS failure in words: what the verification says, or the alert or OpenSSL reason by its name."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {error.verify_message}"
    reason = getattr(error, "reason", None)
    if isinstance(error, ssl.SSLError) and reason:
        for alert in ("TLSV1_ALERT_", "TLSV13_ALERT_", "SSLV3_ALERT_"):
            if reason.startswith(alert):
                name = reason.removeprefix(alert).replace("_", " ").lower()
                return f"TLS alert {name} from the peer"
        return _REASONS.get(reason) or reason.lower().replace("_", " ")
    if isinstance(error, ConnectionResetError):
        return "connection reset during the TLS handshake"
    if isinstance(error, TimeoutError | ConnectionAbortedError):
        return "the TLS handshake was not completed"
    return str(error) or type(error).__name__


_REASONS = {
    "HTTP_REQUEST": "plain HTTP on a port that speaks TLS; use wss:// in the station, or start without --cert",
    "WRONG_VERSION_NUMBER": "the peer does not speak TLS on this port",
    "UNEXPECTED_EOF_WHILE_READING": "the connection ended in the TLS handshake",
    "NO_SHARED_CIPHER": "no cipher suite in common",
    "UNSUPPORTED_PROTOCOL": "no TLS version in common",
}


def _remember_server_name(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
    if name is not None:
        _server_names[connection] = name


def _distinguished_name(subject: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    return ", ".join(f"{_SHORT.get(key, key)}={value}" for part in subject for key, value in part)


_SHORT = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "serialNumber": "serialNumber",
}
