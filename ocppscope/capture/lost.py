"""What a format cannot hold: counted, so that a conversion says what it left out."""

from collections import Counter

from ocppscope.capture.record import MessageRecord, Record


class Lost:
    """Counts by a few words each: ``pings``, ``handshakes``, ``messages that are no UTF-8``."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, what: str, number: int = 1) -> None:
        """Count some that the format has no place for."""
        self.counts[what] += number

    def add_record(self, record: Record) -> None:
        """Count a record of a kind that the format does not know."""
        self.add(f"records of the kind {type(record).__name__.lower()}")

    def add_end_of(self, message: MessageRecord) -> None:
        """Count the end of a message that was too long to be recorded, for formats that cannot say that it is missing."""
        if message.truncated:
            self.add("ends of messages that were cut when they were recorded")

    def __str__(self) -> str:
        return ", ".join(f"{number} {what}" for what, number in self.counts.most_common())
