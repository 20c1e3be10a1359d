"""WebSocket, sans-I/O: the HTTP upgrade, frames, and permessage-deflate (RFC 6455, RFC 7692)."""
