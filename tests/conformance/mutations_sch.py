"""Faults of smart charging."""

import clean_episodes_v2x as v2x
import clean_management_v2x as csms2x
from capture_operators import both, repeat_exchange
from capture_selectors import answer, call
from clean_episodes_v16 import idle
from clean_management_v16 import ACCEPTED, limit, smart_charging
from conversations import of_2x, of_16
from message_operators import asks, lose, put
from mutation import Mutation

LIMITS = of_16(smart_charging, idle)
LIMITS_2X = of_2x(csms2x.smart_charging, v2x.idle)

PROFILE = "$.csChargingProfiles"
SCHEDULE = f"{PROFILE}.chargingSchedule"
MAXIMUM, DEFAULT, OF_TRANSACTION = (call("SetChargingProfile", number) for number in range(3))

# fmt: off
MUTATIONS = (
    Mutation("SCH-001", "the limit of the station on a connector", LIMITS, put(MAXIMUM, "$.connectorId", 1)),
    Mutation("SCH-002", "a limit for a transaction that there is not", LIMITS, asks(
        answer("SetChargingProfile", 1), "SetChargingProfile", {"connectorId": 2, "csChargingProfiles": limit("TxProfile", 9, 10.0)}, {"status": "Rejected"}, 0.005)),
    Mutation("SCH-003", "a remote start with a default limit", LIMITS, put(call("RemoteStartTransaction"), "$.chargingProfile.chargingProfilePurpose", "TxDefaultProfile")),
    Mutation("SCH-004", "a limit for another transaction", LIMITS, put(OF_TRANSACTION, f"{PROFILE}.transactionId", 999)),
    Mutation("SCH-005", "a schedule that begins after a minute", LIMITS, put(DEFAULT, f"{SCHEDULE}.chargingSchedulePeriod[0].startPeriod", 60)),
    Mutation("SCH-006", "two periods that begin at once", LIMITS, put(MAXIMUM, f"{SCHEDULE}.chargingSchedulePeriod[1].startPeriod", 0)),
    Mutation("SCH-007", "an absolute schedule without a beginning", LIMITS, lose(MAXIMUM, f"{SCHEDULE}.startSchedule")),
    Mutation("SCH-008", "a relative schedule that recurs daily", LIMITS, put(DEFAULT, f"{PROFILE}.recurrencyKind", "Daily")),
    Mutation("SCH-009", "a period that begins after the end", LIMITS, put(MAXIMUM, f"{SCHEDULE}.duration", 3_000)),
    Mutation("SCH-010", "a limit that ended yesterday", LIMITS, put(MAXIMUM, f"{PROFILE}.validTo", "2026-02-28T06:00:00Z")),
    Mutation("SCH-011", "the same limit again", LIMITS, repeat_exchange("SetChargingProfile", 1, 20)),
    Mutation("SCH-012", "a second default under another id", LIMITS_2X, asks(
        answer("SetChargingProfile", 2), "SetChargingProfile", {"evseId": 1, "chargingProfile": csms2x.limit("TxDefaultProfile", 9, 20.0)}, ACCEPTED)),
    Mutation("SCH-013", "a limit that only the station may have", LIMITS_2X, asks(
        answer("SetChargingProfile", 2), "SetChargingProfile", {"evseId": 1, "chargingProfile": csms2x.limit("ChargingStationExternalConstraints", 9, 20.0)}, {"status": "Rejected"})),
    Mutation("SCH-014", "phase 2 of three", LIMITS_2X, both(
        put(call("SetChargingProfile", 1), "$.chargingProfile.chargingSchedule[0].chargingSchedulePeriod[0].numberPhases", 3),
        put(call("SetChargingProfile", 1), "$.chargingProfile.chargingSchedule[0].chargingSchedulePeriod[0].phaseToUse", 2))),
    Mutation("SCH-015", "a schedule above all limits", LIMITS, put(
        answer("GetCompositeSchedule"), "$.chargingSchedule.chargingSchedulePeriod[0].limit", 32.0)),
    Mutation("SCH-016", "6 A where 4 are allowed", LIMITS, both(
        put(OF_TRANSACTION, f"{SCHEDULE}.chargingSchedulePeriod[0].limit", 4.0),
        put(answer("GetCompositeSchedule"), "$.chargingSchedule.chargingSchedulePeriod[0].limit", 4.0))),
)
# fmt: on
