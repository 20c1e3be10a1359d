"""Pace and time: how fast the lives pass, what time the parties think it is, and the order to stop."""

import asyncio
from datetime import UTC, datetime, timedelta


class Finished(Exception):  # noqa: N818 - it is no error: the play is over
    """The simulation was told to end. Raised at the next pause of a script, never in the middle of an exchange."""


class Clock:
    """The pace of one simulation.

    Pauses pass ``speed`` times faster than they are written. Time stamps always show the real time, so that nobody's
    clock looks wrong to the proxy, and energy is counted over the time that really passes.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._over = asyncio.Event()

    def real(self, seconds: float) -> float:
        """How long a written time really takes."""
        return seconds / self._speed

    async def sleep(self, seconds: float) -> None:
        """Let written time pass, come what may."""
        await asyncio.sleep(self.real(seconds))

    async def pause(self, seconds: float) -> None:
        """Let written time pass between two steps of a script.

        Raises:
            Finished: the simulation ends here.
        """
        try:
            async with asyncio.timeout(self.real(seconds)):
                await self._over.wait()
        except TimeoutError:
            return
        raise Finished

    def finish(self) -> None:
        """End all scripts at their next pause."""
        self._over.set()

    async def ended(self) -> None:
        """Wait until the end is ordered."""
        await self._over.wait()


def stamp(ahead: float = 0.0) -> str:
    """The time now, or some seconds ahead, as the standard wants it: RFC 3339, UTC, milliseconds."""
    return rfc3339(datetime.now(UTC) + timedelta(seconds=ahead))


def rfc3339(time: datetime) -> str:
    """A UTC time with milliseconds and Z (2.0.1 part 2 §3.1 allows three decimals at most)."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
