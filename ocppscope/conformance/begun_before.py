"""Whether something of a station may be older than what was seen of it."""

from ocppscope.conformance.event import Scene
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.connector_states import ConnectorState, ConnectorStates
from ocppscope.conformance.memories.full_cycle import FullCycle

BEGUN_BEFORE = (Charging, ConnectorStates, FullCycle)
"""The memories that a rule must name to ask."""

_MINUTE = 60_000_000_000


def may_have_begun_before(scene: Scene, place: int | None) -> bool:
    """Whether a transaction of 1.6 that was never seen to start may have started before anyone watched.

    It can where no full cycle was seen, and at a connector that neither began another transaction since nor was ever
    free. Where the connector is not known (``place`` None), it can as long as one such connector is left.
    """
    if not scene.recall(FullCycle).seen:
        return True
    charging, states = scene.recall(Charging), scene.recall(ConnectorStates)
    if place is not None:
        return not _was_watched(scene, charging, states, place)
    places = {int(name) for name, _ in states.items() if name.isdecimal() and name != "0"} | charging.places()
    return not places or not all(_was_watched(scene, charging, states, known) for known in places)


def _was_watched(scene: Scene, charging: Charging, states: ConnectorStates, place: int) -> bool:
    charge, state = charging.last_at(place), states.get(place)
    return (charge is not None and charge.whole) or (
        state is not None and state.was_free and _for_long(state, scene.at)
    )


def _for_long(state: ConnectorState, now: int) -> bool:
    """The StopTransaction may come a little after the report that the connector is free again."""
    return state.before is not None or now - state.at > _MINUTE
