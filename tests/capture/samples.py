"""One small capture of each format. Made up throughout; the shapes are those that programs write."""

from datetime import timedelta

from captured import BOOT, BOOTED, DOWN, NOON, RESET, RESET_DONE, UP, conversation, written

from ocppscope.capture.record import Close, Ended, Handshake, MessageRecord, Opened, Ping, Pong, Record

HANDSHAKE = Handshake(
    target="/ocpp/WB01",
    request=[("Host", "csms.invalid:9000"), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
             ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="), ("Sec-WebSocket-Protocol", "ocpp1.6")],
    status=101,
    response=[("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Protocol", "ocpp1.6")],
)  # fmt: skip

RECORDS: list[Record] = [
    Opened(
        seq=1,
        time=NOON,
        conn=1,
        station="WB01",
        peer="192.0.2.7:40123",
        upstream="192.0.2.1:9000",
        subprotocol="ocpp1.6",
        handshake=HANDSHAKE,
    ),
    MessageRecord(seq=2, time=NOON, conn=1, dir=UP, text=BOOT),
    MessageRecord(seq=3, time=NOON + timedelta(milliseconds=250), conn=1, dir=DOWN, text=BOOTED),
    Ping(seq=4, time=NOON + timedelta(seconds=1), conn=1, dir=DOWN, payload="cGk="),
    Pong(seq=5, time=NOON + timedelta(seconds=1), conn=1, dir=UP, payload="cGk="),
    MessageRecord(seq=6, time=NOON + timedelta(seconds=2), conn=1, dir=DOWN, text=RESET),
    MessageRecord(seq=7, time=NOON + timedelta(seconds=3), conn=1, dir=UP, text=RESET_DONE),
    Close(seq=8, time=NOON + timedelta(seconds=4), conn=1, dir=UP, code=1001, reason="going away"),
    Ended(seq=9, time=NOON + timedelta(seconds=5), conn=1, by="station", how="closed"),
]
"""A whole connection, as the engine records it."""

EVCC = f"""[main  ] INFO 2026/11/20 12:00:00 evcc 0.0.0
[ocpp  ] TRACE 2026/11/20 12:00:00 recv WB01: {BOOT}
[ocpp  ] TRACE 2026/11/20 12:00:00 send WB01: {BOOTED}
[ocpp  ] TRACE 2026/11/20 12:00:02 send WB01: {RESET}
[ocpp  ] TRACE 2026/11/20 12:00:03 recv WB01: {RESET_DONE}
"""

MOBILITYHOUSE = f"""2026-11-20 12:00:00.000 INFO (MainThread) [ocpp] WB01: receive message {BOOT}
2026-11-20 12:00:00.250 INFO (MainThread) [ocpp] WB01: send {BOOTED}
2026-11-20 12:00:01.000 DEBUG (MainThread) [websockets.server] < PING '' [0 bytes]
2026-11-20 12:00:02.000 INFO (MainThread) [ocpp] WB01: send {RESET}
2026-11-20 12:00:03.000 INFO (MainThread) [ocpp] WB01: receive message {RESET_DONE}
"""

_STEVE = "de.rwth.idsg.steve.ocpp.ws.WebSocketLogger (qtp650-24) - [chargeBoxId=WB01, sessionId=3f0a]"
STEVE = f"""[INFO ] 2026-11-20 12:00:00,000 {_STEVE} Received: {BOOT}
[INFO ] 2026-11-20 12:00:00,250 {_STEVE} Sending: {BOOTED}
[INFO ] 2026-11-20 12:00:02,000 {_STEVE} Sending: {RESET}
[INFO ] 2026-11-20 12:00:03,000 {_STEVE} Received: {RESET_DONE}
"""

MICROOCPP = f"""[MO] info: starting
[MO] Send: {BOOT}
[MO] Recv: {BOOTED}
[MO] Recv: {RESET}
[MO] Send: {RESET_DONE}
"""

LIBOCPP = """2026-11-20T12:00:00.000Z: ChargePoint>CentralSystem BootNotification
[
  2,
  "17",
  "BootNotification",
  {
    "chargePointVendor": "Made",
    "chargePointModel": "Up"
  }
]

2026-11-20T12:00:00.250Z: CentralSystem>ChargePoint BootNotification.conf
[
  3,
  "17",
  {
    "status": "Accepted",
    "currentTime": "2026-11-20T12:00:00Z",
    "interval": 300
  }
]

"""

GENERIC = f"""[2026-11-20T12:00:00.000Z] link >> message sent: {BOOT} ok
[2026-11-20T12:00:00.250Z] link << message received: {BOOTED} ok
[2026-11-20T12:00:02.000Z] link << message received: {RESET}
[2026-11-20T12:00:03.000Z] link >> message sent: {RESET_DONE}
"""

JSONL = "".join(
    f'{{"ts":"2026-11-20T12:00:0{second}Z","dir":"{way}","data":"{text}"}}\n'
    for second, way, text in (
        (0, "cs>csms", BOOT.replace('"', '\\"')),
        (1, "csms>cs", BOOTED.replace('"', '\\"')),
        (2, "csms>cs", RESET.replace('"', '\\"')),
        (3, "cs>csms", RESET_DONE.replace('"', '\\"')),
    )
)

SAMPLES: dict[str, bytes] = {
    **{form: written(form, RECORDS)[0] for form in ("native", "trace", "har", "mitm", "pcap", "csv")},
    "jsonl": JSONL.encode(),
    "evcc": EVCC.encode(),
    "mobilityhouse": MOBILITYHOUSE.encode(),
    "steve": STEVE.encode(),
    "microocpp": MICROOCPP.encode(),
    "libocpp": LIBOCPP.encode(),
    "generic": GENERIC.encode(),
}
"""By the name of the format."""

__all__ = ["HANDSHAKE", "RECORDS", "SAMPLES", "conversation"]
