"""A small part of a 2.x station's device model: the variables that the demo reads, sets and reports."""

from typing import Any

from ocppscope.simulator.station import HEARTBEAT_INTERVAL

_VARIABLES = {
    ("OCPPCommCtrlr", "HeartbeatInterval"): (str(HEARTBEAT_INTERVAL), "ReadWrite", "integer", "s"),
    ("OCPPCommCtrlr", "OfflineThreshold"): ("60", "ReadWrite", "integer", "s"),
    ("OCPPCommCtrlr", "NetworkConfigurationPriority"): ("1", "ReadWrite", "SequenceList", None),
    ("AuthCtrlr", "AuthorizeRemoteStart"): ("false", "ReadWrite", "boolean", None),
    ("LocalAuthListCtrlr", "Enabled"): ("true", "ReadWrite", "boolean", None),
    ("SampledDataCtrlr", "TxUpdatedInterval"): ("60", "ReadWrite", "integer", "s"),
    ("SampledDataCtrlr", "TxUpdatedMeasurands"): (
        "Energy.Active.Import.Register,Power.Active.Import",
        "ReadWrite",
        "MemberList",
        None,
    ),
    ("SmartChargingCtrlr", "RateUnit"): ("A,W", "ReadOnly", "MemberList", None),
    ("SmartChargingCtrlr", "ProfileStackLevel"): ("10", "ReadOnly", "integer", None),
    ("TxCtrlr", "TxStartPoint"): ("Authorized", "ReadWrite", "MemberList", None),
    ("TxCtrlr", "TxStopPoint"): ("Authorized", "ReadWrite", "MemberList", None),
    ("ReservationCtrlr", "Enabled"): ("true", "ReadWrite", "boolean", None),
}
"""Component and variable: value, mutability, data type, unit."""


class DeviceModel:
    """The variables of one station. Payload members come in the ``ocpp`` package's snake_case and leave in camelCase."""

    def __init__(self) -> None:
        self._values = {key: value for key, (value, *_) in _VARIABLES.items()}

    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One getVariableResult."""
        key = asked["component"]["name"], asked["variable"]["name"]
        result = {"component": asked["component"], "variable": asked["variable"]}
        if key not in self._values:
            return {"attributeStatus": "UnknownVariable", **result}
        return {"attributeStatus": "Accepted", "attributeValue": self._values[key], **result}

    def set(self, order: dict[str, Any]) -> dict[str, Any]:
        """One setVariableResult."""
        key = order["component"]["name"], order["variable"]["name"]
        if key not in _VARIABLES:
            status = "UnknownVariable"
        elif _VARIABLES[key][1] == "ReadOnly":
            status = "Rejected"
        else:
            status = "Accepted"
            self._values[key] = order["attribute_value"]
        return {"attributeStatus": status, "component": order["component"], "variable": order["variable"]}

    def report(self) -> list[dict[str, Any]]:
        """All reportData."""
        return [_report_data(*key) | {"variableAttribute": [self._attribute(*key)]} for key in _VARIABLES]

    def _attribute(self, component: str, variable: str) -> dict[str, str]:
        return {"value": self._values[component, variable], "mutability": _VARIABLES[component, variable][1]}


def _report_data(component: str, variable: str) -> dict[str, Any]:
    _, _, data_type, unit = _VARIABLES[component, variable]
    traits: dict[str, Any] = {"dataType": data_type, "supportsMonitoring": False}
    if unit is not None:
        traits["unit"] = unit
    return {
        "component": {"name": component},
        "variable": {"name": variable},
        "variableCharacteristics": traits,
    }
