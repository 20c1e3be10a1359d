"""Faults of authorization, of the local list and of reservations."""

import clean_episodes_v2x as v2x
import clean_management_v2x as csms2x
from capture_operators import both, drop_all, drop_exchange
from capture_selectors import answer, call
from clean_episodes_v16 import idle, local_charge, long_outage
from clean_management_v16 import ACCEPTED, configuration, local_list, reservation
from clean_v16 import BLOCKED_CARD, CARD
from conversations import of_2x, of_16
from message_operators import asks, lose, put
from mutation import Mutation

LIST = of_16(local_list, idle)
CHARGE = of_16(local_charge, idle)
RESERVED = of_16(reservation, idle)
RESERVED_2X = of_2x(csms2x.reservation, v2x.idle)
NEW = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": []}

# fmt: off
MUTATIONS = (
    Mutation("LAL-001", "version 0", LIST, asks(answer("Heartbeat", -1), "SendLocalList", NEW | {"listVersion": 0}, {"status": "Failed"})),
    Mutation("LAL-002", "a change with the version that it has", LIST, both(
        put(answer("SendLocalList", 1), "$.status", "VersionMismatch"), put(call("SendLocalList", 1), "$.listVersion", 5),
        put(answer("GetLocalListVersion", 2), "$.listVersion", 5))),
    Mutation("LAL-003", "another version than the one that was sent", LIST, put(answer("GetLocalListVersion", 2), "$.listVersion", 5)),
    Mutation("LAL-004", "a card twice", LIST, put(call("SendLocalList"), "$.localAuthorizationList", lambda entries: [*entries, entries[0] | {"idTag": CARD.lower()}])),
    Mutation("LAL-005", "a whole list with a card of which nothing is said", LIST, lose(call("SendLocalList"), "$.localAuthorizationList[0].idTagInfo")),
    Mutation("LAL-006", "a list for a station that has it switched off", of_16(configuration, local_list), put(
        answer("GetConfiguration"), "$.configurationKey", lambda rows: [row | ({"value": "false"} if row["key"] == "LocalAuthListEnabled" else {}) for row in rows])),
    Mutation("LAL-007", "a card that the list blocks", of_16(local_list, long_outage), both(
        put(call("SendLocalList", 1), "$.localAuthorizationList", [{"idTag": CARD, "idTagInfo": {"status": "Blocked"}}]),
        drop_exchange("Authorize"))),
    Mutation("AUT-001", "a card is refused, and starts", CHARGE, put(answer("Authorize"), "$.idTagInfo.status", "Blocked")),
    Mutation("AUT-002", "accepted until 2019", CHARGE, put(answer("Authorize"), "$.idTagInfo.expiryDate", "2019-01-01T00:00:00Z")),
    Mutation("AUT-003", "a card in lower case", CHARGE, put(call("StartTransaction"), "$.idTag", CARD.lower())),
    Mutation("RES-001", "a reservation that is over", RESERVED, put(call("ReserveNow"), "$.expiryDate", "2026-03-01T05:00:00Z")),
    Mutation("RES-002", "a connector that charges is reserved", CHARGE, asks(
        answer("MeterValues", 1), "ReserveNow", {"connectorId": 1, "expiryDate": "2026-03-01T07:00:00Z", "idTag": CARD, "reservationId": 7}, ACCEPTED)),
    Mutation("RES-003", "reserved, and nobody sees it", RESERVED, drop_exchange("StatusNotification", connectorId=1, status="Reserved")),
    Mutation("RES-004", "a reservation that does not end", RESERVED, drop_exchange("StatusNotification", -1, connectorId=1, status="Available")),
    Mutation("RES-005", "another driver on a reserved connector", RESERVED, both(
        put(call("StartTransaction"), "$.idTag", BLOCKED_CARD), put(call("Authorize"), "$.idTag", BLOCKED_CARD),
        put(call("StopTransaction"), "$.idTag", BLOCKED_CARD), lose(call("StartTransaction"), "$.reservationId"))),
    Mutation("RES-006", "a reservation that nobody made is cancelled", CHARGE, asks(answer("Heartbeat", -1), "CancelReservation", {"reservationId": 99}, ACCEPTED)),
    Mutation("RES-007", "a reservation ends, and nobody is told", RESERVED_2X, drop_all("ReservationStatusUpdate")),
)
# fmt: on
