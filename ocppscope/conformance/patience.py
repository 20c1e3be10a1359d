"""How long to wait for what a station must do by itself."""

from ocppscope.conformance.event import Scene

TRIGGERED = "ocpp_triggered_function_timeout"
"""The performance figure of certificates for what an accepted CALL must cause."""


def triggered_limit(scene: Scene, default: float) -> float:
    """Seconds that a station may take for what it accepted to do: as declared, else the default."""
    declared = scene.profile.kpi_limit(TRIGGERED) if scene.profile is not None else None
    return default if declared is None else declared
