"""What the members of OCPP messages hold: which kind of value, by the member's name.

Names are those of OCPP 1.6, 2.0.1 and 2.1, in lower case, because stations that misspell a name send a tag all the same.
Settings have names of their own, most of them the vendor's: there a pattern decides.
"""

import re
from functools import lru_cache

from ocppscope.capture.anonymity.kinds import Kind

PLAIN: dict[str, Kind] = {
    **dict.fromkeys(("chargeboxidentity", "chargepointid", "identity"), Kind.STATIONS),
    **dict.fromkeys(
        (
            "additionalidtoken", "contractid", "customeridentifier", "emaid", "groupidtoken", "idtag", "idtoken",
            "idtokens", "parentidtag", "prioritizedemaids",
        ),
        Kind.TAGS,
    ),
    **dict.fromkeys(
        (
            "chargeboxserialnumber", "chargepointserialnumber", "evinverterserialnumber", "evccid", "iccid", "imsi",
            "macaddress", "meterserialnumber", "serialnumber", "vehicleid", "vin",
        ),
        Kind.SERIALS,
    ),
    **dict.fromkeys(
        (
            "digestvalue", "exirequest", "exiresponse", "ocspresult", "priceschedulesignature",
            "publickey", "signature", "signedmeterdata",
        ),
        Kind.CERTIFICATES,
    ),
    **dict.fromkeys(
        (
            "apn", "apnpassword", "apnusername", "authorizationkey", "basicauthpassword", "group", "password",
            "preferrednetwork", "simpin", "user",
        ),
        Kind.CREDENTIALS,
    ),
    **dict.fromkeys(
        (
            "address1", "address2", "city", "content", "country", "postalcode", "pspref", "receiptid", "taxid",
            "vatnumber",
        ),
        Kind.TEXTS,
    ),
}  # fmt: skip
"""Members that hold a value of one kind."""

PEM = frozenset({"certificate", "certificatechain", "csr", "signingcertificate"})
HASHES = frozenset({"issuerkeyhash", "issuernamehash"})
LOCATIONS = frozenset({"location", "ocppcsmsurl", "receipturl", "remotelocation", "responderurl", "url", "urls"})
FILES = frozenset({"filename"})
HOSTS = frozenset({"host", "hostname", "server"})

UNTOUCHED = frozenset({
    "action", "chargepointmodel", "chargepointvendor", "currenttime", "errorcode", "firmwareversion", "metertype", "model",
    "status", "timestamp", "vendorid", "vendorname",
})  # fmt: skip
"""What is never searched: products, and what rules go by."""

PRODUCTS = frozenset({"chargepointmodel", "chargepointvendor", "model", "vendorname"})
"""What stays anyway, and so may stay in other places, too."""

_SETTINGS: tuple[tuple[re.Pattern[str], Kind | str], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"version|firmware|interval|timeout|enabled|supported|available|priority|active|retries|policy|format|length|max", ""),
        (r"masterpassgroup|idtag|idtoken|rfidtag|emaid|contractid|freevendtag", Kind.TAGS),
        (r"serial|iccid|imsi|imei|macaddr|^mac$|vehicleid|^vin$|evccid", Kind.SERIALS),
        (r"chargepointid|chargeboxid|stationid|identity|^cpid$|^cbid$", Kind.STATIONS),
        (r"ur[li]s?$|uri|endpoint|backend|csmsurl|centralsystem", "location"),
        (r"host|server|gateway|^dns|ipaddress|^ip$|proxy", "host"),
        (r"ssid|apn|passw|passphrase|psk|secret|username|^user$|login|authorizationkey|apikey|accesstoken|simpin|cponame|organi[sz]ation", Kind.CREDENTIALS),
        (r"latitude|longitude|gps|address|street|ownername|operatorname|phone|email", Kind.TEXTS),
        (r"certificate$|publickey$|privatekey$|fingerprint$", Kind.CERTIFICATES),
    )
)  # fmt: skip
"""What the value of a setting is, by its name without blanks and signs; the first that fits decides, "" says nothing."""

_LONGEST_NAME = 100


@lru_cache(4096)
def setting(name: str) -> Kind | str:
    """The kind of a setting's value: one of the kinds, ``location``, ``host``, or "" for a text that is only searched."""
    plain = re.sub(r"[^a-z0-9]", "", name[:_LONGEST_NAME].lower())
    return next((meaning for pattern, meaning in _SETTINGS if pattern.search(plain)), "")
