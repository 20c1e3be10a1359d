"""The text of a PDF, read in a process of its own: a file that eats memory or time, or crashes the reader, ends that only."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import msgspec

from ocppscope.pics.certificate.document import CertificateError

_READER = Path(__file__).with_name("pdf_pages.py")
_PATIENCE = 60.0
"""Seconds until a PDF is given up. A certificate of six pages takes 2."""

_END, _TAIL = b"%%EOF", 2048
"""What a PDF ends in, and how near to its end: 1024 by the standard, twice that in practice."""

_ERRORS = {
    "encrypted": "is encrypted; save it without a password (print it to a PDF)",
    "broken": "is a damaged PDF; fetch the file again",
    "no text": "holds no text, only pictures; run it through text recognition (OCR) and give the result",
    "too much": "needs more memory or time than any certificate; give the certificate's text",
    "too many pages": "has more pages than any certificate",
}


class _Answer(msgspec.Struct):
    """What the reading process says: the text, or which error."""

    text: str = ""
    error: str | None = None


def text_of_pdf(content: bytes, name: str) -> str:
    """The text of a PDF, with tabs between columns and a form feed between pages.

    Args:
        content: the whole file.
        name: of the file, for errors.

    Raises:
        CertificateError: encrypted, damaged, without text, or the library that reads PDFs is not installed.
    """
    if _END not in content[-_TAIL:]:
        raise CertificateError(f"{name}: is a PDF without its end; fetch the file again")
    if importlib.util.find_spec("pdfplumber") is None:
        raise CertificateError(f"{name}: reading PDFs needs an extra; install it with: pip install 'ocppscope[pdf]'")
    try:
        run = subprocess.run(  # noqa: S603 - our own program, and -P keeps the working directory out of its imports
            [sys.executable, "-P", str(_READER)], input=content, capture_output=True, timeout=_PATIENCE, check=False
        )
        answer = msgspec.json.decode(run.stdout, type=_Answer)
    except (subprocess.TimeoutExpired, msgspec.DecodeError):  # it was stopped before it could answer
        raise CertificateError(f"{name}: {_ERRORS['too much']}") from None
    if answer.error is not None:
        raise CertificateError(f"{name}: {_ERRORS.get(answer.error, _ERRORS['broken'])}")
    return answer.text
