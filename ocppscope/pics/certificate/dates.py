"""Dates in the forms that certificates print."""

import datetime as dt
import re

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=lambda name: -len(name)))

DATE = re.compile(
    rf"(?<![\w.])(?:(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>\d{{4}})"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?P<month2>{_MONTH})\.?\s*,?\s+(?P<year2>\d{{4}})"
    r"|(?P<year3>\d{4})(?P<mark>[-./])\s?(?P<month3>\d{1,2})(?P=mark)\s?(?P<day3>\d{1,2})"
    r"|(?P<day4>1[3-9]|2\d|3[01])(?P<mark2>[-./])(?P<month4>\d{1,2})(?P=mark2)(?P<year4>\d{4})"
    r"|(?P<month5>\d{1,2})(?P<mark3>[-./])(?P<day5>1[3-9]|2\d|3[01])(?P=mark3)(?P<year5>\d{4}))(?!\d)",
    re.IGNORECASE,
)
"""A date with the month as a word, year first, or with a day that can be no month. ``03/04/2024`` could be two days and is
none of them."""


def date_of(match: re.Match[str]) -> dt.date | None:
    """The day that a match of `DATE` names, None for the 31st of February."""
    parts = {name.rstrip("2345"): text for name, text in match.groupdict().items() if text is not None}
    month = parts["month"]
    try:
        return dt.date(int(parts["year"]), _MONTHS.get(month.casefold()) or int(month), int(parts["day"]))
    except ValueError:
        return None


def read_date(text: str) -> dt.date | None:
    """The only date in a text, None when there is none or more than one."""
    found = [date_of(match) for match in DATE.finditer(text)]
    return found[0] if len(found) == 1 else None
