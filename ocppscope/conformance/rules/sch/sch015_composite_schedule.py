"""SCH-015: a composite schedule that cannot follow from the installed profiles, or was not asked for."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene
from ocppscope.conformance.example_profiles import BOOT, BOOT_2X, START, profile, profile_2x, schedule, setting
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.installed_profiles import Ceiling, InstalledProfiles
from ocppscope.conformance.rule import Example, Requirement, Rule, Threshold, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult, Payload
from ocppscope.protocol.payload import integer_at, number_at, objects_at, text_at, time_at, value_at
from ocppscope.protocol.roles import Role
from ocppscope.protocol.version import OcppVersion

_MOST_PERIODS = 1000

_EDGE = timedelta(seconds=5)
"""Where one period ends and the next begins the higher limit counts: clocks differ, and numbers are rounded."""

_MAX = profile("ChargePointMaxProfile")
_MAX_2X = profile_2x("ChargingStationMaxProfile")


def _composite(limit: float, unit: str = "A", *, asked: str = "A", duration: int = 600) -> str:
    request = {"connectorId": 1, "duration": 600, "chargingRateUnit": asked}
    answer = {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": "2026-01-01T00:00:10Z",
        "chargingSchedule": schedule(unit, ((0, limit),), duration=duration),
    }
    return _exchange(request, answer)


def _composite_2x(limit: float) -> str:
    request = {"evseId": 1, "duration": 600, "chargingRateUnit": "A"}
    made = schedule("A", ((0, limit),), duration=600, evseId=1, scheduleStart="2026-01-01T00:00:10Z")
    return _exchange(request, {"status": "Accepted", "schedule": made})


def _exchange(request: dict[str, Any], answer: dict[str, Any]) -> str:
    call = json.dumps([2, "g", "GetCompositeSchedule", request])
    return f"< {call}\n> {json.dumps([3, 'g', answer])}\n"


class CompositeScheduleContradicts(Rule):
    """A composite schedule that allows more than an installed profile, or is another one than was asked for.

    Finds:
        A limit in the answer to GetCompositeSchedule above the limit that the installed profiles set at that time:
        ChargePointMaxProfile, and while a transaction runs the profiles for transactions. Or the answer has another unit
        or a longer duration than was asked for (a shorter one is an info). Limits of the station itself only lower the
        schedule. Silent where units differ (W and A are not converted), where a limit counts from a moment that only the
        station knows, and about profiles from before the capture.

    Why it matters:
        The station has accepted a limit and does not plan to keep it. A site may draw more than its fuse holds.

    Usual causes:
        A station that knows only one of the purposes, a profile of a remote start that is not applied, levels that are
        taken in the wrong order.

    What to do:
        Compare with the measured current, and report profile and schedule to the vendor.
    """

    id = "SCH-015"
    name = "Composite schedule contradicts the installed profiles"
    severity = Severity.WARNING
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.7, §3.13.3; P2 K08"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen,)
    actions = frozenset({"GetCompositeSchedule"})
    memories = (Charging, InstalledProfiles)
    thresholds = (Threshold("tolerance_a_or_w", 0.1, "A limit may be above by so much: decimals are rounded."),)
    examples = (
        Example(
            "32 A where 16 A is the maximum",
            setting(0, _MAX) + _composite(32),
            finds=1,
            severity=Severity.WARNING,
            at_fault=Role.STATION,
            path="$.chargingSchedule.chargingSchedulePeriod[0].limit",
            line=4,
        ),
        Example("16 A", setting(0, _MAX) + _composite(16)),
        Example("the station lowers it further", setting(0, _MAX) + _composite(10)),
        Example("in W, while the limit is in A", setting(0, _MAX) + _composite(22_000, "W", asked="W")),
        Example("in W, where A was asked for", _composite(22_000, "W"), finds=1, path="$.chargingSchedule.chargingRateUnit"),
        Example("twice as long as was asked for", _composite(16, duration=1200), finds=1),
        Example("half as long", _composite(16, duration=300), finds=1, severity=Severity.INFO),
        Example("a default does not hold without a transaction", BOOT + setting(1, profile()) + _composite(32)),
        Example("a default while a transaction runs", BOOT + setting(1, profile()) + START + _composite(32), finds=1),
        Example(
            "a TxProfile beats the default",
            BOOT
            + setting(1, profile())
            + START
            + setting(1, profile("TxProfile", number=2, of=schedule(periods=((0, 32),))), id_="b")
            + _composite(32),
        ),
        Example(
            "the profile of a remote start",
            BOOT
            + '< [2,"r","RemoteStartTransaction",{"connectorId":1,"idTag":"A1","chargingProfile":'
            + json.dumps(profile("TxProfile"))
            + '}]\n> [3,"r",{"status":"Accepted"}]\n'
            + START
            + _composite(32),
            finds=1,
        ),
        Example(
            "a higher level sets another limit",
            setting(0, _MAX)
            + setting(0, profile("ChargePointMaxProfile", 2, 1, of=schedule(periods=((0, 40),))), id_="b")
            + _composite(32),
        ),
        Example(
            "the limit begins in an hour",
            setting(0, profile("ChargePointMaxProfile", chargingProfileKind="Absolute", of=schedule(startSchedule="2026-01-01T01:00:00Z")))
            + _composite(32),
        ),
        Example(
            "on 2.0.1",
            BOOT_2X + setting(0, _MAX_2X) + _composite_2x(32),
            version=OcppVersion.V201,
            finds=1,
            path="$.schedule.chargingSchedulePeriod[0].limit",
        ),
        Example("within, on 2.0.1", BOOT_2X + setting(0, _MAX_2X) + _composite_2x(16), version=OcppVersion.V201),
        Example(
            "a limit of the station itself that is not for the CSMS to know",
            BOOT_2X + setting(1, profile_2x(of=schedule("W"))) + _composite_2x(32),
            version=OcppVersion.V201,
        ),
    )  # fmt: skip

    def check(self, event: ResponseSeen) -> Iterable[Verdict]:
        """An accepted composite schedule."""
        if event.exchange is None or event.closed.pending is None or not isinstance(event.message, CallResult):
            return ()
        result = event.message.payload
        for name in ("chargingSchedule", "schedule"):
            made = value_at(result, name)
            if isinstance(made, dict) and text_at(result, "status") == "Accepted":
                return self._found(event, event.closed.pending.call.payload, made, f"$.{name}")
        return ()

    def _found(self, event: ResponseSeen, request: Payload, made: Payload, path: str) -> Iterator[Verdict]:
        records = (event.scene.number, event.exchange.call) if event.exchange is not None else ()
        asked, unit = text_at(request, "chargingRateUnit"), text_at(made, "chargingRateUnit")
        if asked is not None and unit is not None and unit != asked:
            yield Verdict(
                f"the composite schedule is in {quoted(unit)}; {quoted(asked)} was asked for",
                path=f"{path}.chargingRateUnit",
                observed=quoted(unit),
                expected=quoted(asked),
                records=records,
                key="unit",
            )
        wanted, duration = integer_at(request, "duration"), integer_at(made, "duration")
        if wanted is not None and duration is not None and duration != wanted:
            yield Verdict(
                f"the composite schedule covers {str(duration)[:20]} s; {str(wanted)[:20]} s were asked for",
                Severity.INFO if duration < wanted else None,
                path=f"{path}.duration",
                observed=str(duration)[:20],
                expected=str(wanted)[:20],
                records=records,
                key="longer" if duration > wanted else "shorter",
            )
        if unit is not None and len(event.scene.recall(InstalledProfiles)):
            yield from self._above(event, request, made, path)

    def _above(self, event: ResponseSeen, request: Payload, made: Payload, path: str) -> Iterator[Verdict]:
        """The first limit that is above what the profiles allow."""
        scene = event.scene
        place = integer_at(request, "evseId" if "evseId" in request else "connectorId")
        unit = text_at(made, "chargingRateUnit")
        start = time_at(made, "scheduleStart") or time_at(event.message.payload, "scheduleStart")  # type: ignore[union-attr]
        start = start or time_at(made, "startSchedule") or scene.time
        if place is None or unit is None:
            return
        for index, period in enumerate(objects_at(made, "chargingSchedulePeriod")[:_MOST_PERIODS]):
            limit, offset = number_at(period, "limit"), integer_at(period, "startPeriod")
            if limit is None or offset is None or not 0 <= offset <= 10**8:
                continue
            ceiling = _ceiling(scene, place, unit, start, offset)
            if ceiling is not None and limit > ceiling.limit.value + self.threshold("tolerance_a_or_w"):
                profile = ceiling.profile
                yield Verdict(
                    f"the composite schedule allows {limit:g} {unit} from {offset} s on; profile {str(profile.id)[:20]} "
                    f"({profile.slot[1]}) allows {ceiling.limit.value:g} {unit}",
                    path=f"{path}.chargingSchedulePeriod[{index}].limit",
                    observed=f"{limit:g}",
                    expected=f"<= {ceiling.limit.value:g}",
                    records=(scene.number, event.exchange.call if event.exchange is not None else 0, profile.call),
                    key=f"limit {place} {profile.slot[1]}"[:100],
                )
                return


def _ceiling(scene: Scene, place: int, unit: str, start: datetime, offset: int) -> Ceiling | None:
    """The limit at a time of the schedule, the highest of those shortly before and after; None where one is unknown."""
    charging = scene.recall(Charging).running_at(place) is not None
    installed = scene.recall(InstalledProfiles)
    try:
        time = start + timedelta(seconds=offset)
        around = [
            installed.ceiling(place, unit, each, charging=charging) for each in (time - _EDGE, time, time + _EDGE)
        ]
    except OverflowError:
        return None
    known = [ceiling for ceiling in around if ceiling is not None]
    return max(known, key=lambda each: each.limit.value) if len(known) == len(around) else None
