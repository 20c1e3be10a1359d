"""The device model of 2.x in words: components, variables, monitors, reports and events."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from ocppscope.inspect.summaries.line import Summary, count_of, line, when
from ocppscope.inspect.summaries.secrets import setting
from ocppscope.inspect.summaries.wording import MAX_ITEMS, joined, phrase, tally
from ocppscope.protocol.message import Payload


def variable(item: Any) -> str:
    """``OCPPCommCtrlr.HeartbeatInterval``; instances in brackets: ``Connector[2].Current[L1]``."""
    if not isinstance(item, dict):
        return ""
    component, name = _named(item.get("component")), _named(item.get("variable"))
    return f"{component}.{name}" if component and name else component or name


def _named(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    name, instance = phrase(item.get("name"), 40), phrase(item.get("instance"), 20)
    return f"{name}[{instance}]" if instance else name


def first_of(name: str, words: Callable[[dict[str, Any]], str]) -> Summary:
    """The first item of an array in words, and how many more there are: ``… · +2``."""

    def summary(payload: Payload) -> str:
        items = payload.get(name)
        if not isinstance(items, list) or not items:
            return ""
        text = words(items[0]) if isinstance(items[0], dict) else phrase(items[0])
        return joined(text, f"+{len(items) - 1}" if len(items) > 1 else "")

    return summary


def tally_of(name: str, member: str) -> Summary:
    """How often each value of a member occurs in an array of objects: ``Accepted × 3 · Rejected``."""

    def summary(payload: Payload) -> str:
        items = payload.get(name)
        if not isinstance(items, list):
            return ""
        return tally(item.get(member) for item in islice(items, MAX_ITEMS) if isinstance(item, dict))

    return summary


def _assignment(item: dict[str, Any]) -> str:
    return setting(variable(item), item.get("attributeValue"))


def _result(item: dict[str, Any]) -> str:
    """A value that was read, or why it was not."""
    status = phrase(item.get("attributeStatus"))
    if status == "Accepted":
        return _assignment(item)
    return f"{variable(item)} {status}".strip()


def _monitor(item: dict[str, Any]) -> str:
    kind, value = phrase(item.get("type")), phrase(item.get("value"))
    severity = phrase(item.get("severity"))
    return joined(f"{variable(item)} {kind} {value}".strip(), severity and f"severity {severity}")


def _event(item: dict[str, Any]) -> str:
    return joined(
        setting(variable(item), item.get("actualValue")),
        phrase(item.get("trigger")),
        "cleared" if item.get("cleared") is True else "",
        phrase(item.get("techCode"), 30),
    )


_SET_RESULTS = tally_of("setVariableResult", "attributeStatus")


def _set_variables_result(payload: Payload) -> str:
    items = payload.get("setVariableResult")
    only = items[0] if isinstance(items, list) and len(items) == 1 else None
    info = only.get("attributeStatusInfo") if isinstance(only, dict) else None
    reason = phrase(info.get("reasonCode")) if isinstance(info, dict) else ""
    return joined(_SET_RESULTS(payload), reason)


_PAGE = (line("request {requestId}"), line("seq {seqNo}"))
_REPORT_ABOUT = first_of("componentVariable", variable)
_MORE = when("tbc", "more follows")

REQUESTS: dict[str, Summary] = {
    "ClearVariableMonitoring": line("monitors {id:list}"),
    "GetBaseReport": line("{reportBase}", "request {requestId}"),
    "GetMonitoringReport": line("request {requestId}", "{monitoringCriteria:list}", _REPORT_ABOUT),
    "GetReport": line("request {requestId}", "{componentCriteria:list}", _REPORT_ABOUT),
    "GetVariables": first_of("getVariableData", variable),
    "NotifyEvent": line(first_of("eventData", _event), _MORE),
    "NotifyMonitoringReport": line(*_PAGE, count_of("monitor", "variable"), _MORE),
    "NotifyReport": line(*_PAGE, count_of("reportData", "variable"), _MORE),
    "SetMonitoringBase": line("{monitoringBase}"),
    "SetMonitoringLevel": line("severity {severity}"),
    "SetVariableMonitoring": first_of("setMonitoringData", _monitor),
    "SetVariables": first_of("setVariableData", _assignment),
}

RESPONSES: dict[str, Summary] = {
    "ClearVariableMonitoring": tally_of("clearMonitoringResult", "status"),
    "GetVariables": first_of("getVariableResult", _result),
    "SetVariableMonitoring": tally_of("setMonitoringResult", "status"),
    "SetVariables": _set_variables_result,
}
