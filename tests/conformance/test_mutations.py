"""Clean traffic, spoilt in one place: the right rule speaks, and its neighbours do not."""

import mutations_auth
import mutations_cfg
import mutations_con
import mutations_fwu
import mutations_pic
import mutations_rpc
import mutations_sch
import mutations_sec
import mutations_ses
import mutations_sta
import mutations_txn
import mutations_txn2x
import pytest
from mutation import Mutation, found_before, found_new, loud

from ocppscope.conformance.registry import all_rules

MUTATIONS: tuple[Mutation, ...] = (
    *mutations_rpc.MUTATIONS,
    *mutations_con.MUTATIONS,
    *mutations_ses.MUTATIONS,
    *mutations_cfg.MUTATIONS,
    *mutations_txn.MUTATIONS,
    *mutations_txn2x.MUTATIONS,
    *mutations_sta.MUTATIONS,
    *mutations_sch.MUTATIONS,
    *mutations_auth.MUTATIONS,
    *mutations_fwu.MUTATIONS,
    *mutations_sec.MUTATIONS,
    *mutations_pic.MUTATIONS,
)

SEEDS = range(3)
"""Of what is picked at random."""

CASES = [pytest.param(mutation, id=f"{mutation.rule} {mutation.what}") for mutation in MUTATIONS]


@pytest.mark.parametrize("mutation", CASES)
def test_the_right_rule_speaks_and_not_its_neighbours(mutation: Mutation) -> None:
    assert loud(set(found_before(mutation.clean))) == set(), "the traffic before is not clean"
    for seed in SEEDS:
        found = found_new(mutation, seed)
        assert mutation.rule in {rule for rule, *_ in found}, found
        assert loud(found) - {mutation.rule} == set(mutation.beside), found


def test_every_rule_has_a_mutation() -> None:
    assert sorted({rule.id for rule in all_rules()} - {mutation.rule for mutation in MUTATIONS}) == []


def test_every_mutation_is_of_a_rule_and_every_companion_has_its_reason() -> None:
    known = {rule.id for rule in all_rules()}
    for mutation in MUTATIONS:
        assert {mutation.rule, *mutation.beside} <= known
        assert all(len(reason) > 10 for reason in mutation.beside.values())
