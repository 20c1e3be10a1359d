"""Packets, as tcpdump and Wireshark catch them (pcap, pcapng): read with all their faults, and written with findings.

Told from the outside in: ``reading`` the whole · ``packets`` the containers · ``segments`` link layers, IP and TCP ·
``streams`` bytes in their order · ``conversation`` the upgrade and the frames · ``decryption`` TLS, by tshark · ``writing``
pcapng made from records.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from ocppscope.capture.formats.pcap.packets import is_pcap
from ocppscope.capture.lost import Lost
from ocppscope.capture.record import Record, Vantage
from ocppscope.capture.source import Source

if TYPE_CHECKING:
    from ocppscope.capture.formats import Remarks

NAME = "pcap"

ENDINGS = (".pcapng", ".pcap")


def sniff(head: bytes) -> bool:
    """Whether it has the magic of one of the two containers."""
    return is_pcap(head)


def vantage(head: bytes) -> Vantage:
    """Unknown: packets do not say where they were caught."""
    return Vantage.UNKNOWN


def read(source: Source) -> Iterator[Record]:
    """See `reading.read`."""
    from ocppscope.capture.formats.pcap import reading  # noqa: PLC0415 - decoding of frames loads websockets

    return reading.read(source)


def write(records: Iterable[Record], file: BinaryIO, lost: Lost, remarks: "Remarks") -> None:
    """See `writing.write`."""
    from ocppscope.capture.formats.pcap import writing  # noqa: PLC0415 - as above

    writing.write(records, file, lost, remarks)
