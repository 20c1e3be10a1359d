"""Tables of messages: exports of CSMS databases, read; and one row a message, written.

Columns are found by their names, in any letter case, with or without blanks, dots and underscores: a time, a station, a
direction, an id, an action and the message, which may be the whole array or only its payload. A row may also hold a request and
its response. ``--columns time=created_at`` names what is called otherwise.
"""

from ocppscope.capture.formats.csv.reading import read, sniff, vantage
from ocppscope.capture.formats.csv.writing import write

__all__ = ["ENDINGS", "NAME", "read", "sniff", "vantage", "write"]

NAME = "csv"

ENDINGS = (".csv",)
