"""Faults of firmware updates, diagnostics and logs."""

from capture_operators import both, drop_all, drop_exchange
from capture_selectors import answer, call
from clean_episodes_v16 import idle, soft_reset, two_at_once
from clean_management_v16 import firmware_update, logs, signed_update, triggers
from clean_papers import EXPIRED, LEAF
from conversations import of_16
from message_operators import asks, put, tells
from mutation import Mutation

UPDATE = of_16(firmware_update, idle)
SIGNED = of_16(signed_update, idle)
LOCATION = {"location": "https://files.example/up.bin", "retrieveDate": "2026-03-01T06:00:00Z"}
FIRMWARE = {
    "location": "https://files.example/up.bin",
    "retrieveDateTime": "2026-03-01T06:00:00Z",
    "signingCertificate": LEAF,
    "signature": "bWFkZSB1cA==",
}
UNSIGNED = both(
    asks(answer("Heartbeat"), "UpdateFirmware", LOCATION, {}),
    tells(answer("Heartbeat"), "FirmwareStatusNotification", {"status": "Downloading"}, {}, 10),
    tells(answer("Heartbeat"), "FirmwareStatusNotification", {"status": "DownloadFailed"}, {}, 20),
)

# fmt: off
MUTATIONS = (
    Mutation("FWU-001", "installed without having been downloaded", UPDATE, drop_exchange("FirmwareStatusNotification", status="Downloaded")),
    Mutation("FWU-002", "the number of another update", SIGNED, put(call("SignedFirmwareStatusNotification", 1), "$.requestId", 9)),
    Mutation("FWU-003", "Idle that nobody asked for", of_16(idle, triggers), drop_exchange("TriggerMessage", requestedMessage="FirmwareStatusNotification")),
    Mutation("FWU-004", "an unsigned update is accepted", of_16(idle).certified("features.F-1 = true"), UNSIGNED),
    Mutation("FWU-005", "an update signed with a certificate of 2020", SIGNED, put(call("SignedUpdateFirmware"), "$.firmware.signingCertificate", EXPIRED)),
    Mutation("FWU-006", "the old version after the update", of_16(firmware_update, soft_reset), both(
        put(call("BootNotification", 1), "$.firmwareVersion", "1.4.2"), put(call("BootNotification", 2), "$.firmwareVersion", "1.4.2"))),
    Mutation("FWU-007", "an update of which nothing is heard", of_16(idle), asks(answer("Heartbeat"), "UpdateFirmware", LOCATION, {})),
    Mutation("FWU-008", "diagnostics that never come", of_16(logs, idle), drop_all("DiagnosticsStatusNotification")),
    Mutation("FWU-009", "a password in the location", of_16(logs), put(call("GetDiagnostics"), "$.location", "ftp://user:made-up@files.example/up")),
    Mutation("FWU-010", "another transaction begins when an update waits for its turn", of_16(two_at_once, idle), both(
        asks(answer("MeterValues"), "SignedUpdateFirmware", {"requestId": 71, "firmware": FIRMWARE}, {"status": "Accepted"}, 2),
        *(tells(answer("MeterValues"), "SignedFirmwareStatusNotification", {"status": status, "requestId": 71}, {}, seconds)
          for seconds, status in ((4, "Downloading"), (9, "Downloaded"), (10, "SignatureVerified"), (700, "Installing"), (720, "Installed"))))),
)
# fmt: on
