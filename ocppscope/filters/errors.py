"""What is wrong with a filter, and where."""


class FilterError(ValueError):
    """A text that is no filter.

    Attributes:
        reason: one sentence without a full stop: "unknown field 'statoin', did you mean station?".
        position: index into the text where it went wrong, 0 to its length inclusive.
    """

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position
