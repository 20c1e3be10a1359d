"""Where captures go that nobody named."""

import os
import re
from pathlib import Path

from ocppscope.capture.default_path import captures_folder, default_capture_path


def test_captures_lie_in_the_users_state_folder() -> None:
    assert default_capture_path().parent == captures_folder()
    assert captures_folder() == Path(os.environ["XDG_STATE_HOME"]) / "ocppscope" / "captures"


def test_the_name_is_the_time_and_nothing_is_made() -> None:
    assert re.fullmatch(r"\d{8}T\d{6}Z\.jsonl", default_capture_path().name)
    assert not captures_folder().exists()


def test_an_existing_file_is_never_proposed() -> None:
    captures_folder().mkdir(parents=True)
    proposed = set()
    for _ in range(5):
        path = default_capture_path()
        path.touch(exist_ok=False)
        proposed.add(path)
    assert len(proposed) == 5
