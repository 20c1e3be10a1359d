"""Encrypted packets: real TLS between two ends in this process, its bytes wrapped in packets, opened by tshark with the keys."""

import shutil
import ssl
import sys
from pathlib import Path

import pytest
import trustme
from captured import BOOT, BOOTED, RESET, read_file
from packets import CSMS, SWITCHED, UPGRADE, Talk, frame, pcap

from ocppscope.capture.errors import CaptureError
from ocppscope.capture.record import Opened

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

EXCHANGE = (
    (True, UPGRADE),
    (False, SWITCHED),
    (True, frame(BOOT, masked=True)),
    (False, frame(BOOTED)),
    (False, frame(RESET)),
)


class End:
    """One end of a TLS connection, without a socket."""

    def __init__(self, context: ssl.SSLContext, *, server: bool) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = None if server else "csms.invalid"
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=server, server_hostname=name)


def contexts(tmp_path: Path, *, rsa: bool) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Both ends' contexts; the client writes a key log, the server's RSA key is written as well."""
    authority = trustme.CA(key_type=trustme.KeyType.RSA)
    certificate = authority.issue_cert("csms.invalid", key_type=trustme.KeyType.RSA)
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.configure_trust(client)
    certificate.configure_cert(server)
    certificate.private_key_pem.write_to_path(str(tmp_path / "server.key"))
    if rsa:
        for context in (client, server):
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers("AES128-SHA256:AES128-SHA:@SECLEVEL=0")
    client.keylog_filename = str(tmp_path / "keys.log")
    return client, server


def recorded(client: End, server: End) -> Talk:
    """The connection as packets."""
    talk = Talk(csms=(CSMS[0], 443)).open(b"", b"")
    ends = {True: client, False: server}

    def carry() -> None:
        for up in (True, False):
            data = ends[up].outgoing.read()
            if data:
                for start in range(0, len(data), 1400):
                    talk.send(data[start : start + 1400], up=up)
                ends[not up].incoming.write(data)

    waiting = [True, False]
    while waiting:
        for up in list(waiting):
            try:
                ends[up].tls.do_handshake()
                waiting.remove(up)
            except ssl.SSLWantReadError:
                pass
            carry()
    for up, data in EXCHANGE:
        ends[up].tls.write(data)
        carry()
        assert ends[not up].tls.read(len(data)) == data
    return talk


@pytest.fixture(params=["TLS 1.3", "TLS 1.2 with RSA"])
def capture(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A capture of one encrypted connection; its keys lie beside it."""
    rsa = request.param != "TLS 1.3"
    client, server = contexts(tmp_path, rsa=rsa)
    path = tmp_path / "wss.pcap"
    path.write_bytes(pcap(recorded(End(client, server=False), End(server, server=True)).packets))
    return path


@needs_tshark
def test_a_key_log_opens_it(capture: Path) -> None:
    found = read_file(capture, keylog=str(capture.parent / "keys.log"))
    assert found.said == [(">", BOOT), ("<", BOOTED), ("<", RESET)]
    assert found.skipped == []
    opened = found.records[0]
    assert isinstance(opened, Opened)
    assert (opened.station, opened.peer, opened.upstream) == ("WB01", "192.0.2.7:40123", "192.0.2.1:443")


@needs_tshark
@pytest.mark.parametrize("capture", ["TLS 1.2 with RSA"], indirect=True)
def test_the_servers_key_opens_what_is_encrypted_with_it(capture: Path) -> None:
    found = read_file(capture, tls_key=str(capture.parent / "server.key"))
    assert found.said == [(">", BOOT), ("<", BOOTED), ("<", RESET)]


@needs_tshark
def test_keys_of_another_connection_open_nothing_and_that_is_said(capture: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.log"
    other.write_text(f"CLIENT_RANDOM {'00' * 32} {'11' * 48}\n")
    found = read_file(capture, keylog=str(other))
    assert found.records == []
    assert "could be decrypted with these keys" in found.skipped[0][1]


@needs_tshark
def test_a_key_file_that_is_not_there_is_named(capture: Path) -> None:
    with pytest.raises(CaptureError, match=r"cannot read .*none\.log: there is no such file"):
        read_file(capture, keylog=str(capture.parent / "none.log"))


def test_without_keys_they_are_asked_for(capture: Path) -> None:
    found = read_file(capture)
    assert found.records == []
    assert found.skipped[0][1].startswith("TLS connections that are not read: 1; give --keylog FILE")


def test_without_tshark_it_is_asked_for(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent / "nowhere"))
    with pytest.raises(CaptureError, match=r"cannot decrypt .*: install tshark \(Debian"):
        read_file(capture, keylog=str(capture.parent / "keys.log"))
