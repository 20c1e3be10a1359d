"""A capture without the connections that another capture has."""

from collections.abc import Collection, Iterable, Iterator

from ocppscope.capture.joining.outline import Places
from ocppscope.capture.record import Record


def remainder(records: Iterable[Record], left_out: Collection[int]) -> Iterator[Record]:
    """The records of a capture, but for some connections.

    Args:
        records: all of them, in order.
        left_out: places of connections, as `ocppscope.capture.joining.outline.Outline` lists them.
    """
    places = Places()
    for record in records:
        if places.place(record) not in left_out:
            yield record
