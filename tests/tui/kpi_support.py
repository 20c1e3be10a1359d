"""Made-up talk of a product that a built-in profile is about, for the tests of its figures on the screen."""

from panes_support import Script

BOOT = {"chargePointVendor": "BOTARI ENERGY", "chargePointModel": "EVon200-40P-2CR", "firmwareVersion": "1.2.1"}
OTHER_BOOT = {"chargePointVendor": "Voltaic (made up)", "chargePointModel": "Quay", "firmwareVersion": "9.9"}
BOOTED = {"currentTime": "2025-03-14T09:41:02Z", "interval": 300, "status": "Accepted"}
STATION, OTHER = "CS-LYON-0042", "EVB-P17390141"


def status(connector: int, word: str) -> dict[str, object]:
    """A StatusNotification."""
    return {"connectorId": connector, "errorCode": "NoError", "status": word}


def booted(boot: dict[str, str] = BOOT) -> Script:
    """A station that has booted."""
    script = Script()
    script.open(STATION, 1, "ocpp1.6")
    script.exchange(">", "BootNotification", boot, BOOTED)
    script.exchange(">", "StatusNotification", status(1, "Preparing"), {})
    return script


def second_station(script: Script, boot: dict[str, str] = OTHER_BOOT) -> None:
    """Another one beside it."""
    script.open(OTHER, 2, "ocpp1.6")
    script.exchange(">", "BootNotification", boot, BOOTED, conn=2)


def triggered(script: Script, seconds: float) -> tuple[int, int]:
    """A TriggerMessage whose message comes so many seconds after it; the numbers of both."""
    asked = {"requestedMessage": "StatusNotification", "connectorId": 1}
    trigger, _ = script.exchange("<", "TriggerMessage", asked, {"status": "Accepted"}, latency=0.5)
    came, _ = script.exchange(">", "StatusNotification", status(1, "Preparing"), {}, after=seconds - 0.5)
    return trigger, came


def accepted(script: Script, action: str, payload: dict[str, object]) -> int:
    """A trigger that is accepted, and nothing comes; its number."""
    return script.exchange("<", action, payload, {"status": "Accepted"}, latency=0.5)[0]
