"""From schema violations to verdicts, the same words for requests and responses."""

from collections.abc import Iterator

from ocppscope.conformance.empty_members import empty_members
from ocppscope.conformance.event import PayloadInvalid
from ocppscope.conformance.rule import Verdict, quoted
from ocppscope.protocol.schemas import SchemaViolation, json_path
from ocppscope.protocol.version import OcppVersion


def schema_verdicts(event: PayloadInvalid) -> Iterator[Verdict]:
    """One verdict for each violation but those that rules of their own judge: formats, and in 2.x empty members."""
    sender = event.direction.sender
    empty = _empty_paths(event)
    records = (event.scene.number,) if event.call is None else (event.scene.number, event.call)
    for violation in event.violations:
        if violation.keyword == "format" or violation.path in empty or _parent(violation.path) in empty:
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


def _empty_paths(event: PayloadInvalid) -> frozenset[str]:
    """The optional members that hold nothing: whatever the schema says of them, they are to be left out."""
    version = event.scene.connection.version
    if version is None or version is OcppVersion.V16:
        return frozenset()
    found = empty_members(version, event.action, event.kind, event.message.payload)
    return frozenset(json_path(list(path)) for path, _ in found)


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


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
