"""The demo's charging stations and their CSMS, on the `ocpp` package over `websockets`.

One child process plays both parties: `python -m ocppscope.simulator` (see `__main__`), started and stopped by
`process.SimulatorProcess`. Both parties live in one event loop because a station's life is one script that moves both
ends in turn: first the station asks, then the CSMS does. Nothing races, so the same seed gives the same messages.

    options      what may be chosen, and nothing heavy to import
    fleet        the made-up stations
    clock        pace, time stamps, and the order to stop
    peer         what both parties have in common: ids, thinking time, answers gone wrong
    csms         the listening CSMS; csms_v16 and csms_v2x speak for it
    station      a station's connectors and queue; station_v16, station_v2x, station_v21 speak for it
    device_model the variables of a 2.x station
    stage        one station and its CSMS, and the connection between them
    acts         pieces of a healthy life
    faults/      pieces of an unhealthy one, each as it occurs in the field
    scenarios    which pieces in which order
    simulation   plays a scenario with the whole fleet
    process      the same as a child process, for those who start it

``demo-station.toml`` and ``demo-csms.toml`` are made-up PICS profiles with tight limits.
"""
