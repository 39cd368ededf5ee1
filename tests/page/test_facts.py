"""What the page knows is what the tables say, and the chain it draws is made of their names."""

import inspect
import json
import shutil

import pytest
import yaml

from sim import choices, claims, equations, links, parameters
from sim.choices import groups, shipped
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


def test_every_world_is_there_with_its_parameters():
    known = facts.worlds()
    assert set(known) == set(groups()["world"]) - {"posterior"}  # which is many
    assert next(iter(known)) == "theory"
    for world in known.values():
        assert set(world["parameters"]) <= set(parameters.table())


def test_a_world_that_is_added_is_offered_in_its_place(tmp_path, monkeypatch):
    shutil.copytree(shipped(), tmp_path / "conf")
    said = {
        "world": {"name": "calibrated", "about": "What studies' numbers allow."},
        "parameters": {"transfer": 0.2},
    }
    added = tmp_path / "conf/world/calibrated.yaml"
    added.write_text("# @package _global_\n" + yaml.safe_dump(said), "utf-8")
    monkeypatch.setattr(choices, "shipped", lambda: tmp_path / "conf")
    known = facts.facts()["worlds"]
    assert list(known) == ["theory", "calibrated", "plain"]
    assert known["calibrated"]["label"] == "what the evidence allows"
    assert known["calibrated"]["about"] == "What studies’ numbers allow."
    assert known["calibrated"]["parameters"] == {"transfer": 0.2}


def test_links_tell_the_knock_outs_that_ask_the_same():
    known = facts.knockouts()
    links = facts.chain()["links"]
    assert {one for link in links.values() for one in link["knockouts"]} == set(known)
    assert known["k2"]["number"] == "K2"
    assert known["k2"]["parameters"] == links["transfer"]["parameters"]
    assert not known["k2"]["wider"]  # it sets these and nothing else
    assert known["k3"]["wider"]  # it sets what programmes train


def test_texts_are_set_for_reading():
    told = json.dumps(facts.facts()["training"], ensure_ascii=False)
    assert not set("`'") & set(told)


def test_every_parameter_has_its_passport():
    known = facts.facts()
    for name, entry in parameters.table().items():
        told = known["parameters"][name]
        assert told["value"] == entry.default
        assert known["sources"][told["source"]] == entry.source
    json.dumps(known)
