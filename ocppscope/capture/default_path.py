"""Where a capture goes when the user names no file."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import platformdirs


def captures_folder() -> Path:
    """``ocppscope/captures`` in the platform's folder for a user's state. It need not be there yet."""
    return platformdirs.user_state_path("ocppscope", appauthor=False) / "captures"


def default_capture_path() -> Path:
    """A file that is not there yet, named by the time in UTC, so that a listing is in order: ``20261120T135605Z.jsonl``."""
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(path for name in names if not (path := captures_folder() / f"{name}.jsonl").exists())
