"""Which firmware status may follow which, as tables (S16 §4.5, §7.25; WP L01; P2 L01, L02)."""

from collections.abc import Mapping
from typing import TypeAlias

ASKED = ""
"""The state of an update that was asked for and of which the station has said nothing yet."""

Table: TypeAlias = Mapping[str, frozenset[str]]


def _table(rows: dict[str, str]) -> Table:
    return {state: frozenset(following.split()) for state, following in rows.items()}


_BEGIN = "DownloadScheduled Downloading DownloadFailed"

UNSIGNED_16 = _table(
    {
        ASKED: "Downloading DownloadFailed",
        "Downloading": "Downloaded DownloadFailed",
        "DownloadFailed": "Downloading",  # a retry
        "Downloaded": "Installing InstallationFailed",
        "Installing": "Installed InstallationFailed",
        "InstallationFailed": "Downloading Installing",
        "Installed": "",
    }
)
"""FirmwareStatusNotification of 1.6."""

_DOWNLOADING = {
    ASKED: _BEGIN,
    "DownloadScheduled": "Downloading DownloadFailed",
    "Downloading": "DownloadPaused Downloaded DownloadFailed",
    "DownloadPaused": "Downloading DownloadFailed",
    "DownloadFailed": _BEGIN,
}

# Installing may be missing: some boot loaders cannot talk (WP L01.FR.22, P2 L01.FR.23). A new try begins with a download.
_INSTALLING = {
    "InstallScheduled": "InstallRebooting Installing Installed InstallationFailed InstallVerificationFailed",
    "InstallRebooting": "Installing Installed InstallationFailed InstallVerificationFailed",
    "Installing": "InstallRebooting Installed InstallationFailed InstallVerificationFailed",
    "InstallationFailed": f"{_BEGIN} Installing",
    "InstallVerificationFailed": _BEGIN,
    "InvalidSignature": _BEGIN,
    "Installed": "",
}

_INSTALL = "InstallScheduled InstallRebooting Installing Installed InstallationFailed InstallVerificationFailed"

SIGNED = _table(
    _DOWNLOADING | {"Downloaded": "SignatureVerified InvalidSignature", "SignatureVerified": _INSTALL, **_INSTALLING}
)
"""SignedFirmwareStatusNotification of 1.6, and 2.x where the request has a signature."""

UNSIGNED_2X = _table(_DOWNLOADING | {"Downloaded": _INSTALL, **_INSTALLING})
"""2.x without a signature (L02)."""

UNKNOWN_2X = _table(
    _DOWNLOADING
    | {"Downloaded": f"SignatureVerified InvalidSignature {_INSTALL}", "SignatureVerified": _INSTALL, **_INSTALLING}
)
"""2.x while the request was not seen: whatever either allows."""
