"""The sections of a report by name, the same in all forms. Nothing heavy is imported here: the command line reads it."""

SECTIONS = {
    "stations": "Stations",
    "findings": "Findings",
    "vendors": "What deviates, by product",
    "clocks": "Clocks",
    "times": "Response times",
    "figures": "Performance figures",
    "timeouts": "Timeouts, measured",
    "unanswered": "Unanswered at the end",
    "transactions": "Transactions",
    "disconnects": "Disconnects",
}
"""Titles by the name that ``--only`` takes, in their order."""

INFERRED = "concluded from the messages, the oldest version that fits: no usable subprotocol was negotiated or recorded"
"""Said of every version that nobody named."""
