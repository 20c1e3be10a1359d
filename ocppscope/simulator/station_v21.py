"""A 2.1 station: what only 2.1 has."""

from ocpp.v21 import call, call_result

from ocppscope.simulator.clock import stamp
from ocppscope.simulator.station_v2x import StationV2x

STREAM_ID = 1
"""The periodic event stream that a 2.1 station opens."""


class StationV21(StationV2x):
    """Speaks 2.1, with what only 2.1 has."""

    calls = _call = call
    results = _call_result = call_result
    _ocpp_version = "2.1"

    async def open_stream(self) -> None:
        """Ask to send a stream of values that nobody has to answer."""
        stream = {"id": STREAM_ID, "variableMonitoringId": 7, "params": {"interval": 2, "values": 3}}
        await self.request(call.OpenPeriodicEventStream(constant_stream_data=stream))

    async def stream(self, values: list[float]) -> None:
        """NotifyPeriodicEventStream: a SEND (type 6), which the library does not know."""
        data = [{"t": round(0.5 * index, 1), "v": f"{value:.1f}"} for index, value in enumerate(values)]
        payload = {"id": STREAM_ID, "pending": 0, "basetime": stamp(-0.5 * len(values)), "data": data}
        await self.say([6, self.new_id(), "NotifyPeriodicEventStream", payload])

    async def close_stream(self) -> None:
        """Enough of it."""
        await self.request(call.ClosePeriodicEventStream(id=STREAM_ID))
