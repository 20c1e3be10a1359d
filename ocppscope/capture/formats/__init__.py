"""Capture formats, one a file. The registry and the protocol that a format fulfils land with the reader."""
