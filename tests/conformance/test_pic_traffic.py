"""Certificate rules over real traffic and the captures, with products that the traffic is not from.

Each kind of finding that appears stands in `EXPLAINED` with the reason why it is true. One that is not listed fails.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ocppscope.capture.reader import open_capture
from ocppscope.inspect.inspector import Inspector
from ocppscope.inspect.ledger import FindingRow
from ocppscope.pics import library
from ocppscope.simulator.process import demo_profiles

ROOT = Path(__file__).parents[2]
TRAFFIC = ROOT.parent / "shared" / "traffic"
CAPTURES = ROOT / "captures"

ECARPLUG, ETESS, BOTARI, EVSIS = "ac-cpt-ocpp", "ets-mc-200", "evon200-40p-2cr", "jc-9932-100-cu07"

EXPLAINED = {
    ("PIC-001", ECARPLUG): "it is certified for amperes; tests and CSMSs also ask for watts",
    ("PIC-001", ETESS): "as above",
    ("PIC-001", EVSIS): "as above",
    ("PIC-001", BOTARI): "it is certified for watts; most profiles in the traffic are in amperes",
    (
        "PIC-007",
        ETESS,
    ): "its list has Current.Export where all others send Current.Import, and no Energy.Active.Export.Register",
    ("PIC-007", BOTARI): "its list has no Power.Active.Import, which nearly all stations send",
    ("PIC-007", EVSIS): "its list has neither Voltage nor Current.Import, and only the register for aligned values",
    ("PIC-008", ETESS): "a CSMS configures the measurands that it knows, Current.Import among them",
    ("PIC-008", BOTARI): "as above, Power.Active.Import",
    ("PIC-008", EVSIS): "as above, Voltage and Current.Import",
    ("PIC-009", ETESS): "it has one connector, most stations in the traffic two or more",
    ("PIC-011", ECARPLUG): "certified in 2022 without Advanced Security; the traffic has CALLs of the whitepaper",
    ("PIC-011", ETESS): "certified in 2024 without a security table; as above",
    ("PIC-013", BOTARI): "certified for profiles 1 to 3; the demo's captures are ws:// without credentials",
    ("PIC-013", EVSIS): "as above",
    ("PIC-014", ECARPLUG): "configured for no pings; the demo's stations ping every 5 s",
    ("PIC-014", EVSIS): "as above",
    ("PIC-014", ETESS): "300 s; as above",
    ("PIC-014", BOTARI): "60 s; as above",
    ("PIC-015", EVSIS): "at most 60 s; the CSMSs say 300 to 3600",
    ("PIC-017", ECARPLUG): "HTTP and HTTPS only; the tests use FTP",
    ("PIC-017", ETESS): "FTP only; the tests use HTTP, too",
    ("PIC-017", BOTARI): "HTTP only; the tests use FTP and HTTPS",
    ("PIC-018", BOTARI): "no local stop; the stations' transactions are stopped with a card, reason Local",
    ("PIC-020", ECARPLUG): "configured without a cache; the stations accept ClearCache",
    ("PIC-020", BOTARI): "declared without a cache; as above",
    ("PIC-021", ETESS): "DC only; the tests set a profile with three phases",
    ("PIC-021", BOTARI): "as above",
    ("PIC-021", EVSIS): "as above",
    ("PIC-022", ECARPLUG): "one sampled measurand at most; CSMSs configure four and five",
    ("PIC-025", ETESS): "fixed cable; the stations say Unlocked",
    ("PIC-025", BOTARI): "as above",
    ("PIC-025", EVSIS): "as above",
    ("PIC-027", EVSIS): "openocpp accepts a trigger for MeterValues that never come; 30 s are declared",
    ("PIC-024", "*"): "no station in the traffic is the certified product",
}

OF_2X = "healthy-2.0.1", "healthy-2.1", "field-faults-2.1"
"""2.x captures, on which certificates of 1.6 have nothing to say (and the demo answers in time)."""


def captures() -> list[Path]:
    return sorted([*TRAFFIC.glob("*.jsonl"), *CAPTURES.glob("*.jsonl")])


def findings(path: Path, *names: str) -> Iterator[FindingRow]:
    inspector = Inspector([library.load(name) for name in names])
    for record in open_capture(path):
        inspector.observe(record)
    return (row for row in inspector.findings.rows() if row.finding.rule.startswith("PIC"))


@pytest.mark.skipif(not TRAFFIC.is_dir(), reason="the real traffic is not beside the repository")
@pytest.mark.parametrize("name", library.names())
def test_every_finding_over_real_traffic_is_explained(name: str) -> None:
    for path in captures():
        for row in findings(path, name):
            rule = row.finding.rule
            assert (rule, name) in EXPLAINED or (rule, "*") in EXPLAINED, (path.name, rule, row.finding.evidence)


@pytest.mark.parametrize("name", library.names())
def test_certificates_of_16_say_nothing_of_2x_captures(name: str) -> None:
    for capture in OF_2X:
        assert list(findings(CAPTURES / f"{capture}.jsonl", name)) == []


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_without_a_certificate_there_is_nothing_to_hold_against_a_station(path: Path) -> None:
    assert list(findings(path)) == []


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_the_healthy_demo_keeps_its_own_claims(version: str) -> None:
    assert list(findings(CAPTURES / f"healthy-{version}.jsonl", *demo_profiles())) == []


@pytest.mark.parametrize("version", ["1.6", "2.1"])
def test_faults_of_the_field_break_no_claim_but_those_of_response_times(version: str) -> None:
    """Those are RPC-009 and RPC-011, which name the declared maximum."""
    assert list(findings(CAPTURES / f"field-faults-{version}.jsonl", *demo_profiles())) == []
