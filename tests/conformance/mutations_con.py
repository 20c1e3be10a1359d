"""Faults of connections: handshakes, TLS, pings, ends."""

import clean_episodes_v2x as v2x
from capture_operators import add, both, facts, thin
from capture_records import Change
from capture_selectors import answer, call, kind, opened
from clean_episodes_v16 import csms_restarts, idle
from clean_management_v16 import configuration
from conversations import of_2x, of_16
from message_operators import put, tells
from mutation import Mutation

from ocppscope.capture.record import Close, Ended, Opened, Ping, Pong, Refused, Stage, TlsFacts

IDLE = of_16(idle)
SECURE = of_16(idle, security=2)
RESTART = of_16(csms_restarts, idle)
WEAK = "ECDHE-RSA-AES256-SHA"

BOOT_2X = {"reason": "PowerUp", "chargingStation": {"model": "Up", "vendorName": "Made"}}
BOOT = {
    "chargePointVendor": "Made",
    "chargePointModel": "Up",
    "chargePointSerialNumber": "SN-CS-1",
    "firmwareVersion": "1.4.2",
}
BOOTED = {"status": "Accepted", "currentTime": "2026-03-01T06:01:00.000Z", "interval": 300}
PLAIN = [("Host", "proxy.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
OFFER = [*PLAIN, ("Sec-WebSocket-Protocol", "ocpp1.6")]


def refused(times: int, gap: float) -> Change:
    """The station tries again and again."""
    tries = [
        add(opened(1), -5.5 + gap * number, Refused, conn=50 + number, station="CS-1", peer="10.20.0.7:50100",
            stage=Stage.HTTP, reason="HTTP 404", status=404)
        for number in range(times)
    ]  # fmt: skip
    return both(*tries)


# fmt: off
MUTATIONS = (
    Mutation("CON-001", "no subprotocol is offered", IDLE, facts(opened(), subprotocol=None, handshake={
        "request": PLAIN, "response": [("Upgrade", "websocket")]})),
    Mutation("CON-002", "a subprotocol is chosen that was not offered", IDLE, facts(opened(), subprotocol="ocpp1.5", handshake={
        "request": OFFER, "response": [("Upgrade", "websocket"), ("Sec-WebSocket-Protocol", "ocpp1.5")]})),
    Mutation("CON-003", "a boot of 2.0.1", IDLE, put(call("BootNotification"), "$", BOOT_2X), {
        "RPC-022": "the CSMS accepts it"}),
    Mutation("CON-004", "a colon in the identity", IDLE, facts(opened(), station="CS:1", handshake={"target": "/ocpp/CS:1"})),
    Mutation("CON-005", "the password of another station", SECURE, facts(opened(), handshake={"auth": "Basic user=CS-2 password=20 bytes"})),
    Mutation("CON-006", "a password of 12 bytes", SECURE, facts(opened(), handshake={"auth": "Basic user=CS-1 password=12 bytes"})),
    Mutation("CON-007", "a password without encryption", IDLE, facts(opened(), handshake={"auth": "Basic user=CS-1 password=20 bytes"})),
    Mutation("CON-008", "TLS 1.1", SECURE, facts(opened(), station_tls=TlsFacts(version="TLSv1.1", cipher="ECDHE-ECDSA-AES128-GCM-SHA256"))),
    Mutation("CON-009", "a suite with CBC", SECURE, facts(opened(), station_tls=TlsFacts(version="TLSv1.2", cipher=WEAK))),
    Mutation("CON-010", "every second ping is missing", of_16(configuration, idle), thin(Ping, Pong)),
    Mutation("CON-011", "six tries in five seconds", RESTART, refused(6, 0.9)),
    Mutation("CON-012", "a boot without need", RESTART, tells(opened(1), "BootNotification", BOOT, BOOTED), {
        "SES-008": "no connector is reported after it"}),
    Mutation("CON-013", "an unexpected condition", RESTART, both(
        facts(kind(Close), code=1011), facts(kind(Close, 1), code=1011))),
    Mutation("CON-014", "a second connection of the same name", IDLE, both(
        add(answer("Heartbeat", 2), 5, Opened, conn=9, station="CS-1", subprotocol="ocpp1.6", peer="10.20.0.7:50100"),
        add(answer("Heartbeat", 2), 65, Ended, conn=9, by="station", how="fin"))),
    Mutation("CON-015", "compression is offered and not taken", of_2x(v2x.idle), facts(opened(), extensions=None, handshake={
        "response": [("Upgrade", "websocket"), ("Sec-WebSocket-Protocol", "ocpp2.0.1")]})),
)
# fmt: on
