"""Configuration keys and variables whose value never reaches a screen."""

from ocppscope.inspect.summaries.wording import phrase

_SECRET = frozenset({"authorizationkey", "basicauthpassword"})
"""The station's password: a key of the 1.6 security whitepaper, and SecurityCtrlr.BasicAuthPassword of 2.x."""

HIDDEN = "(hidden)"


def setting(name: str, value: object) -> str:
    """``HeartbeatInterval = 300``; the value of a secret is hidden, a missing one leaves the name alone."""
    if value is None:
        return name
    if name.rpartition(".")[2].partition("[")[0].strip().lower() in _SECRET:
        return f"{name} = {HIDDEN}"
    return f"{name} = {phrase(value)}"
