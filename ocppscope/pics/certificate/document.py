"""A certificate's file as text, whatever its encoding; what is no text at all is refused in one line."""

import sys
from pathlib import Path

from ocppscope.pics.profile import ProfileError

MAX_TEXT = 2_000_000
"""Bytes of a certificate as text. Real ones have 4,000 to 11,000."""

MAX_PDF = 30_000_000
"""Bytes of a certificate as PDF; scans of ten pages have 5,000,000."""

_PDF = b"%PDF-"
_HEAD = 1024
"""Bytes in which a PDF's signature may stand (PDF 1.7, annex H)."""

_SIGNATURES = {
    b"PK\x03\x04": "a zip archive (a .docx or .xlsx is one too)",
    b"PK\x05\x06": "an empty zip archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "gzipped",
    b"7z\xbc\xaf": "a 7-Zip archive",
}

_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\v")
_MOST_CONTROLS = 0.01
"""Share of control bytes from which on a file is no text. Clean text has none."""


class CertificateError(ProfileError):
    """A file that cannot be read as a certificate. Its text is one line: what, where, and how to mend it."""


def read_document(path: Path) -> str:
    """The text of a file, or of stdin for ``-``. Columns of a PDF are separated by tabs.

    Raises:
        CertificateError: unreadable, too large, or of another kind; a PDF without text or without the extra ``pdf``.
    """
    return text_of(_content(path), path)


def text_of(content: bytes, path: Path) -> str:
    """The text of a file's content.

    Args:
        content: all of it.
        path: named in errors; its ending tells what was meant.

    Raises:
        CertificateError: too large, or of another kind; a PDF without text or without the extra ``pdf``.
    """
    if len(content) > MAX_PDF:
        raise CertificateError(f"{path}: larger than {MAX_PDF // 1_000_000} MB; this is no certificate")
    if not content.strip():
        raise CertificateError(f"{path}: is empty")
    if _PDF in content[:_HEAD]:
        from ocppscope.pics.certificate.pdf import text_of_pdf  # noqa: PLC0415 - an extra, needed for PDFs only

        return text_of_pdf(content, str(path))
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise CertificateError(f"{path}: is {kind}, not {_wanted(path)}; save the certificate as PDF or text")
    if path.suffix.casefold() == ".pdf":
        raise CertificateError(f"{path}: is named .pdf but is no PDF; save it again, or rename it if it is a text")
    if len(content) > MAX_TEXT:
        raise CertificateError(f"{path}: larger than {MAX_TEXT // 1_000_000} MB; this is no certificate")
    return decoded(content, str(path))


def decoded(content: bytes, name: str) -> str:
    """Bytes as text: UTF-8 or UTF-16 by their mark, else UTF-8 if they are, else Windows' Latin-1.

    Raises:
        CertificateError: they are no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise CertificateError(
                f"{name}: not a text in UTF-16, though it begins like one; save it as UTF-8"
            ) from None
    controls = sum(map(content.count, (bytes([code]) for code in _CONTROLS)))
    if controls > len(content) * _MOST_CONTROLS:
        raise CertificateError(f"{name}: is no text; give a certificate as text, markdown or PDF")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _content(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_PDF + 1)
    try:
        if path.is_dir():
            raise CertificateError(f"{path}: is a directory; give the certificate's file in it")
        if not path.exists():
            raise CertificateError(f"{path}: no such file")
        if not path.is_file():
            raise CertificateError(f"{path}: is not a regular file; save the certificate to one")
        with path.open("rb") as stream:
            content = stream.read(MAX_PDF + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CertificateError(f"{path}: cannot be read: {reason}") from None
    return content


def _wanted(path: Path) -> str:
    return "a PDF" if path.suffix.casefold() == ".pdf" else "a text"
