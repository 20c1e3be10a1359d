"""Finds profiles: the built-in ones by name, any other by its file, which may also be the certificate itself."""

import difflib
import importlib.resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ocppscope.model.visible import visible
from ocppscope.pics.naming import same_name
from ocppscope.pics.profile import Profile, ProfileError
from ocppscope.pics.toml_reader import read_toml

_MAX_SIZE = 1_000_000
"""Bytes of a profile file. The largest built-in one has 20,000."""

_CERTIFICATES = frozenset({".txt", ".md", ".pdf"})

_SHOWN = 80
"""Characters of an unknown name that an error repeats."""


def names() -> list[str]:
    """The names of the built-in profiles, sorted."""
    return sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml"))


def load(name_or_path: str) -> Profile:
    """A built-in profile by its name, the profile in a ``.toml`` file, or what a certificate declares.

    Args:
        name_or_path: a certificate ends in ``.txt``, ``.md`` or ``.pdf``; it is read anew each time, and what was doubtful
            stands in the profile's warnings.

    Raises:
        ProfileError: one line: what is wrong, where, and how to mend it.
    """
    known = names()
    if name_or_path in known:
        return read_toml(built_in(name_or_path), f"built-in profile {name_or_path}", name_or_path)
    path = Path(name_or_path)
    if path.suffix.casefold() == ".toml":
        return read_toml(_text_of(path), name_or_path, path.stem)
    if path.suffix.casefold() in _CERTIFICATES:
        from ocppscope.pics.certificate.importing import import_certificate  # noqa: PLC0415 - profiles need none of it

        return import_certificate(path).profile
    if _is_there(path):
        raise ProfileError(
            f"{visible(name_or_path, _SHOWN)}: not a profile; give a .toml profile file, a certificate (.txt, .md, .pdf) "
            f"or one of {', '.join(known)}"
        )
    close = [name for name in known if same_name(name, name_or_path)]
    close = close or difflib.get_close_matches(name_or_path.casefold(), known, n=3)
    hint = f"did you mean {' or '.join(close)}? Give" if close else "give"
    files = "a profile file (.toml) or a certificate (.txt, .md, .pdf)"
    raise ProfileError(f'no profile "{visible(name_or_path, _SHOWN)}"; {hint} one of {", ".join(known)}, {files}')


def built_in(name: str) -> str:
    """The TOML text of a built-in profile: a good start for one of your own."""
    return _folder().joinpath(f"{name}.toml").read_text(encoding="utf-8")


def _folder() -> Traversable:
    return importlib.resources.files("ocppscope.pics").joinpath("profiles")


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        return False


def _text_of(path: Path) -> str:
    try:
        if path.is_dir():
            raise ProfileError(f"{path}: is a directory; give the .toml file in it")
        if not path.exists():
            raise ProfileError(f"{path}: no such file; give a .toml profile file or one of {', '.join(names())}")
        if not path.is_file():
            raise ProfileError(f"{path}: is not a regular file; give a .toml profile file")
        with path.open("rb") as stream:
            content = stream.read(_MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProfileError(f"{path}: cannot be read: {reason}") from None
    if len(content) > _MAX_SIZE:
        raise ProfileError(f"{path}: larger than {_MAX_SIZE // 1_000_000} MB; this is no profile")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path}: not a text in UTF-8 (byte {error.start}); save it as UTF-8") from None
