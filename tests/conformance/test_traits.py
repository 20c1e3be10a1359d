"""What sets messages apart: rules about the rare are asked about the rare only."""

import pytest
from made_rules import HEARTBEAT, MadeRule, inspected_by, made, told

from ocppscope.conformance.event import CallSeen, PayloadInvalid, ResponseSeen
from ocppscope.conformance.trait import LONG, Trait

BOOT = '> [2,"b","BootNotification",{"chargePointVendor":"Made","chargePointModel":"Up"}]\n'
ACCEPTED = BOOT + '< [3,"b",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]\n'
AUTHORIZE = '> [2,"a","Authorize",{"idTag":"A1"}]\n'
OPEN = '> [2,"o","Heartbeat",{}]\n'


class OfMessages(MadeRule):
    """Speaks of every CALL and every response."""

    on = (CallSeen, ResponseSeen)


@pytest.mark.parametrize(
    ("trait", "ordinary", "rare"),
    [
        (Trait.UNACCEPTED, ACCEPTED + HEARTBEAT, HEARTBEAT),
        (Trait.ODD_TEXT, HEARTBEAT, f'> [2,"2","DataTransfer",{{"vendorId":"made","data":"{"x" * LONG}"}}]\n'),
        (Trait.ODD_TEXT, HEARTBEAT, '> [2,"2","Authorize",{"idTag":"Ä1"}]\n'),
        (Trait.ODD_TEXT, HEARTBEAT, '> [2,"2","Authorize",{"idTag":"\\u0041"}]\n'),
        (Trait.FIRST, ACCEPTED + HEARTBEAT, ACCEPTED),
        (Trait.FOREIGN_ACTION, HEARTBEAT, '> [2,"2","MadeUp",{}]\n'),
        (Trait.FOREIGN_ACTION, HEARTBEAT, '> [2,"2","Reset",{"type":"Hard"}]\n'),
        (Trait.FOREIGN_ACTION, HEARTBEAT, '> [2,"2","heartbeat",{}]\n'),
        (Trait.USED_ID, HEARTBEAT + AUTHORIZE, HEARTBEAT + '> [2,"1","Heartbeat",{}]\n'),
        (Trait.IN_FLIGHT, HEARTBEAT + AUTHORIZE, OPEN + AUTHORIZE),
        (Trait.REFUSAL, HEARTBEAT, AUTHORIZE + '< [4,"a","InternalError","",{}]\n'),
        (Trait.STRAY, HEARTBEAT, '< [3,"x",{}]\n'),
        (Trait.LATE, HEARTBEAT, OPEN + '+31 < [3,"o",{"currentTime":"2026-01-01T00:00:00Z"}]\n'),
        (Trait.ECHO, HEARTBEAT + '> [2,"d","Heartbeat",{}]\n< [3,"d",{}]\n', AUTHORIZE + '< [3,"a",{"idTag":"A1"}]\n'),
    ],
)
def test_a_rule_about_a_trait_is_asked_about_messages_that_have_it(
    trait: Trait, ordinary: str, rare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def last_is_told(script: str) -> bool:
        inspector = inspected_by(monkeypatch, [made("A-001", OfMessages, only=trait)])
        numbers = [found.records[0] for found in told(inspector, script)]
        return inspector.counts.records in numbers

    assert last_is_told(rare)
    assert not last_is_told(ordinary)


def test_a_rule_about_several_traits_is_asked_about_messages_that_have_one_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inspector = inspected_by(monkeypatch, [made("A-001", OfMessages, only=Trait.STRAY | Trait.USED_ID)])

    found = list(told(inspector, HEARTBEAT + HEARTBEAT + '< [3,"x",{}]\n'))

    assert len(found) == 2


def test_traits_hold_back_no_events_but_calls_and_responses(monkeypatch: pytest.MonkeyPatch) -> None:
    invalid = made("A-001", on=(PayloadInvalid,), only=Trait.STRAY)
    inspector = inspected_by(monkeypatch, [invalid])

    assert [found.rule for found in told(inspector, '> [2,"1","Authorize",{}]\n')] == ["A-001"]


def test_a_threshold_below_what_counts_as_long_is_still_held_against_every_message() -> None:
    from ocppscope.conformance.registry import all_rules  # noqa: PLC0415 - only here the real rule matters

    rule = next(rule for rule in all_rules() if rule.id == "RPC-025")

    assert rule.only is Trait.ODD_TEXT
    assert type(rule)({"message_bytes": 100}).only is Trait.NONE
