"""What a certificate says of persons and places. It is no part of a profile and is shown only in the full extraction."""

import datetime as dt

import msgspec


class Signatory(msgspec.Struct, frozen=True):
    """Who signs for the Open Charge Alliance."""

    name: str | None = None
    role: str | None = None
    organisation: str | None = None


class Approval(msgspec.Struct, frozen=True):
    """Who approves for the vendor."""

    name: str | None = None
    company: str | None = None
    department: str | None = None
    position: str | None = None
    location: str | None = None
    date: dt.date | None = None


class LaboratoryApproval(msgspec.Struct, frozen=True):
    """Who approves for the test laboratory, and who reviewed that."""

    name: str | None = None
    reviewer: str | None = None
    company: str | None = None
    department: str | None = None
    position: str | None = None
    location: str | None = None
    date: dt.date | None = None


class Signatures(msgspec.Struct, frozen=True):
    """Persons and places of a certificate."""

    signatory: Signatory = Signatory()
    vendor: Approval = Approval()
    laboratory: LaboratoryApproval = LaboratoryApproval()
    laboratory_location: str | None = None
    test_location: str | None = None
