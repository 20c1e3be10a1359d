"""SignCertificate → CertificateSigned: how long the CSMS takes to have a certificate signed. No certificate declares it."""

from ocppscope.kpi.expected import Answer, Arrival, Asked, Expected, Trigger
from ocppscope.kpi.measure import CERTIFICATE_SIGNED
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Role

_PATIENCE = 3600.0
"""Seconds that a certificate authority may well take, with people in it."""


class Signed(Expected):
    """The certificate that was asked for."""

    def window(self, limit: float | None) -> float:
        """An hour."""
        return _PATIENCE


def _sign_certificate(asked: Asked) -> Expected:
    kind = text_at(asked.payload, "certificateType")

    def matches(arrival: Arrival) -> Answer:
        return arrival.action == "CertificateSigned" and (
            kind is None or text_at(arrival.payload, "certificateType") in (None, kind)
        )

    return Signed(CERTIFICATE_SIGNED, "CertificateSigned", matches, identified=True, sender=Role.CSMS)


TRIGGERS = {"SignCertificate": Trigger(_sign_certificate)}
"""The only trigger of a station."""
