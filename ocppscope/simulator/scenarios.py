"""Which pieces of life are played in which order. `options.SCENARIOS` says what each scenario is for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from random import Random

from ocppscope.protocol.version import OcppVersion
from ocppscope.simulator import acts, faults
from ocppscope.simulator.acts import Act

_HEALTHY = (
    acts.power_up, acts.set_up, acts.charge_by_card, acts.trigger, acts.renew_list, acts.limit_power,
    acts.charge_by_app, acts.reserve, acts.stream_values, acts.charge_offline, acts.inspect, acts.upload_log,
    acts.update_firmware, acts.charge_by_card, acts.transfer_data, acts.reset, acts.rest,
)  # fmt: skip
"""Every healthy act, so that one opening shows everything."""

_EVERYDAY = (
    acts.charge_by_card, acts.charge_by_card, acts.charge_by_card, acts.charge_by_app, acts.charge_by_app, acts.rest,
    acts.rest, acts.trigger, acts.limit_power, acts.reserve, acts.stream_values, acts.charge_offline,
)  # fmt: skip
"""What happens again and again; what stands here more often happens more often."""

_START = (acts.power_up,)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is played.

    Attributes:
        openings: for each version one opening or more, dealt out to its stations in turn.
        faults: names of `faults.FAULTS` that turn up in everyday life after the opening.
        every: acts between two faults, at least and at most.
    """

    openings: dict[OcppVersion, tuple[tuple[Act, ...], ...]]
    faults: tuple[str, ...] = ()
    every: tuple[int, int] = (1, 3)

    def program(self, version: OcppVersion, variant: int, random: Random) -> Iterator[Act]:
        """What one station plays: its opening, then everyday life for ever."""
        return chain(self.opening(version, variant), self._everyday(version, random))

    def opening(self, version: OcppVersion, variant: int) -> tuple[Act, ...]:
        """What one station plays first."""
        openings = self.openings[version]
        return openings[variant % len(openings)]

    def _everyday(self, version: OcppVersion, random: Random) -> Iterator[Act]:
        known = [faults.FAULTS[name].play for name in self.faults if version in faults.FAULTS[name].versions]
        while True:
            for _ in range(random.randint(*self.every)):
                yield random.choice(_EVERYDAY)
            if known:
                yield random.choice(known)


def _same(*opening: Act) -> dict[OcppVersion, tuple[tuple[Act, ...], ...]]:
    return dict.fromkeys(OcppVersion, (_START + opening,))


SCENARIOS = {
    "healthy": Scenario(openings=dict.fromkeys(OcppVersion, (_HEALTHY,))),
    "field": Scenario(
        openings={
            OcppVersion.V16: (
                (
                    acts.power_up, faults.zoneless_time, faults.long_token, faults.slow_csms,
                    faults.unknown_transaction, acts.set_up, faults.fractional_meter_stop, faults.reused_id,
                    acts.charge_by_app, faults.short_call_error, faults.idle_drop, faults.meter_fell, acts.reserve,
                    faults.silent_csms, acts.charge_by_card,
                ),
                (
                    acts.power_up, faults.schema_violation, faults.deaf, faults.truncated, acts.set_up,
                    faults.orphan_response, faults.lost_while_charging, faults.second_call, acts.limit_power,
                    faults.slow_station, faults.odd_status, faults.no_subprotocol, acts.charge_by_app,
                    faults.double_start, faults.trigger_ignored, acts.renew_list,
                ),
            ),
            OcppVersion.V201: (
                (
                    acts.power_up, faults.second_call, faults.slow_station, faults.seq_gap, acts.set_up,
                    faults.schema_violation, faults.unanswered, acts.charge_by_app, faults.empty_sample,
                    faults.truncated, acts.reserve, faults.lost_while_charging, faults.wrong_clock,
                    faults.bad_response, acts.charge_by_card, faults.idle_drop,
                ),
                (
                    acts.power_up, faults.zoneless_time, faults.deaf, faults.reused_id, acts.set_up, faults.slow_csms,
                    faults.orphan_response, acts.charge_by_app, faults.short_call_error, faults.meter_fell,
                    faults.no_subprotocol, acts.charge_by_card, faults.long_token,
                ),
            ),
            OcppVersion.V21: (
                (
                    acts.power_up, acts.stream_values, faults.bad_response, faults.orphan_response, faults.truncated,
                    acts.set_up, acts.charge_by_app, faults.reused_id, faults.slow_csms, acts.limit_power,
                    faults.seq_gap, faults.idle_drop, faults.deaf, acts.charge_by_card, faults.zoneless_time,
                ),
            ),
        },
        faults=tuple(faults.FAULTS),
        every=(3, 6),
    ),
    "offline": Scenario(
        openings=_same(
            acts.charge_offline, faults.idle_drop, faults.lost_while_charging, faults.no_subprotocol, acts.reset
        ),
        faults=("idle-drop", "lost-while-charging", "no-subprotocol"),
        every=(0, 1),
    ),
    "deaf": Scenario(
        openings=_same(faults.deaf, faults.unanswered, faults.silent_csms, faults.trigger_ignored, faults.deaf),
        faults=("deaf", "unanswered", "silent-csms", "trigger-ignored"),
        every=(0, 1),
    ),
    "slow": Scenario(
        openings=_same(faults.slow_station, faults.slow_csms, acts.charge_by_app, faults.slow_station),
        faults=("slow-station", "slow-csms"),
        every=(0, 1),
    ),
    "malformed": Scenario(
        openings=_same(
            faults.truncated, faults.short_call_error, faults.reused_id, faults.second_call, faults.orphan_response,
            faults.schema_violation, faults.long_token, faults.empty_sample, faults.bad_response,
            faults.zoneless_time,
        ),
        faults=(
            "truncated", "short-call-error", "reused-id", "second-call", "orphan-response", "schema-violation",
            "long-token", "empty-sample", "bad-response", "zoneless-time",
        ),
        every=(0, 1),
    ),
}  # fmt: skip
"""Every scenario by its name in `options.SCENARIOS`."""
