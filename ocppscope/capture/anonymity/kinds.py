"""What is replaced, by kinds that a user may keep or drop."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of value that tells who or where."""

    STATIONS = "stations"
    TAGS = "tags"
    SERIALS = "serials"
    ADDRESSES = "addresses"
    URLS = "urls"
    CERTIFICATES = "certificates"
    CREDENTIALS = "credentials"
    VENDOR_DATA = "vendor-data"
    TEXTS = "texts"

    @property
    def meaning(self) -> str:
        """What belongs to it, in a few words."""
        return _MEANINGS[self]


_MEANINGS = {
    Kind.STATIONS: "identities in URLs, headers, user names and profiles",
    Kind.TAGS: "idTags, idTokens, parents, groups, additional tokens, contract ids, customer identifiers",
    Kind.SERIALS: "serial numbers, ICCID, IMSI, MAC addresses, vehicle ids",
    Kind.ADDRESSES: "IP addresses and host names",
    Kind.URLS: "paths, queries and file names of locations",
    Kind.CERTIFICATES: "certificates, requests, hashes, signatures, signed meter data; periods of validity stay",
    Kind.CREDENTIALS: "APN, Wi-Fi, user names, passwords, organisations",
    Kind.VENDOR_DATA: "data of DataTransfer and customData; vendor and message names stay",
    Kind.TEXTS: "display messages, customer information, postal addresses",
}
