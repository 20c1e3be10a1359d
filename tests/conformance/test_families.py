"""Families and documentation of rules, as every page shows them."""

from ocppscope.conformance.documentation import documentation_of
from ocppscope.conformance.families import ORDER, families, family_of, title_of
from ocppscope.conformance.registry import all_rules, rule
from ocppscope.conformance.rule import SECTIONS


def test_every_rule_is_in_the_family_of_its_id_and_every_family_says_what_it_is_about() -> None:
    found = families(all_rules())
    assert [one.id for family in found for one in family.rules if family_of(one) != family.key] == []
    assert sorted(one.id for family in found for one in family.rules) == [one.id for one in all_rules()]
    for family in found:
        assert family.title
        assert family.key in ORDER
        assert not family.title.startswith(("Rules", family.key))
    assert [family.key for family in found] == sorted((family.key for family in found), key=ORDER.index)


def test_a_family_that_there_is_not_has_no_title() -> None:
    assert [title_of(word) for word in ("XYZ", "", "../x", "rule s")] == ["", "", "", ""]


def test_documentation_is_taken_apart_into_its_sections() -> None:
    found = rule("RPC-011")
    assert found is not None
    documentation = documentation_of(found)
    assert documentation.summary
    assert tuple(section.title for section in documentation.sections) == SECTIONS
    for section in documentation.sections:
        for paragraph in section.paragraphs:
            assert paragraph
            assert "\n" not in paragraph
