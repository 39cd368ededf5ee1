"""The records and the rows: plain numbers, each with its unit and meaning."""

import ast
import dataclasses
import inspect
import math
import typing
from pathlib import Path

import mesa
import numpy as np
import pytest

from sim import layout, records, rows
from sim.layout import Field
from sim.records import Dyad, Patient, Therapist

SIM = Path(records.__file__).parent
CLASSES = [
    value
    for module in (records, rows)
    for value in vars(module).values()
    if inspect.isclass(value) and dataclasses.is_dataclass(value) and value is not Field
]
EVERY_FIELD = [(record, field) for record in CLASSES for field in layout.fields(record)]

each_class = pytest.mark.parametrize("record", CLASSES, ids=lambda record: record.__name__)


def test_all_records_are_here():
    assert {record.__name__ for record in CLASSES} == {
        *("Programme", "Frame", "TherapistPopulation", "PatientPopulation"),
        *("Therapist", "Patient", "Dyad"),
        *("TherapistRow", "PatientRow", "SessionRow", "SegmentRow"),
    }


def test_every_field_says_its_unit_and_its_meaning():
    for record, field in EVERY_FIELD:
        assert field.kind in {float, int}, field
        assert field.unit.strip(), field
        assert field.meaning.strip(), field
        assert type(getattr(record(), field.name)) is field.kind, field


def test_a_field_without_unit_is_refused():
    bare = dataclasses.make_dataclass("Bare", [("presence", float, 0.0)])
    with pytest.raises(TypeError, match=r"Bare\.presence states no unit and meaning"):
        layout.fields(bare)


@each_class
def test_the_layout_is_eight_bytes_a_field_in_order(record):
    laid_out = layout.dtype(record)
    hints = typing.get_type_hints(record)
    assert list(laid_out.names) == [field.name for field in dataclasses.fields(record)]
    assert laid_out.itemsize == 8 * len(laid_out.names)
    for name in laid_out.names:
        assert laid_out[name] == np.dtype({float: "f8", int: "i8"}[hints[name]])
        assert laid_out.fields[name][1] == 8 * laid_out.names.index(name)


@each_class
def test_a_record_takes_no_other_field(record):
    with pytest.raises(AttributeError):
        record().no_such_field = 0.0


def test_no_field_hides_what_an_agent_or_a_model_is():
    model = mesa.Model(rng=1)
    taken = set(dir(model)) | set(dir(mesa.Agent(model)))
    for record in (Therapist, Patient, Dyad):
        assert not taken & {field.name for field in layout.fields(record)}


def test_defaults_are_whole_or_finite_except_for_waves_not_reached():
    for record, field in EVERY_FIELD:
        if record is rows.PatientRow and field.kind is float:
            continue
        assert math.isfinite(field.default)


def test_codes_are_distinct():
    assert records.ABSORBED != records.PUSHED_AWAY
    assert records.WITHDRAWAL != records.CONFRONTATION
    worked = (records.WORKED_THROUGH, records.UNSETTLED, records.DEFENSIVE, records.RIGID)
    assert sorted(worked) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("letter", "record", "shown"),
    [("t", Therapist, {"attunement"}), ("c", Patient, set()), ("d", Dyad, set())],
    ids=["t", "c", "d"],
)
def test_every_field_of_a_state_is_written_and_read(letter, record, shown):
    kernel = [SIM / f"{name}.py" for name in ("population", "session", "course")]
    readers = [SIM / "ledger.py", SIM / "instruments.py"]
    written, read = set(), set()
    for file in [*(SIM / "chain").glob("*.py"), *kernel, *readers]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            target = node.target if isinstance(node, ast.AugAssign) else node
            if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
                continue
            if target.value.id == letter:
                (read if isinstance(target.ctx, ast.Load) else written).add(target.attr)
    names = {field.name for field in layout.fields(record)}
    assert written == names
    # For whoever watches an agent, or writes a link of his or her own.
    assert names - read == shown
