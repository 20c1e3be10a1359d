"""What is known of a station's configuration."""

from typing import Any

from ocppscope.conformance.example import EXAMPLE_STATION, records_of
from ocppscope.conformance.rule import Example
from ocppscope.inspect import configuration
from ocppscope.inspect.configuration import learn_configuration
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.message import Call, CallResult
from ocppscope.protocol.version import OcppVersion


def configuration_after(script: str, version: OcppVersion = OcppVersion.V16) -> dict[str, str]:
    inspector = Inspector()
    for record in records_of(Example("", script, version)):
        inspector.observe(record)
    return inspector.stations[EXAMPLE_STATION].configuration


def learned(action: str, request: dict[str, Any], result: dict[str, Any]) -> dict[str, str]:
    known: dict[str, str] = {}
    learn_configuration(known, Call("1", action, request), CallResult("1", result))
    return known


def test_keys_are_kept_in_lower_case_with_the_latest_value() -> None:
    known = configuration_after(
        """
        < [2,"1","GetConfiguration",{}]
        > [3,"1",{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"},{"key":"CpoName","readonly":false}]}]
        < [2,"2","ChangeConfiguration",{"key":"heartbeatINTERVAL","value":"60"}]
        > [3,"2",{"status":"Accepted"}]
        < [2,"3","ChangeConfiguration",{"key":"HeartbeatInterval","value":"5"}]
        > [3,"3",{"status":"Rejected"}]
        """
    )
    assert known == {"heartbeatinterval": "60"}


def test_secrets_are_not_kept() -> None:
    request = {"key": "AuthorizationKey", "value": "0123456789abcdef"}
    assert learned("ChangeConfiguration", request, {"status": "Accepted"}) == {}


def test_variables_are_kept_by_component_name_and_instance() -> None:
    known = configuration_after(
        """
        < [2,"1","SetVariables",{"setVariableData":[{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"},"attributeValue":"60"},{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"WebSocketPingInterval"},"attributeValue":"9"}]}]
        > [3,"1",{"setVariableResult":[{"attributeStatus":"Accepted","component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}},{"attributeStatus":"Rejected","component":{"name":"OCPPCommCtrlr"},"variable":{"name":"WebSocketPingInterval"}}]}]
        > [2,"2","NotifyReport",{"requestId":1,"generatedAt":"2026-01-01T00:00:00Z","seqNo":0,"reportData":[{"component":{"name":"SmartChargingCtrlr"},"variable":{"name":"Entries","instance":"ChargingProfiles"},"variableAttribute":[{"type":"Target","value":"7"},{"value":"24"}]},{"component":{"name":"Connector","evse":{"id":1}},"variable":{"name":"Available"},"variableAttribute":[{"value":"true"}]}]}]
        """,
        OcppVersion.V201,
    )
    assert known == {
        "ocppcommctrlr.heartbeatinterval": "60",
        "smartchargingctrlr.entries.chargingprofiles": "24",
    }


def test_names_without_end_take_bounded_space() -> None:
    rows = [{"key": f"Key{number}", "value": "x" * 1000} for number in range(configuration.MOST_KEYS + 50)]
    known = learned("GetConfiguration", {}, {"configurationKey": rows})
    assert len(known) == configuration.MOST_KEYS
    assert max(map(len, known.values())) == configuration.LONGEST
