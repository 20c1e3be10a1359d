"""How much was seen."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counts:
    """Totals over the inspected input.

    Attributes:
        records: lines of any kind.
        messages: OCPP messages of any shape, malformed ones included.
        calls, call_results, call_errors, call_result_errors, sends, malformed: by shape.
        connections: established (or met in mid-life); refused: not established.
        answered: CALLs with a response; aborted: CALLs whose connection ended before their time was up.
        orphan_responses: responses to nothing.
        gaps: records lost, as far as the capture says.
        stations: identities seen, also those that were forgotten again to bound memory.
        sessions: lives of stations with their CSMS: one for each station and run of the proxy.
    """

    records: int = 0
    messages: int = 0
    calls: int = 0
    call_results: int = 0
    call_errors: int = 0
    call_result_errors: int = 0
    sends: int = 0
    malformed: int = 0
    connections: int = 0
    refused: int = 0
    answered: int = 0
    aborted: int = 0
    orphan_responses: int = 0
    gaps: int = 0
    stations: int = 0
    sessions: int = 0

    @property
    def unanswered(self) -> int:
        """CALLs without a response that were not aborted: repeated instead, overdue at the end, or still waiting."""
        return self.calls - self.answered - self.aborted
