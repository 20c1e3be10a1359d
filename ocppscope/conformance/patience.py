"""How long to wait for what a station must do by itself."""

from ocppscope.conformance.event import Scene
from ocppscope.protocol.payload import number_at

TRIGGERED = "ocpp_triggered_function_timeout"
"""The performance figure of certificates for what an accepted CALL must cause."""

_LONGEST = 600


def triggered_limit(scene: Scene, default: float) -> float:
    """Seconds in which a station must report the status that it accepted to take on.

    As declared for triggered functions, else the default; a station that holds statuses back (MinimumStatusDuration) has as
    much longer.
    """
    declared = scene.profile.kpi_limit(TRIGGERED) if scene.profile is not None else None
    held_back = number_at(scene.station.configuration, "minimumstatusduration") or 0.0
    return (default if declared is None else declared) + min(max(held_back, 0.0), _LONGEST)
