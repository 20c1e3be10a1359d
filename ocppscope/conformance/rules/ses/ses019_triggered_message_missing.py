"""SES-019: a triggered message that does not come, or comes before the answer."""

from collections.abc import Iterator
from typing import ClassVar

from ocppscope.conformance.event import Event, ResponseSeen, Scene, TimeUp
from ocppscope.conformance.memories.charging import Charging
from ocppscope.conformance.memories.connector_states import ConnectorStates
from ocppscope.conformance.memories.triggered import TRIGGERS, Asked, Place, Triggered
from ocppscope.conformance.patience import triggered_limit
from ocppscope.conformance.rule import AskLater, Example, Requirement, Rule, Threshold, Verdict
from ocppscope.model.finding import Severity
from ocppscope.protocol.message import CallResult
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion

_ASK = '< [2,"t","TriggerMessage",{"requestedMessage":"MeterValues","connectorId":1}]\n'
_YES = '> [3,"t",{"status":"Accepted"}]\n'
_ASK_STATUS = '< [2,"t","TriggerMessage",{"requestedMessage":"StatusNotification"}]\n'


def _reading(connector: int = 1, context: str = "Trigger", number: int = 1) -> str:
    return (
        f'> [2,"{number}","MeterValues",{{"connectorId":{connector},"meterValue":[{{"timestamp":"2026-01-01T00:00:00Z",'
        f'"sampledValue":[{{"value":"20","measurand":"Temperature","context":"{context}"}}]}}]}}]\n< [3,"{number}",{{}}]\n'
    )


def _status(connector: int, number: int = 0) -> str:
    return (
        f'> [2,"s{connector}{number}","StatusNotification",{{"connectorId":{connector},"errorCode":"NoError",'
        f'"status":"Available"}}]\n< [3,"s{connector}{number}",{{}}]\n'
    )


class TriggeredMessageMissing(Rule):
    """The station agrees to send a message and does not, or sends it before it agrees.

    Finds:
        Nothing of what an accepted TriggerMessage asked for, in 60 s or the declared time for triggered functions, whichever
        is longer. The message before the answer is an error where it shows that it was triggered (context or reason
        Trigger, status Idle, a boot), else an info: the station may have sent it of its own accord. Where all connectors were meant, an info about those of which
        nothing came. Messages on the named connector count, whatever made them; not followed up when the connection ends.

    Why it matters:
        The CSMS asks because it doubts what it knows, and goes on in doubt.

    Usual causes:
        The handler answers Accepted to everything; the message is lost in a queue behind others; it is built and sent
        before the answer is.

    What to do:
        Answer first, then send. Answer NotImplemented to what is not there.
    """

    id = "SES-019"
    name = "Triggered message missing, or sent before the response"
    severity = Severity.ERROR
    at_fault = Role.STATION
    requirement = Requirement.MUST
    spec = "S16 §5.17; P2 F06.FR.04, F06.FR.10"
    on: ClassVar[tuple[type[Event], ...]] = (ResponseSeen, TimeUp)
    actions = TRIGGERS
    memories = (Triggered, Charging, ConnectorStates)
    thresholds = (
        Threshold("report_s", 60, "Time from the answer in which the message is due, unless more is declared."),
    )
    examples = (
        Example("nothing comes", _ASK + _YES + "+60", finds=1, severity=Severity.ERROR, at_fault=Role.STATION, line=2),
        Example(
            "nothing comes on 2.0.1",
            '< [2,"t","TriggerMessage",{"requestedMessage":"StatusNotification","evse":{"id":1,"connectorId":1}}]\n'
            + _YES
            + '> [2,"1","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Available","evseId":2,'
            '"connectorId":1}]\n< [3,"1",{}]\n+60',
            version=OcppVersion.V201,
            finds=1,
        ),
        Example("another connector is no answer", _ASK + _YES + _reading(2) + "+60", finds=1),
        Example("it comes", _ASK + _YES + "+5 " + _reading() + "+60"),
        Example("refused", _ASK + _YES.replace("Accepted", "Rejected") + "+60"),
        Example("the connection ended", _ASK + _YES + "drop\n+60"),
        Example("later than a minute, as declared", _ASK + _YES + "+80 " + _reading() + "+60", profile="limits.ocpp_triggered_function_timeout = 90"),
        Example("triggered before the answer", _ASK + _reading() + _YES, finds=1, severity=Severity.ERROR, line=2),
        Example("before the answer, of its own accord", _ASK + _reading(context="Sample.Periodic") + _YES + "+60", finds=1, severity=Severity.INFO, line=2),
        Example("all connectors", _status(0) + _status(1) + _ASK_STATUS + _YES + _status(0, 1) + _status(1, 1) + "+60"),
        Example("all connectors were meant", _status(0) + _status(1) + _status(2) + _ASK_STATUS + _YES + _status(0, 1) + "+60", finds=1, severity=Severity.INFO),
        Example("no transaction runs, of which there was something to tell",
            '< [2,"t","TriggerMessage",{"requestedMessage":"TransactionEvent"}]\n' + _YES + "+60", version=OcppVersion.V201),
    )  # fmt: skip

    def check(self, event: ResponseSeen | TimeUp) -> Iterator[Verdict | AskLater]:
        """The answer to a trigger, and a while after it."""
        scene = event.scene
        if isinstance(event, TimeUp):
            asked = scene.recall(Triggered).asked_by(event.note[1])
            if asked is not None and scene.connection.alive:
                yield from _missing(scene, asked, event.note, (scene.at - event.note[2]) / 1e9)
            return
        accepted = isinstance(event.message, CallResult) and text_at(event.message.payload, "status") == "Accepted"
        if not accepted or event.exchange is None or event.direction is not Direction.TO_CSMS:
            return
        asked = scene.recall(Triggered).asked_by(event.exchange.call)
        if asked is None:
            return
        if asked.early is not None:
            yield _too_early(scene.number, asked, asked.early)
        elif asked.requested != "TransactionEvent" or scene.recall(Charging).running():
            patience = max(self.threshold("report_s"), triggered_limit(scene, 0))
            yield AskLater(patience, key=asked.call, note=(scene.number, asked.call, scene.at))


def _too_early(conf: int, asked: Asked, early: int) -> Verdict:
    doubt = "" if asked.marked else "; it may have been sent in normal operation"
    return Verdict(
        f"{asked.requested} came before the station had answered the TriggerMessage that asks for it{doubt}",
        None if asked.marked else Severity.INFO,
        observed="message, response",
        expected="response, message",
        records=(early, asked.call, conf),
        key=f"order {asked.marked}",
    )


def _missing(scene: Scene, asked: Asked, note: tuple[int, ...], waited: float) -> Iterator[Verdict]:
    if asked.came is None:
        where = _words(asked.place)
        yield Verdict(
            f"{asked.requested}{where} had not come {waited:.0f} s after the station accepted the TriggerMessage",
            observed="nothing",
            expected=f"{asked.requested}{where}",
            records=note[:2],
            key=f"{asked.requested}{where}",
        )
        return
    told = {".".join(str(part) for part in place if part is not None) for place in asked.places}
    missing = [name for name, state in scene.recall(ConnectorStates).items() if state.fresh and name not in told]
    if asked.wants_all and missing and scene.connection.version is OcppVersion.V16:
        yield Verdict(
            f"StatusNotification of {', '.join(missing[:10])} had not come {waited:.0f} s after the station accepted a "
            "TriggerMessage without a connector, which means all of them",
            Severity.INFO,
            observed=", ".join(sorted(told)[:10]),
            expected="one for connector 0 and for each connector",
            records=(*note[:2], asked.came),
            key="not all",
        )


def _words(place: Place) -> str:
    evse, connector = place
    parts = [f"EVSE {evse}"] if evse is not None else []
    parts += [f"connector {connector}"] if connector is not None else []
    return f" of {' '.join(parts)}" if parts else ""
