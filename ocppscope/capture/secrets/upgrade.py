"""An HTTP upgrade as it may be recorded: without credentials."""

from ocppscope.capture.record import Handshake
from ocppscope.capture.secrets.handshakes import describe_credentials, redact_headers, redact_url
from ocppscope.protocol.websocket.handshake import Request, Response


def handshake(request: Request, response: Response | None = None, body: str | None = None) -> Handshake:
    """Both halves of an upgrade as they may be recorded."""
    return Handshake(
        target=redact_url(request.target),
        request=redact_headers(request.headers),
        status=response.status if response else None,
        status_line=response.line if response else None,
        response=redact_headers(response.headers) if response else [],
        auth=describe_credentials(request.get("authorization")),
        body=body,
    )
