"""Packets, as tcpdump and Wireshark catch them (pcap, pcapng): read with all their faults, and written with findings.

Told from the outside in: ``reading`` the whole · ``packets`` the containers · ``segments`` link layers, IP and TCP ·
``streams`` bytes in their order · ``conversation`` the upgrade and the frames · ``decryption`` TLS, by tshark · ``writing``
pcapng made from records.
"""

from ocppscope.capture.formats.pcap.reading import read, sniff, vantage
from ocppscope.capture.formats.pcap.writing import write

__all__ = ["ENDINGS", "NAME", "read", "sniff", "vantage", "write"]

NAME = "pcap"

ENDINGS = (".pcapng", ".pcap")
