"""FWU-006: the same firmware version after an update was installed."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.memories.firmware_updates import FirmwareUpdates, boot_version
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.roles import Direction, Role


def _boot(version: str, id_: str = "b") -> str:
    return (
        f'> [2,"{id_}","BootNotification",{{"chargePointVendor":"Made","chargePointModel":"Up","firmwareVersion":"{version}"}}]\n'
        f'< [3,"{id_}",{{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}}]\n'
    )


_UPDATE = """
< [2,"u","UpdateFirmware",{"location":"https://files.example/NAME","retrieveDate":"2026-01-01T00:00:00Z"}]
> [3,"u",{}]
"""
_NEW = _UPDATE.replace("NAME", "up.bin")
_INSTALLING = "".join(
    f'> [2,"{status}","FirmwareStatusNotification",{{"status":"{status}"}}]\n< [3,"{status}",{{}}]\n'
    for status in ("Downloading", "Downloaded", "Installing")
)
_INSTALLED = '> [2,"i","FirmwareStatusNotification",{"status":"Installed"}]\n< [3,"i",{}]\n'


class FirmwareVersionUnchanged(Rule):
    """An update that was installed and changed nothing.

    Finds:
        The station reports Installed, and its next BootNotification has the firmwareVersion of before the request.
        Silent where the location of the file names that version: then it was to be installed again.

    Why it matters:
        The CSMS takes the station for updated. What the update was to mend is still broken.

    Usual causes:
        The station fell back to its old firmware after a failed start, reports Installed when it is only downloaded, or
        the file was the same version.

    What to do:
        Look for InstallationFailed or a security event after the boot; compare the version of the file.
    """

    id = "FWU-006"
    name = "Firmware version unchanged after Installed"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.JUDGEMENT
    spec = "S16 §4.5"
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"BootNotification"})
    memories = (FirmwareUpdates,)
    examples = (
        Example(
            "1.0.0 before and after",
            _boot("1.0.0") + _NEW + _INSTALLING + _INSTALLED + "reconnect\n" + _boot("1.0.0", "c"),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            line=13,
        ),
        Example(
            "1.0.1 after",
            _boot("1.0.0") + _NEW + _INSTALLING + _INSTALLED + "reconnect\n" + _boot("1.0.1", "c"),
        ),
        Example(
            "the same version was to be installed again",
            _boot("1.0.0")
            + _UPDATE.replace("NAME", "up-1.0.0.bin")
            + _INSTALLING
            + _INSTALLED
            + "reconnect\n"
            + _boot("1.0.0", "c"),
        ),
        Example(
            "the boot with the new version came before Installed",
            _boot("1.0.0")
            + _NEW
            + _INSTALLING
            + "reconnect\n"
            + _boot("1.0.1", "c")
            + _INSTALLED
            + "reconnect\n"
            + _boot("1.0.1", "d"),
        ),
        Example("a boot before it is installed", _boot("1.0.0") + _NEW + _INSTALLING + "reconnect\n" + _boot("1.0.0", "c")),
    )  # fmt: skip

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """The first boot after Installed."""
        update = event.scene.recall(FirmwareUpdates).current
        if update is None or update.status != "Installed" or update.judged or event.direction is not Direction.TO_CSMS:
            return
        version = boot_version(event.message.payload)
        if version is None or version != update.version or version in update.location:
            return
        yield Verdict(
            f"an update was installed, and the next BootNotification has the version of before, {quoted(version)}",
            observed=quoted(version),
            expected="another version",
            records=(event.scene.number, *update.records),
        )
