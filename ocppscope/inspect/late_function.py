"""From a sample of a performance figure to the event that rules are asked about."""

from ocppscope.conformance.event import FunctionLate, Scene
from ocppscope.kpi.sample import Sample


def function_late(sample: Sample, limit: float, scene: Scene) -> FunctionLate:
    """What a sample above its limit says: what was due, since when, and the messages of it."""
    return FunctionLate(
        scene=scene,
        figure=sample.measure.key,
        dut=sample.measure.dut,
        trigger=sample.trigger,
        trigger_id=sample.trigger_id,
        call=sample.trigger_record,
        conf=sample.conf_record,
        function=sample.function,
        message=sample.function_record,
        seconds=sample.seconds,
        limit=limit,
    )
