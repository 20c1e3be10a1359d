"""What is remembered of a station: across connections, of this station only, in bounded space."""

from datetime import UTC, datetime, timedelta

import pytest

from ocppscope.capture.record import Ended, Gap, Handshake, MessageRecord, Opened, Record
from ocppscope.conformance.memories import installed_profiles, local_list
from ocppscope.conformance.memory import Memories, Memory, Recent
from ocppscope.inspect import inspector as inspecting
from ocppscope.inspect.inspector import Inspector
from ocppscope.model.finding import Finding
from ocppscope.pics.toml_reader import read_toml
from ocppscope.protocol.roles import Direction

TWO_PROFILES = read_toml(
    'settings.ORS-19 = 2\n[identity]\ndut = "station"\nocpp_version = "1.6"\nvendor = "Made"\nproduct = "Up"\n',
    "",
    "two",
)
START = datetime(2026, 1, 1, tzinfo=UTC)


class Site:
    """Stations that talk, a record each 10 ms."""

    def __init__(self) -> None:
        self.inspector = Inspector([TWO_PROFILES])
        self.findings: list[Finding] = []
        self._seq = 0

    def stamp(self) -> dict[str, object]:
        self._seq += 1
        return {"seq": self._seq, "time": START + timedelta(milliseconds=10 * self._seq), "mono": 10**7 * self._seq}

    def take(self, record: Record) -> None:
        findings = self.inspector.observe(record).findings
        self.findings += [finding for finding in findings if finding.rule.startswith("PIC")]

    def opened(self, conn: int, station: str) -> None:
        handshake = Handshake(target=f"/{station}", status=101)
        stamp = self.stamp()
        self.take(Opened(conn=conn, station=station, subprotocol="ocpp1.6", handshake=handshake, **stamp))  # type: ignore[arg-type]

    def ended(self, conn: int) -> None:
        self.take(Ended(conn=conn, by="network", how="rst", **self.stamp()))  # type: ignore[arg-type]

    def install(self, conn: int, level: int) -> None:
        """The CSMS sets a charging profile, and the station accepts."""
        request = (
            f'[2,"{self._seq}","SetChargingProfile",{{"connectorId":1,"csChargingProfiles":{{"chargingProfileId":{level},'
            f'"stackLevel":{level},"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative",'
            '"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}]'
        )
        response = f'[3,"{self._seq}",{{"status":"Accepted"}}]'
        for way, text in ((Direction.TO_STATION, request), (Direction.TO_CSMS, response)):
            self.take(MessageRecord(conn=conn, dir=way, text=text, **self.stamp()))  # type: ignore[arg-type]


def test_what_is_installed_outlives_the_connection() -> None:
    site = Site()
    site.opened(1, "CS-1")
    site.install(1, 1)
    site.install(1, 2)
    site.ended(1)
    site.opened(2, "CS-1")
    assert site.findings == []

    site.install(2, 3)
    assert [finding.rule for finding in site.findings] == ["PIC-004"]


def test_two_stations_share_nothing() -> None:
    site = Site()
    site.opened(1, "CS-1")
    site.opened(2, "CS-2")
    site.install(1, 1)
    site.install(2, 2)
    site.install(1, 3)
    assert site.findings == []


def test_a_forgotten_station_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "MOST_STATIONS", 1)
    site = Site()
    site.opened(1, "CS-1")
    site.install(1, 1)
    site.install(1, 2)
    site.ended(1)
    site.opened(2, "CS-2")
    site.ended(2)
    site.opened(3, "CS-1")
    site.install(3, 3)
    assert site.findings == []


def test_lost_records_may_have_changed_anything() -> None:
    site = Site()
    site.opened(1, "CS-1")
    site.install(1, 1)
    site.install(1, 2)
    site.take(Gap(lost=3, reason="the disk was full", **site.stamp()))  # type: ignore[arg-type]
    site.install(1, 3)
    assert site.findings == []


def test_nobody_knows_what_happened_between_two_runs() -> None:
    site = Site()
    site.opened(1, "CS-1")
    site.install(1, 1)
    site.install(1, 2)
    site.inspector.next_capture()
    site.opened(1, "CS-1")
    site.install(1, 3)
    assert site.findings == []


def test_profiles_without_end_take_bounded_space() -> None:
    site = Site()
    site.opened(1, "CS-1")
    for level in range(installed_profiles.MOST_PROFILES + 50):
        site.install(1, level)
    counts = [int(finding.observed or 0) for finding in site.findings]
    assert max(counts) == installed_profiles.MOST_PROFILES + 1


def test_a_list_beyond_what_is_tracked_is_unknown_again() -> None:
    kept = local_list.LocalList()
    assert kept.holds("A1") is None


def test_recent_keeps_the_latest() -> None:
    recent: Recent[int, str] = Recent(2)
    recent[1], recent[2] = "a", "b"
    recent[1] = "again"
    recent[3] = "c"
    assert dict(recent) == {1: "again", 3: "c"}


def test_a_memory_is_made_once() -> None:
    class Nothing(Memory):
        on = ()

        def learn(self, event: object) -> None:
            raise AssertionError(event)

    memories = Memories()
    assert memories.recall(Nothing) is memories.recall(Nothing)
    assert memories.recall(Nothing) is not Memories().recall(Nothing)
