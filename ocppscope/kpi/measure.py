"""What is measured: the performance figures of certificates, and whose time each one is."""

from dataclasses import dataclass

from ocppscope.protocol.roles import Role


@dataclass(frozen=True, eq=False)
class Measure:
    """One figure of one party. There is one object of each, compared by identity, because they are keys of a hot path.

    Attributes:
        key: as in `ocppscope.pics.declaration.KPI_KEYS`.
        dut: the device under test: whose time it is.
        is_of_result: only a CALLRESULT is a sample of it, a CALLERROR is not.
    """

    key: str
    dut: Role
    is_of_result: bool = False


RESPONSE_OF_STATION = Measure("ocpp_response_timeout", Role.STATION)
RESPONSE_OF_CSMS = Measure("ocpp_response_timeout", Role.CSMS)
TRIGGERED = Measure("ocpp_triggered_function_timeout", Role.STATION)
REMOTE_START = Measure("remote_start_authorization_time", Role.STATION)
REMOTE_STOP = Measure("remote_stop_authorization_end_time", Role.STATION)
AUTHORIZE = Measure("authorize_response_time", Role.CSMS, is_of_result=True)
REMOTE_START_RESPONSE = Measure("remote_start_response_time", Role.STATION, is_of_result=True)
CERTIFICATE_SIGNED = Measure("certificate_signed_time", Role.CSMS)
"""SignCertificate → CertificateSigned. No certificate has this figure; it is how long the CSMS takes to sign."""

MEASURES = (
    RESPONSE_OF_STATION,
    RESPONSE_OF_CSMS,
    TRIGGERED,
    REMOTE_START,
    REMOTE_STOP,
    AUTHORIZE,
    REMOTE_START_RESPONSE,
)
"""The figures of certificates, in their order."""

OTHER_MEASURES = (CERTIFICATE_SIGNED,)
"""Figures that are shown besides."""
