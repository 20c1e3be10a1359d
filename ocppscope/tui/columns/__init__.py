"""Columns of the message list, one family a file."""
