"""Configuration keys and variables whose value never reaches a screen."""

from ocppscope.inspect.summaries.wording import phrase

_SECRET = frozenset({"authorizationkey", "basicauthpassword"})
"""1.6 security whitepaper §2.3 and 2.0.1 part 2 §2.2 (SecurityCtrlr), the two that hold the station's password."""

HIDDEN = "(hidden)"


def setting(name: str, value: object) -> str:
    """``HeartbeatInterval = 300``; the value of a secret is hidden, a missing one leaves the name alone."""
    if value is None:
        return name
    if name.rpartition(".")[2].partition("[")[0].strip().lower() in _SECRET:
        return f"{name} = {HIDDEN}"
    return f"{name} = {phrase(value)}"
