"""The table of places, and what is looked up in it."""

from __future__ import annotations

from importlib import resources

import pytest

from extractor.fields.gazetteer import (
    cities_named,
    country_code,
    has_subdivision,
    is_country_code,
    region_countries,
    region_name,
)
from extractor.fields.gazetteer_sources import cities, countries, gather, regions


def test_the_table_is_what_its_rules_and_sources_give():
    """After a change to the rules, or newer sources: python -m extractor.fields.gazetteer_sources"""
    assert resources.files("extractor").joinpath("data/gazetteer.tsv").read_bytes() == gather()


def test_every_name_is_found():
    """Looking up gives for each name what was gathered."""
    for name, code in countries().items():
        if len(name) > 3:  # shorter ones are taken for codes
            assert country_code(name) == code
    for name, codes in list(regions().items())[::7]:
        assert region_countries(name) == codes
    for name, bearers in list(cities().items())[::97]:
        assert cities_named(name) == bearers


@pytest.mark.parametrize("name", ["", "\t", "\n", "zzzz", "münche", "München\t", "a" * 5000, "\udcff"])
def test_what_is_no_name_is_not_found(name):
    """Beginnings of names, signs and noise name nothing."""
    assert cities_named(name + "x") == ()
    assert region_countries(name + "x") == ()


def test_codes():
    """ISO codes are told from other pairs of letters."""
    assert is_country_code("GB")
    assert not is_country_code("UK")
    assert not is_country_code("G")
    assert has_subdivision("US", "CA")
    assert not has_subdivision("US", "ZZ")
    assert region_name("US", "CA") == "California"
    assert region_name("US", "ZZ") == "ZZ"
