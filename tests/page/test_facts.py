"""What the page knows is what the tables say, and the chain it draws is made of their names."""

import inspect
import json

import pytest

from sim import claims, equations, links, parameters
from sim.choices import groups
from sim.page import facts


def test_links_are_made_of_numbers_that_can_be_neutral_and_of_links_of_the_chain():
    drawn = facts.chain()
    table = parameters.table()
    for name, link in drawn["links"].items():
        assert link["parameters"] or link["links"], name
        assert all(table[number].neutral is not None for number in link["parameters"]), name
        assert all(table[number].default != table[number].neutral for number in link["parameters"])
        assert all(one in equations.links() for one in link["links"]), name
        assert all(claim in claims.register() for claim in link["claims"]), name
        assert all(end in drawn["nodes"] for end in (*link["from"], *link["to"])), name
        stages = [drawn["nodes"][end]["stage"] for end in (*link["from"], *link["to"])]
        assert max(stages[: len(link["from"])]) <= min(stages[len(link["from"]) :]), name


def test_no_number_belongs_to_two_links():
    named = [number for link in facts.chain()["links"].values() for number in link["parameters"]]
    assert len(named) == len(set(named))


def test_every_box_is_reached_and_leads_on():
    drawn = facts.chain()
    links = drawn["links"].values()
    reached = {end for link in links for end in link["to"]}
    left = {end for link in links for end in link["from"]}
    for name, node in drawn["nodes"].items():
        assert name in reached or node["place"] == "training"
        assert name in left or node["place"] == "outcome"


def test_the_claims_of_a_link_are_served_where_its_numbers_are_used():
    uses = {one: inspect.getsource(links.original(one)) for one in equations.links()}
    for name, link in facts.chain()["links"].items():
        homes = [
            *(parameters.table()[number].link for number in link["parameters"]),
            *link["links"],
        ]
        files = {home.partition(".")[0] for home in homes}
        serving = {
            one
            for one, source in uses.items()
            if one.partition(".")[0] in files
            or any(f"p.{number}" in source for number in link["parameters"])
        }
        served = {claim for one in serving for claim in equations.links()[one].claims}
        assert set(link["claims"]) <= served, name
        assert link["claims"] or "rival" in link["label"], name


@pytest.mark.parametrize("group", ["training", "therapists", "patients", "setting"])
def test_every_option_is_there_with_its_numbers(group):
    known = facts.facts()[group]
    assert set(known) == set(groups()[group])
    for one in known.values():
        assert one["label"]
        assert one["about"]


def test_every_world_that_is_a_set_of_parameters_is_there():
    known = facts.facts()["worlds"]
    assert {"theory", "plain"} <= set(known)
    assert set(known["plain"]["parameters"]) <= set(parameters.table())


def test_every_parameter_has_its_passport():
    known = facts.facts()
    for name, entry in parameters.table().items():
        told = known["parameters"][name]
        assert told["value"] == entry.default
        assert known["sources"][told["source"]] == entry.source
    json.dumps(known)
