"""How a socket ended, in the words of the capture."""

import errno
import os
import ssl

from ocppscope.protocol.roles import Role
from ocppscope.proxy.tls import tls_words

NETWORK = "network"
PROXY = "proxy"

_RESET = (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)
_NETWORK_ERRORS = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.ENETRESET, errno.EHOSTDOWN}


def classify(role: Role, error: Exception | None) -> tuple[str, str, str | None]:
    """Who ended it (a role, or the network), how ("fin", "rst", "timeout", "error"), and the system's words if any."""
    if error is None:
        return role.value, "fin", None
    if isinstance(error, ssl.SSLError):
        return role.value, "error", tls_words(error)
    if isinstance(error, _RESET):
        return role.value, "rst", words(error)
    if isinstance(error, TimeoutError):
        return NETWORK, "timeout", words(error)
    if isinstance(error, OSError) and error.errno in _NETWORK_ERRORS:
        return NETWORK, "error", words(error)
    return role.value, "error", words(error)


def words(error: BaseException) -> str:
    """An error in the system's words, in lower case."""
    code = getattr(error, "errno", None)
    return os.strerror(code).lower() if isinstance(code, int) else str(error) or type(error).__name__
