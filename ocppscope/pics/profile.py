"""A product profile: what it declares, and how long it may take to answer."""

from functools import cached_property

import msgspec

from ocppscope.pics.declaration import Declaration, Value
from ocppscope.pics.derive import Derived, derive, meant
from ocppscope.pics.naming import same_name
from ocppscope.protocol.actions import bare_action
from ocppscope.protocol.roles import Role

_TIGHTENED_BY = {
    "Authorize": "authorize_response_time",
    "RemoteStartTransaction": "remote_start_response_time",
    "RequestStartTransaction": "remote_start_response_time",
}
"""Actions for which certificates of 2022 declare a response time of their own."""


class ProfileError(Exception):
    """A profile that cannot be used. Its text is one line: what, where, and how to mend it."""


class Limits(msgspec.Struct, frozen=True):
    """Limits that a person wrote. They beat those of the certificate.

    Attributes:
        kpis: seconds by KPI key, ``ocpp_response_timeout`` and so on.
        settings: by the keys of `derive.LIMIT_SOURCES`, ``charge_profile_max_stack_level`` and so on.
        actions: seconds that the product may take to answer a CALL, by action; no certificate declares these.
    """

    kpis: dict[str, float] = {}
    settings: dict[str, int] = {}
    actions: dict[str, float] = {}


class Profile(Declaration, frozen=True, kw_only=True, dict=True):
    """What a product was certified for, in the form that everything else reads.

    Attributes:
        name: how the user calls it: ``evon200-40p-2cr``.
        limits: what a person added to, or changed of, the certificate's limits.
        model_names: further names that the product may send as its model.
        rules: switches and thresholds of the conformance rules where this profile holds, ``-STA-001``, ``+TXN``,
            ``SES-012.warning_s=20`` (see `ocppscope.conformance.switches`).
    """

    name: str
    limits: Limits = Limits()
    model_names: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @cached_property
    def derived(self) -> Derived:
        """What the live rules ask for, with the limits of a person in place of the certificate's."""
        derived = derive(self)
        return msgspec.structs.replace(
            derived,
            limits=derived.limits | self.limits.settings,
            kpi_limits_s=derived.kpi_limits_s | self.limits.kpis,
        )

    @cached_property
    def claims(self) -> dict[str, Value]:
        """What each option, hardware feature and additional question says, by id; None where it cannot be trusted."""
        tables = (self.features, self.hardware_features, self.additional_questions)
        return {id_: meant(self, rows, id_) for rows in tables for id_ in rows}

    def kpi_limit(self, key: str) -> float | None:
        """Seconds declared for a performance figure, None without one."""
        return self.derived.kpi_limits_s.get(key)

    def limit(self, action: str) -> float | None:
        """Seconds that the product may take to answer a CALL.

        Args:
            action: of a CALL to this product, ``Reset`` or (signed) ``Reset-Signed``. Which party answers is for the
                caller to know: a station's limit says nothing about its CSMS.

        Returns:
            The limit written for this action; else the OCPP response timeout or the action's own response time,
            whichever is shorter; None when nothing is declared.
        """
        action = bare_action(action)
        if action in self.limits.actions:
            return self.limits.actions[action]
        declared = (self.kpi_limit("ocpp_response_timeout"), self.kpi_limit(_TIGHTENED_BY.get(action, "")))
        return min((limit for limit in declared if limit is not None), default=None)

    def matches(self, vendor: str | None, model: str | None) -> bool:
        """Whether a BootNotification with this vendor and model may well come from this product.

        Case, blanks, punctuation and legal suffixes do not count, and one name may be a part of the other, because
        certificates spell vendors in several ways and products add variants to their model. A suggestion, no proof.
        False without either, and for a CSMS, which sends no BootNotification.
        """
        if self.dut is not Role.STATION or not vendor or not model:
            return False
        return self.is_vendor(vendor) and self.is_model(model)

    def is_vendor(self, name: str) -> bool:
        """Whether a vendor of this name may well be the product's, by any of the spellings in the certificate."""
        vendors = {self.vendor, self.certificate.holder, self.test_report.vendor_name} - {None}
        return any(same_name(str(vendor), name) for vendor in vendors)

    def is_model(self, name: str) -> bool:
        """Whether a model of this name may well be the product."""
        configured = {row.value for row in self.vendor_settings if row.key.casefold().endswith("model")}
        models = ({self.product, *self.model_names} | configured) - {None}
        return any(same_name(str(model), name) for model in models)
