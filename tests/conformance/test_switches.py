"""Which rules are on, and with which numbers: words, their order, thresholds, and what is no switch."""

import pytest
from made_rules import HEARTBEAT, MadeRule, inspected_by, made, told

from ocppscope.conformance.registry import all_rules
from ocppscope.conformance.rule import Requirement, Rule, Threshold, Verdict
from ocppscope.conformance.switches import SwitchError, Switches, read_switches
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Severity
from ocppscope.pics.profile import Profile
from ocppscope.pics.toml_reader import read_toml
from ocppscope.pics.toml_writer import write_toml

LIMIT = Threshold("limit_s", 60, "Made up.")


class Mild(MadeRule):
    """A warning that may be an info."""

    def check(self, event: object) -> list[Verdict]:
        return [Verdict("as it is"), Verdict("milder", Severity.INFO)]


class Measured(MadeRule):
    """Says its threshold."""

    thresholds = (LIMIT,)

    def check(self, event: object) -> list[Verdict]:
        return [Verdict(f"{self.threshold('limit_s'):g}")]


CATALOGUE: tuple[Rule, ...] = (
    made("STA-901"),
    made("TXN-901", severity=Severity.ERROR),
    made("TXN-902", Mild, requirement=Requirement.JUDGEMENT),
    made("TXN-903", Measured, severity=Severity.INFO, requirement=Requirement.SHOULD),
)
ALL = {"STA-901", "TXN-901", "TXN-902", "TXN-903"}


def on(*texts: str) -> set[str]:
    switches = read_switches(texts, CATALOGUE)
    return {rule.id for rule in CATALOGUE if switches.allowed(rule)}


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        ((), ALL),
        (("-STA-901",), ALL - {"STA-901"}),
        (("-sta-901",), ALL - {"STA-901"}),
        (("-TXN",), {"STA-901"}),
        (("-error",), ALL),  # each may find something milder
        (("-error", "-warning", "-info"), set()),
        (("-must",), {"TXN-902", "TXN-903"}),
        (("-Judgement", "-should"), {"STA-901", "TXN-901"}),
        (("-all",), set()),
        (("-all", "+TXN-902"), {"TXN-902"}),
        (("-all", "+TXN", "-TXN-903"), {"TXN-901", "TXN-902"}),
        (("-TXN-903", "+TXN"), ALL),  # the last one that fits decides
        (("- TXN",), {"STA-901"}),
    ],
)
def test_the_last_switch_that_fits_decides(texts: tuple[str, ...], left: set[str]) -> None:
    assert on(*texts) == left


def test_a_severity_is_that_of_the_finding_and_not_of_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    mild = [made("TXN-902", Mild)]
    without_infos = inspected_by(monkeypatch, mild, switches=read_switches(["-info"], mild))
    only_infos = inspected_by(monkeypatch, mild, switches=read_switches(["-all", "+info"], mild))

    assert [found.evidence for found in told(without_infos, HEARTBEAT)] == ["as it is"]
    assert [found.evidence for found in told(only_infos, HEARTBEAT)] == ["milder"]


def test_a_rule_that_is_off_is_no_rule_that_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    inspector = inspected_by(monkeypatch, CATALOGUE, switches=read_switches(["-TXN"], CATALOGUE))

    assert [rule.id for rule in inspector.rules] == ["STA-901"]
    assert {found.rule for found in told(inspector, HEARTBEAT)} == {"STA-901"}


def test_a_threshold_is_the_default_until_somebody_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [made("TXN-903", Measured)]
    assert [found.evidence for found in told(inspected_by(monkeypatch, rules), HEARTBEAT)] == ["60"]

    switches = read_switches(["txn-903.limit_s = 7.5", "TXN-903.limit_s=12"], rules)
    assert switches.thresholds == {"TXN-903.limit_s": 12.0}
    changed = inspected_by(monkeypatch, rules, switches=switches)
    assert [found.evidence for found in told(changed, HEARTBEAT)] == ["12"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("TXN", "'TXN' is no switch: begin it with - to turn rules off or + to turn them on"),
        ("", "'' is no switch"),
        ("-", "'-' names no rule, family, severity or requirement"),
        ("-TXN-905", "(did you mean TXN-90"),
        ("-sever", "names no rule, family, severity or requirement"),
        ("XYZ-1.limit_s=3", "there is no rule 'XYZ-1'"),
        ("TXN-904.limit_s=3", "(did you mean TXN-90"),
        ("TXN-903.limit=3", "TXN-903 has limit_s"),
        ("TXN-901.limit_s=3", "TXN-901 has no thresholds"),
        ("TXN-903.limit_s=soon", "'soon' is not a number of 0 or more"),
        ("TXN-903.limit_s=-1", "'-1' is not a number of 0 or more"),
        ("TXN-903.limit_s=nan", "'nan' is not a number of 0 or more"),
        ("TXN-903.limit_s=inf", "'inf' is not a number of 0 or more"),
        ("TXN-903.limit_s=", "'' is not a number of 0 or more"),
    ],
)
def test_what_fits_nothing_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(SwitchError) as refused:
        read_switches([text], CATALOGUE, "here: ")

    assert str(refused.value).startswith("here: ")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_later_switches_win_over_earlier_ones() -> None:
    earlier = read_switches(["-TXN", "TXN-903.limit_s=1"], CATALOGUE)
    later = read_switches(["+TXN-901", "TXN-903.limit_s=2"], CATALOGUE)
    joined = earlier.then(later)

    assert {rule.id for rule in CATALOGUE if joined.allowed(rule)} == {"STA-901", "TXN-901"}
    assert joined.thresholds == {"TXN-903.limit_s": 2.0}
    assert Switches().then(earlier) == earlier


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if rule.thresholds], ids=lambda rule: rule.id)
def test_every_threshold_of_the_catalogue_can_be_set_by_its_name(rule: Rule) -> None:
    for threshold in rule.thresholds:
        switches = read_switches([f"{rule.id.lower()}.{threshold.name}={threshold.default + 1}"], all_rules())
        assert switches.changed(rule) == {threshold.name: threshold.default + 1}
        assert threshold.what.endswith(".")


def declaring(product: str, *rules: str) -> Profile:
    listed = ", ".join(f'"{rule}"' for rule in rules)
    return read_toml(
        f'[identity]\ndut = "station"\nocpp_version = "1.6"\nvendor = "Made"\nproduct = "{product}"\n'
        f"[conformance]\nrules = [{listed}]\n",
        "made-up.toml",
        product,
    )


def boot(model: str) -> str:
    return f'> [2,"b","BootNotification",{{"chargePointVendor":"Made","chargePointModel":"{model}"}}]\n< [3,"b",{{}}]\n'


def test_a_profile_switches_the_rules_of_its_stations_only(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = [declaring("Quiet", "-all"), declaring("Strict", "TXN-903.limit_s=5", "-STA")]
    inspector = inspected_by(monkeypatch, CATALOGUE, profiles)
    said: dict[str, set[tuple[str, str]]] = {}
    script = (
        f"as CS-Q\n{boot('Quiet')}{HEARTBEAT}as CS-S\n{boot('Strict')}{HEARTBEAT}as CS-N\n{boot('Nobody')}{HEARTBEAT}"
    )
    for found in told(inspector, script):
        if found.action == "Heartbeat":
            said.setdefault(found.station, set()).add((found.rule, found.evidence))

    assert "CS-Q" not in said
    assert {rule for rule, _ in said["CS-S"]} == ALL - {"STA-901"}
    assert ("TXN-903", "5") in said["CS-S"]
    assert {rule for rule, _ in said["CS-N"]} == ALL
    assert ("TXN-903", "60") in said["CS-N"]


def test_the_command_line_wins_over_a_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    switches = read_switches(["+TXN-901"], CATALOGUE)
    inspector = inspected_by(monkeypatch, CATALOGUE, [declaring("Quiet", "-all")], switches=switches)

    assert {found.rule for found in told(inspector, HEARTBEAT)} == {"TXN-901"}


def test_a_profile_that_names_no_rule_is_refused_by_its_name() -> None:
    with pytest.raises(SwitchError, match=r"^profile Quiet: '-NIX' names no rule"):
        Inspector([declaring("Quiet", "-NIX")])


def test_a_profile_keeps_its_switches_when_it_is_written() -> None:
    profile = declaring("Up", "-STA-001", "SES-012.skew_s=20", "+TXN")
    assert profile.rules == ("-STA-001", "SES-012.skew_s=20", "+TXN")
    assert read_toml(write_toml(profile), "copy.toml", "Up") == profile
