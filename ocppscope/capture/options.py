"""What a reader of foreign formats cannot know and the user may say."""

from collections.abc import Mapping
from datetime import UTC, tzinfo

import msgspec


class ReadOptions(msgspec.Struct, frozen=True):
    """How to read what does not speak for itself.

    Attributes:
        form: the name of the format, None to recognise it by content.
        tz: the zone of times that name none; None when the user said nothing: then UTC is assumed, and that is said.
        station: identity of stations that the capture does not name; None for the name of the file.
        keylog: a TLS key log (``SSLKEYLOGFILE``), tls_key: the server's RSA key, to read encrypted traffic.
        columns: of a table: the name of its column by the name of ours.
    """

    form: str | None = None
    tz: tzinfo | None = None
    station: str | None = None
    keylog: str | None = None
    tls_key: str | None = None
    columns: Mapping[str, str] = {}

    @property
    def zone(self) -> tzinfo:
        """The zone of times that name none."""
        return self.tz or UTC
