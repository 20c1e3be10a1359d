"""Which of the three known layouts a certificate has, by evidence and not by its date."""

from ocppscope.pics.certificate.doubts import Doubts
from ocppscope.pics.certificate.first_page import FirstPage
from ocppscope.pics.certificate.headers import Kind
from ocppscope.pics.certificate.id_rows import IdRows
from ocppscope.pics.certificate.labels import Part
from ocppscope.pics.certificate.sections import Sections
from ocppscope.pics.certificate.spelling import normal


def find_layout(sections: Sections, page: FirstPage, rows: IdRows, doubts: Doubts) -> str | None:
    """``2022``, ``2024`` or ``2025``: the one that most speaks for, the newer one when it is even."""
    votes = {
        "2025": _votes_2025(sections, page, rows),
        "2024": _votes_2024(sections, page, rows),
        "2022": _votes_2022(sections, page),
    }
    best = max(votes, key=lambda layout: votes[layout])
    if votes[best] == 0:
        doubts.add("unknown_layout", "layout", "nothing tells the layouts of 2022, 2024 and 2025 apart")
        return None
    return best


def _votes_2025(sections: Sections, page: FirstPage, rows: IdRows) -> int:
    return sum((
        normal(page.software_label or "") == "firmware version",
        any(field.key == "config_id" for field in sections.fields.get(Part.TEST_REPORT, [])),
        any(field.key in ("octt_instance_id", "firmware_image_hash") for field in sections.fields.get(Part.TOOLING, [])),
        any(id_.endswith("-0") for id_ in rows.features),
        bool({"C-10", "C-11", "C-12"} & rows.features.keys()),
        any((evidence.pics_version or "").startswith("3.") for evidence in page.evidence),
    ))  # fmt: skip


def _votes_2024(sections: Sections, page: FirstPage, rows: IdRows) -> int:
    titles = {table.header.title for table in sections.of(Kind.PROFILES)}
    return sum((
        "abstract of the test report" in sections.headings,
        normal(page.software_label or "") == "ocpp software version" and "certification profile" in titles,
        any(title.startswith("certification extension") for title in titles),
        any(id_.startswith(("SEC-", "F-")) for id_ in rows.features),
    ))  # fmt: skip


def _votes_2022(sections: Sections, page: FirstPage) -> int:
    performance = [table.header for table in sections.of(Kind.PERFORMANCE)]
    return sum((
        "abstract of test report" in sections.headings,
        page.title is not None,
        any(header.column("pics") is not None for header in performance),
        any(table.header.title == "functionalities" for table in sections.of(Kind.PROFILES)),
        bool(sections.fields.get(Part.TEST_CONFIGURATION)),
        any(table.header.title == "applied tests" for table in sections.of(Kind.EVIDENCE)),
    ))  # fmt: skip
