"""CON: connections, handshakes and their transport."""
