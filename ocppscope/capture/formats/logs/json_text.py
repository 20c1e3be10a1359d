"""Where a JSON value ends that begins somewhere in a line, and goes on over lines that were broken or made pretty."""

import re

LONGEST = 4 * 1024 * 1024
"""Characters of a message that are put together from lines."""

MOST_LINES = 5_000
"""Lines that one message may take: a pretty-printed report of a device model has a few thousand."""

_OUTSIDE = re.compile(r'[\[\]{}"]')
_INSIDE = re.compile(r'["\\]')


class JsonText:
    """A JSON array or object, line by line.

    Attributes:
        whole: its last bracket was seen; ``rest`` is then what came after it on that line.
    """

    def __init__(self) -> None:
        self.whole = False
        self.rest = ""
        self._pieces: list[str] = []
        self._length = 0
        self._depth = 0
        self._in_string = False
        self._escaped = False  # the last line ended behind a backslash

    @property
    def text(self) -> str:
        """What is there so far. Breaks of lines are left out: outside of strings they mean nothing, inside they were added."""
        return "".join(self._pieces)

    @property
    def too_long(self) -> bool:
        """Whether it has become longer than any message is."""
        return self._length > LONGEST or len(self._pieces) > MOST_LINES

    def feed(self, line: str) -> bool:
        """Take in the next line; says whether the value is whole now."""
        if not self._in_string and self._pieces:
            line = line.lstrip()
        place = int(self._escaped)
        self._escaped = False
        while not self.whole:
            found = (_INSIDE if self._in_string else _OUTSIDE).search(line, place)
            if found is None:
                break
            place = found.end()
            match found[0]:
                case '"':
                    self._in_string = not self._in_string
                case "\\":
                    self._escaped = place >= len(line)
                    place += 1
                case "[" | "{":
                    self._depth += 1
                case _:
                    self._depth -= 1
                    self.whole = self._depth <= 0
        end = place if self.whole else len(line)
        self._pieces.append(line[:end])
        self._length += end
        self.rest = line[end:]
        return self.whole
