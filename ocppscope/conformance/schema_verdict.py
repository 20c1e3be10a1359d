"""From schema violations to verdicts, the same words for requests and responses."""

from collections.abc import Iterator

from ocppscope.conformance.event import PayloadInvalid
from ocppscope.conformance.rule import Verdict, quoted
from ocppscope.protocol.schemas import SchemaViolation


def schema_verdicts(event: PayloadInvalid) -> Iterator[Verdict]:
    """One verdict for each violation but those of formats, which rules of their own judge."""
    sender = event.direction.sender
    records = (event.scene.number,) if event.call is None else (event.scene.number, event.call)
    for violation in event.violations:
        if violation.keyword == "format":
            continue
        missing = violation.keyword == "required"
        value = "missing" if missing else quoted(violation.value)
        evidence = (
            f"{violation.path} {violation.reason}" if missing else f"{violation.path} {violation.reason}: {value}"
        )
        yield Verdict(
            evidence,
            at_fault=sender,
            path=violation.path,
            observed=value,
            expected=_expected(violation),
            records=records,
            key=f"{sender} {event.action} {_without_indices(violation.path)} {violation.keyword}",
        )


def _expected(violation: SchemaViolation) -> str | None:
    match violation.keyword:
        case "additionalProperties":
            return "absent"
        case "required":
            return "present"
        case "enum":
            return ", ".join(str(value) for value in violation.allowed)
        case "type":
            return " or ".join(violation.allowed)
    return f"{violation.keyword} {violation.allowed}"


def _without_indices(path: str) -> str:
    """The path with every array index taken out: the same fault in each element of a list is one finding with a count."""
    return "".join(
        part.partition("]")[2] if index and part[:1].isdigit() else part for index, part in enumerate(path.split("["))
    )
