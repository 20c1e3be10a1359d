"""Faults of security: profiles, certificates, events."""

import clean_episodes_v2x as v2x
import clean_management_v2x as csms2x
from capture_operators import add, both, drop_exchange, facts, facts_of_all
from capture_records import Change
from capture_selectors import answer, call, ended, opened
from clean_episodes_v16 import csms_restarts, idle
from clean_management_v16 import certificates, signed_update
from clean_papers import EXPIRED, LEAF
from conversations import of_2x, of_16
from message_operators import asks, put
from mutation import Mutation

from ocppscope.capture.record import Opened, Refused, Stage, TlsFacts

SECURE = of_16(idle, security=2)
ADVANCED = '[[profiles]]\nname = "Advanced Security"\nkind = "profile"\nresult = "Pass"\ndescription = ""'
PAPERS = of_16(certificates, idle)
RESTART = of_16(csms_restarts, idle, security=2)


def unauthorized(times: int) -> Change:
    """The station tries again and again with a wrong password, each time later."""
    tries = [
        add(answer("Heartbeat", -1), 20.0 * number * number, Refused, conn=50 + number, station="CS-1",
            peer="10.20.0.7:50100", stage=Stage.HTTP, reason="HTTP 401", status=401)
        for number in range(1, times + 1)
    ]  # fmt: skip
    return both(*tries)


# fmt: off
MUTATIONS = (
    Mutation("SEC-001", "no TLS where profile 2 is set", of_2x(csms2x.device_model, v2x.csms_restarts), facts_of_all(
        Opened, station_tls=None, csms_tls=None, handshake={"auth": None})),
    Mutation("SEC-002", "a try with 3DES that is refused", RESTART, add(
        ended(), 3, Refused, conn=50, station="CS-1", peer="10.20.0.7:50100", stage=Stage.HTTP, reason="HTTP 401", status=401,
        station_tls=TlsFacts(version="TLSv1.2", cipher="DES-CBC3-SHA"))),
    Mutation("SEC-003", "TLS once, then none", RESTART, facts(opened(1), station_tls=None, csms_tls=None, handshake={"auth": None})),
    Mutation("SEC-004", "a certificate that nobody asked for", of_16(idle), asks(
        answer("Heartbeat"), "CertificateSigned", {"certificateChain": LEAF}, {"status": "Rejected"})),
    Mutation("SEC-005", "an expired root is installed", PAPERS, put(call("InstallCertificate"), "$.certificate", EXPIRED)),
    Mutation("SEC-006", "new firmware without a security event", of_16(signed_update, idle, security=3).certified(ADVANCED),
        drop_exchange("SecurityEventNotification", type="FirmwareUpdated")),
    Mutation("SEC-007", "an event that there is not", of_16(signed_update, idle), put(call("SecurityEventNotification"), "$.type", "firmware_updated")),
    Mutation("SEC-008", "a wrong password five times", of_16(idle), unauthorized(5)),
    Mutation("SEC-009", "a new password that is not used", SECURE, asks(
        answer("Heartbeat", 2), "ChangeConfiguration", {"key": "AuthorizationKey", "value": "0123456789abcdef0123456789abcdef01234567"}, {"status": "Accepted"})),
)
# fmt: on
