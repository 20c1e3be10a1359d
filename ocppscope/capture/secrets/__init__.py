"""What is never written: credentials of handshakes and URLs, and secrets inside messages."""
