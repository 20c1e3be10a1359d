"""Certificates as PDF, made here from made-up certificates; and what only looks like one."""

import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import certificate_support as made_up
import msgspec
import pytest

from ocppscope.pics import library
from ocppscope.pics.certificate import document
from ocppscope.pics.certificate.document import CertificateError, read_document
from ocppscope.pics.certificate.importing import import_certificate, import_text
from ocppscope.pics.profile import Profile, ProfileError

pytest.importorskip("pdfplumber", reason="needs the extra pdf")
pdfs = pytest.importorskip("certificate_pdfs", reason="needs fpdf2")

NAMES = ("station 2024", "csms 2025", "station 2.0.1")


def facts(profile: Profile) -> object:
    return msgspec.structs.replace(profile, warnings=())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lay_out", [pdfs.ruled, pdfs.columns, pdfs.typed], ids=lambda lay_out: lay_out.__name__)
def test_a_pdf_says_what_its_text_says(tmp_path: Path, name: str, lay_out: Callable[[str], bytes]) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(lay_out(made_up.ALL[name]))

    imported = import_certificate(path)
    text = import_text(made_up.ALL[name], "x")

    assert facts(imported.full) == facts(text.full)
    assert imported.signatures == text.signatures


def test_a_damaged_2022_certificate_as_pdf_loses_nothing_that_limits(tmp_path: Path) -> None:
    path = tmp_path / "certificate.PDF"
    path.write_bytes(pdfs.typed(made_up.STATION_2022))

    profile = library.load(str(path))

    assert profile.derived == import_text(made_up.STATION_2022, "x").profile.derived


@pytest.mark.parametrize("name", ["evon200-40p-2cr", "botaricsms1-0", "jc-9932-100-cu07", "ets-mc-200"])
@pytest.mark.parametrize("lay_out", [pdfs.ruled, pdfs.columns, pdfs.typed], ids=lambda lay_out: lay_out.__name__)
def test_a_real_certificate_as_pdf_is_the_built_in_profile(
    tmp_path: Path, shared: Path, name: str, lay_out: Callable[[str], bytes]
) -> None:
    sources = {"evon": "000", "bota": "001", "jc-9": "002", "ets-": "003"}
    (source,) = (shared / "certificates").glob(f"{sources[name[:4]]}_*.txt")
    path = tmp_path / "certificate.pdf"
    text = source.read_text(encoding="utf-8").replace("**", "").replace("### ", "").replace("## ", "")
    path.write_bytes(lay_out(text.replace("<b>", "").replace("</b>", "")))

    assert facts(import_certificate(path).profile) == facts(library.load(name))


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("certificate.txt", made_up.STATION_2024)
    return content.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "scan": (pdfs.scanned, "holds no text, only pictures"),
    "encrypted": (lambda: pdfs.encrypted(made_up.STATION_2024), "is encrypted"),
    "cut": (lambda: pdfs.ruled(made_up.STATION_2024)[:5000], "PDF without its end"),
    "hole": (lambda: b"%PDF-1.7\n" + b"\0" * 5000 + b"\n%%EOF\n", "is a damaged PDF"),
    "only the mark": (lambda: b"%PDF-1.4\n%%EOF", "damaged|no text"),
    "zip": (zipped, "is a zip archive"),
    "text": (made_up.STATION_2024.encode, r"is named \.pdf but is no PDF"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "is a PNG picture"),
    "empty": (bytes, "is empty"),
    "another document": (
        lambda: pdfs.typed("Dear all,\n" + "this is a letter about nothing. " * 3),
        "no OCA certificate",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_readable_certificate_is_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    make, reason = BAD[kind]
    path = tmp_path / "certificate.pdf"
    path.write_bytes(make())

    with pytest.raises(ProfileError, match=rf"^{path}: .*({reason})") as caught:
        import_certificate(path)

    assert len(str(caught.value).splitlines()) == 1


def deflated(content: bytes, times: int) -> bytes:
    """A PDF with one page, whose content is so often the same that nothing is left of it when deflated."""
    deflate = zlib.compressobj(1)
    stream = b"".join(deflate.compress(content) for _ in range(times)) + deflate.flush()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream),
    )
    pdf = b"%PDF-1.4\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return pdf + b"xref\n0 5\n0000000000 65535 f \n%btrailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(pdf),
    )


def test_a_gigabyte_deflated_to_some_megabytes_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(deflated(b" " * 10_000_000, 120))

    with pytest.raises(CertificateError, match="needs more memory or time than any certificate"):
        import_certificate(path)


def test_a_pdf_within_a_file_of_another_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "certificate.txt"
    path.write_bytes(pdfs.typed(made_up.STATION_2024))

    assert library.load(str(path)).product == "EX-60/A"


def test_without_the_extra_one_line_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdfs.typed(made_up.STATION_2024))
    monkeypatch.setitem(sys.modules, "pdfplumber", None)

    with pytest.raises(CertificateError, match=r"pip install 'ocppscope\[pdf\]'"):
        read_document(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdfs.typed(made_up.STATION_2024))
    monkeypatch.setattr(document, "MAX_PDF", 100)

    with pytest.raises(CertificateError, match="larger than"):
        read_document(path)


def test_reading_text_needs_no_pdf_library() -> None:
    program = """
import sys
from ocppscope.pics.certificate.importing import import_text
print(*({"pdfplumber", "pdfminer", "PIL", "textual", "rich", "click", "asyncio", "ocpp"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert run.stdout.split() == []
