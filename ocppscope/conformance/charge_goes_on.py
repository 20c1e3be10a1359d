"""Whether a transaction goes on after its station booted."""

from datetime import datetime

from ocppscope.conformance.event import Scene
from ocppscope.conformance.memories.charging import Charge
from ocppscope.conformance.memories.connector_states import ConnectorStates

_STATES = frozenset({"Charging", "Occupied", "SuspendedEV", "SuspendedEVSE"})


def goes_on(scene: Scene, charge: Charge, boot: datetime) -> bool:
    """Whether it was heard of, or its connector says so, since the boot at ``boot`` (wall clock of the capture)."""
    if charge.heard is not None and charge.heard > boot:
        return True
    states = scene.recall(ConnectorStates)
    state = states.get(charge.place)
    known = [state] if state is not None else [told for _, told in states.of_evse(charge.place or 0)]
    return any(told.fresh and told.status in _STATES for told in known)
