"""SCH-003: a charging profile in a remote start that does not belong there."""

from collections.abc import Iterable
from typing import ClassVar

from ocppscope.conformance.charging_profiles import charging_profile
from ocppscope.conformance.event import CallSeen, Event
from ocppscope.conformance.example_profiles import profile, profile_2x, remote_start
from ocppscope.conformance.rule import Example, Requirement, Rule, Verdict, quoted
from ocppscope.model.finding import Severity
from ocppscope.protocol.payload import text_at
from ocppscope.protocol.roles import Direction, Role
from ocppscope.protocol.version import OcppVersion


class ProfileInRemoteStart(Rule):
    """A remote start with a profile for something else than the transaction to come.

    Finds:
        The charging profile in RemoteStartTransaction or RequestStartTransaction has another purpose than TxProfile, or
        a transactionId: the transaction has none yet.

    Why it matters:
        The station refuses the start, or starts without the limit.

    Usual causes:
        A profile that was written for SetChargingProfile is sent along as it is.

    What to do:
        Send a TxProfile without transactionId, or set the default before and start without a profile.
    """

    id = "SCH-003"
    name = "Bad charging profile in a remote start"
    severity = Severity.ERROR
    at_fault = Role.CSMS
    requirement = Requirement.MUST
    spec = "S16 §5.16.2; P2 F01.FR.09, F01.FR.11"
    timeless = True
    on: ClassVar[tuple[type[Event], ...]] = (CallSeen,)
    actions = frozenset({"RemoteStartTransaction", "RequestStartTransaction"})
    examples = (
        Example(
            "a default profile",
            remote_start(profile("TxDefaultProfile")),
            finds=1,
            severity=Severity.ERROR,
            at_fault=Role.CSMS,
            path="$.chargingProfile.chargingProfilePurpose",
            line=1,
        ),
        Example("for the transaction to come", remote_start(profile("TxProfile"))),
        Example(
            "with the id of a transaction",
            remote_start(profile("TxProfile", transactionId=17)),
            finds=1,
            path="$.chargingProfile.transactionId",
        ),
        Example(
            "2.0.1: a profile for the station, with a transaction",
            remote_start(profile_2x("ChargingStationMaxProfile", transactionId="TX1")),
            version=OcppVersion.V201,
            finds=2,
        ),
        Example("2.0.1: as it should be", remote_start(profile_2x("TxProfile")), version=OcppVersion.V201),
        Example(
            "no profile at all",
            '< [2,"1","RemoteStartTransaction",{"idTag":"A1"}]\n> [3,"1",{"status":"Rejected"}]',
        ),
    )

    def check(self, event: CallSeen) -> Iterable[Verdict]:
        """Purpose and transactionId, each a finding of its own."""
        found = charging_profile(event.message)
        if found is None or event.direction is not Direction.TO_STATION:
            return
        purpose = text_at(found.value, "chargingProfilePurpose")
        if purpose is not None and purpose != "TxProfile":
            yield Verdict(
                f"the profile in {event.message.action} has the purpose {quoted(purpose)}",
                path=f"{found.path}.chargingProfilePurpose",
                observed=quoted(purpose),
                expected='"TxProfile"',
                key="purpose",
            )
        transaction = found.value.get("transactionId")
        if transaction is not None:
            yield Verdict(
                f"the profile in {event.message.action} names transaction {quoted(transaction)}",
                path=f"{found.path}.transactionId",
                observed=quoted(transaction),
                expected="absent",
                key="transactionId",
            )
