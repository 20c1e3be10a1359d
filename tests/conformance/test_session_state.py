"""What the rules on sessions and configuration make of reconnects, of several stations, and of records that are missing."""

from ocppscope.capture.record import Gap, Record
from ocppscope.conformance.example import records_of
from ocppscope.conformance.rule import Example
from ocppscope.inspect.inspector import Inspector
from ocppscope.protocol.version import OcppVersion

BOOT = (
    '> [2,"b#","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
    '< [3,"b#",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":60}]\n'
)
STATUS = '> [2,"s#","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]\n< [3,"s#",{}]\n'
RESET = '< [2,"r","Reset",{"type":"Hard"}]\n> [3,"r",{"status":"Accepted"}]\n'
TRIGGER = '< [2,"t","TriggerMessage",{"requestedMessage":"Heartbeat"}]\n> [3,"t",{"status":"Accepted"}]\n'


def numbered(text: str, number: int) -> str:
    return text.replace("#", str(number))


def found(
    script: str, rule: str, version: OcppVersion = OcppVersion.V16, gap_before: int | None = None
) -> list[tuple[str, str]]:
    """Station and evidence of what the rule says; with ``gap_before`` records are lost before that one."""
    inspector = Inspector()
    lines: list[tuple[str, str]] = []
    for record in records_of(Example("", script, version)):
        for each in (_gap(record), record) if record.seq == gap_before else (record,):
            lines += [(each.station, each.evidence) for each in inspector.observe(each).findings if each.rule == rule]
    return lines


def _gap(record: Record) -> Gap:
    return Gap(seq=record.seq, time=record.time, mono=record.mono, lost=5, reason="disk full")


def test_a_pending_station_stays_pending_over_a_reconnect() -> None:
    script = numbered(BOOT, 1).replace("Accepted", "Pending") + "+30 reconnect\n" + numbered(STATUS, 1)
    assert len(found(script, "SES-002")) == 1


def test_registration_is_each_stations_own() -> None:
    script = numbered(BOOT, 1).replace("Accepted", "Pending") + "as CS-2\n" + numbered(BOOT, 2) + numbered(STATUS, 2)
    assert not found(script, "SES-002")


def test_a_trigger_excuses_only_the_station_that_was_asked() -> None:
    script = (
        numbered(BOOT, 1).replace("Accepted", "Pending")
        + "as CS-2\n"
        + numbered(BOOT, 2).replace("Accepted", "Pending")
        + "+5 "
        + TRIGGER
        + '> [2,"h","Heartbeat",{}]\nas CS-EXAMPLE\n> [2,"h","Heartbeat",{}]\n'
    )
    assert [station for station, _ in found(script, "SES-002")] == ["CS-EXAMPLE"]


def test_silence_is_measured_on_the_latest_connection_only() -> None:
    """The former one was left half open: nobody has ended it."""
    script = numbered(BOOT, 1) + "connect\n" + "".join(
        f'+60 > [2,"h{number}","Heartbeat",{{}}]\n< [3,"h{number}",{{"currentTime":"2026-01-01T00:0{number}:00Z"}}]\n'
        for number in range(1, 5)
    )  # fmt: skip
    assert not found(script, "SES-009")


def test_each_station_is_silent_by_itself() -> None:
    script = numbered(BOOT, 1) + "as CS-2\n" + numbered(BOOT, 2) + "".join(
        f'+60 > [2,"h{number}","Heartbeat",{{}}]\n< [3,"h{number}",{{"currentTime":"2026-01-01T00:0{number}:00Z"}}]\n'
        for number in range(1, 4)
    )  # fmt: skip
    assert [station for station, _ in found(script, "SES-009")] == ["CS-EXAMPLE"]


def test_a_second_silence_is_told_again() -> None:
    beat = '> [2,"h","Heartbeat",{}]\n< [3,"h",{"currentTime":"2026-01-01T00:02:20Z"}]\n'
    assert len(found(numbered(BOOT, 1) + "+140 " + beat + "+140", "SES-009")) == 2


def test_nothing_is_missed_that_may_lie_in_a_gap() -> None:
    """The trigger's message, the boot after a reset, the end of the silence: all may be among the lost records."""
    script = numbered(BOOT, 1) + TRIGGER + RESET + '> [2,"x","Heartbeat",{}]\n+700'
    for rule in ("SES-009", "SES-021"):
        assert found(script, rule)
        assert not found(script, rule, gap_before=9)
    trigger = numbered(BOOT, 1) + TRIGGER.replace("Heartbeat", "StatusNotification") + "+0.1\n+70"
    assert found(trigger, "SES-019")
    assert not found(trigger, "SES-019", gap_before=7)


def test_a_reset_before_the_gap_does_not_accuse_the_first_call_after_it() -> None:
    script = numbered(BOOT, 1) + RESET + "+20 reconnect\n" + numbered(STATUS, 1)
    assert found(script, "SES-001")
    assert not found(script, "SES-001", gap_before=9)


def test_a_boot_that_a_reset_explains_explains_no_second_one() -> None:
    start = (
        '> [2,"1","StartTransaction",{"connectorId":1,"idTag":"A1","meterStart":0,"timestamp":"2026-01-01T00:00:20Z"}]\n'
        '< [3,"1",{"transactionId":17,"idTagInfo":{"status":"Accepted"}}]\n'
    )
    explained = numbered(BOOT, 1) + RESET + "+20 reconnect\n" + numbered(BOOT, 2)
    assert not found(explained, "SES-020")
    assert len(found(explained + start + "+5 " + numbered(BOOT, 3), "SES-020")) == 1


def test_what_was_read_before_a_reconnect_is_compared_with_what_is_read_after_it() -> None:
    read = (
        '< [2,"g#","GetConfiguration",{"key":["ResetRetries"]}]\n'
        '> [3,"g#",{"configurationKey":[{"key":"ResetRetries","readonly":false,"value":"3"}]}]\n'
    )
    change = '< [2,"c","ChangeConfiguration",{"key":"ResetRetries","value":"5"}]\n> [3,"c",{"status":"Accepted"}]\n'
    script = numbered(read, 1) + change + "reconnect\n" + numbered(read, 2)
    assert len(found(script, "CFG-006")) == 1
    assert not found(numbered(read, 1) + change + "as CS-2\n" + numbered(read, 2), "CFG-006")


def test_a_read_that_was_asked_before_the_change_proves_nothing() -> None:
    ask = '< [2,"g#","GetConfiguration",{"key":["ResetRetries"]}]\n'
    told = '> [3,"g#",{"configurationKey":[{"key":"ResetRetries","readonly":false,"value":"3"}]}]\n'
    change = '< [2,"c","ChangeConfiguration",{"key":"ResetRetries","value":"5"}]\n> [3,"c",{"status":"Accepted"}]\n'
    assert not found(numbered(ask + told, 1) + numbered(ask, 2) + change + numbered(told, 2), "CFG-006")


def test_reports_go_on_over_a_reconnect() -> None:
    ask = (
        '< [2,"g","GetBaseReport",{"requestId":7,"reportBase":"FullInventory"}]\n> [3,"g",{"status":"Accepted"}]\n'
        '> [2,"p0","NotifyReport",{"requestId":7,"generatedAt":"2026-01-01T00:00:00Z","seqNo":0,"tbc":true}]\n< [3,"p0",{}]\n'
    )
    rest = '> [2,"p#","NotifyReport",{"requestId":7,"generatedAt":"2026-01-01T00:00:00Z","seqNo":#}]\n< [3,"p#",{}]\n'
    assert not found(ask + "reconnect\n" + numbered(rest, 1), "CFG-011", OcppVersion.V201)
    assert len(found(ask + "reconnect\n" + numbered(rest, 2), "CFG-011", OcppVersion.V201)) == 1


def test_a_secret_is_nowhere_in_the_finding() -> None:
    inspector = Inspector()
    script = (
        '< [2,"1","GetConfiguration",{"key":["AuthorizationKey"]}]\n'
        '> [3,"1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false,"value":"made-up-secret-0815"}]}]\n'
        '< [2,"2","ChangeConfiguration",{"key":"AuthorizationKey","value":"made-up-secret-0815"}]\n'
        '> [3,"2",{"status":"Rejected"}]'
    )
    findings = [each for record in records_of(Example("", script)) for each in inspector.observe(record).findings]
    assert {"CFG-003", "CFG-009"} <= {each.rule for each in findings}
    assert "0815" not in repr(findings)
    assert "0815" not in repr(inspector.stations)
