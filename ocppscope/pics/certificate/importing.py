"""From a certificate's file to a profile."""

import re
from pathlib import Path

import msgspec

from ocppscope.pics.certificate.document import read_document
from ocppscope.pics.certificate.private import without_private
from ocppscope.pics.certificate.reader import read_certificate
from ocppscope.pics.certificate.signatures import Signatures
from ocppscope.pics.declaration import Caveat, Declaration
from ocppscope.pics.profile import Profile


class Imported(msgspec.Struct, frozen=True):
    """A certificate that was read.

    Attributes:
        source: name of its file.
        full: everything that is declared, the vendor's settings as printed.
        signatures: persons and places.
    """

    source: str
    full: Profile
    signatures: Signatures

    @property
    def profile(self) -> Profile:
        """The profile, without persons, places, addresses and ids of one station."""
        return _named(without_private(self.full, self.signatures))

    @property
    def warnings(self) -> tuple[Caveat, ...]:
        """What was doubtful, and what follows from it."""
        return self.full.warnings + self.full.derived.caveats


def import_certificate(path: Path) -> Imported:
    """Read a certificate as text, markdown or PDF.

    Raises:
        CertificateError: one line: what is wrong, where, and how to mend it.
    """
    return import_text(read_document(path), path.name, str(path))


def import_text(text: str, source: str, shown: str | None = None) -> Imported:
    """Read a certificate's text.

    Args:
        text: the whole of it.
        source: name of its file.
        shown: how errors call the file, where not by its name.

    Raises:
        CertificateError: one line.
    """
    reading = read_certificate(text, shown or source)
    return Imported(source, _named(reading.declaration), reading.signatures)


def _named(declared: Declaration) -> Profile:
    facts = {name: getattr(declared, name) for name in Declaration.__struct_fields__}
    return Profile(name=profile_name(declared.product), **facts)


def profile_name(designation: str) -> str:
    """A product designation in lower case with runs of other characters as one dash: ``evon200-40p-2cr``."""
    return re.sub(r"[^a-z0-9]+", "-", designation.casefold()).strip("-")[:80] or "product"
