"""The figures: readable, honest about nought, the same file for the same numbers."""

import functools
import itertools
import math
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.image
import pandas as pd
import pytest
from matplotlib.text import Text

import sim
from sim import figures
from sim.figures import chain, outcomes, ruptures, style, sweep, therapists, trajectories
from sim.study import around_ruptures, courses, outcome_categories, therapist_effects
from sim.study.steps import SCALES, STEPS

QUESTION = (
    "The same therapists with and without training (same people, same luck): zen daily against "
    "none; experienced with severe inpatients, twice weekly inpatient."
)


def a_comparison(effect=0.12, half=0.03, finding="higher", arms=("trained",)):
    """As much of a comparison as a figure needs: here every step has the same effect."""
    rows = [
        {
            "arm": arm,
            "reference": "untrained",
            "step": step.name,
            "label": step.label,
            "place": step.place,
            "better": step.better,
            "unit": step.unit,
            "trained": 0.4 + effect,
            "untrained": 0.4,
            "standardised": effect,
            "standardised_low": effect - half,
            "standardised_high": effect + half,
            "scale": step.scale,
            "scale_meaning": SCALES[step.scale],
            "finding": finding,
        }
        for arm in arms
        for step in STEPS
    ]
    return SimpleNamespace(
        effects=pd.DataFrame(rows),
        question=QUESTION,
        caution="World: theory - defaults are guesses, not calibrated. " + 30 * "More words. ",
    )


def texts(figure):
    """Every visible text of a figure: its words and its box in pixels."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    axes = [axis for one in figure.axes if one.axison for axis in (one.xaxis, one.yaxis)]
    ticks = {id(tick.label1) for axis in axes for tick in axis.get_major_ticks()}
    ticks -= {id(tick.label1) for axis in axes for tick in axis._update_ticks()}  # out of sight
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    found = [text for text in found if id(text) not in ticks]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in found]


@pytest.fixture
def laid_out():
    """Lay a figure out as it is written, at its resolution."""

    def lay_out(draw, *arguments):
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        with mpl.rc_context(style.style()):
            figure = draw(*arguments)
            figure.set_dpi(style.DPI)
            FigureCanvasAgg(figure)
            return figure, texts(figure)

    return lay_out


def readable(figure, found):
    """Hold a figure to this: no words overlap, and none is cut off."""
    width, height = figure.get_size_inches() * style.DPI
    for words, box in found:
        assert box.x0 >= 0, words
        assert box.x1 <= width, words
        assert box.y0 >= 0, words
        assert box.y1 <= height, words
    for (one, box), (other, another) in itertools.combinations(found, 2):
        assert not box.padded(-2).overlaps(another.padded(-2)), f"{one!r} lies on {other!r}"


def test_it_is_a_png_and_an_svg(tmp_path):
    png, svg = figures.draw_chain(a_comparison(), tmp_path)
    assert (png.name, svg.name) == ("chain.png", "chain.svg")
    height, width, _ = matplotlib.image.imread(png).shape
    assert width == style.WIDTH * style.DPI >= 9 * 150
    assert 0.8 * width < height < 1.5 * width
    assert "<svg" in svg.read_text(encoding="utf-8")


def test_the_same_numbers_are_the_same_files(tmp_path):
    (tmp_path / "again").mkdir()
    once = figures.draw_chain(a_comparison(), tmp_path)
    again = figures.draw_chain(a_comparison(), tmp_path / "again")
    for one, other in zip(once, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert "date" not in once[1].read_text(encoding="utf-8").lower()


@pytest.mark.parametrize(
    "comparison",
    [
        a_comparison(),
        a_comparison(-0.0123, 0.0021, "lower"),
        a_comparison(1.2345, 0.4),
        a_comparison(0.001, 0.01, "interval covers 0"),
        a_comparison(0.0, 0.0, "exactly 0"),
        a_comparison(0.3, math.nan, "no interval"),
        a_comparison(math.nan, math.nan, "no interval"),
    ],
    ids=["usual", "small", "large", "open", "zero", "single", "none"],
)
def test_no_words_overlap_and_none_is_cut_off(laid_out, comparison):
    readable(*laid_out(chain.lay_out, comparison))


def test_every_step_and_relationship_is_named(laid_out):
    _, found = laid_out(chain.lay_out, a_comparison())
    words = "\n".join(text for text, _ in found)
    for step in STEPS:
        assert step.label in words
    assert words.replace("\n", " ").count("Patient with himself or herself") == 2
    assert "defaults are guesses, not calibrated" in words.replace("\n", " ")
    assert "+0.120 [0.090, 0.150]" in words


def test_nought_is_called_nought(laid_out):
    _, found = laid_out(chain.lay_out, a_comparison(0.0, 0.0, "exactly 0"))
    words = [text for text, _ in found]
    assert words.count("exactly 0") == len(STEPS) + 4
    assert not any("−0" in text for text in words if "→" in text)


def test_a_direction_is_told_by_shape_as_well_as_colour():
    def look(finding, better):
        return chain.look({"finding": finding, "better": better})

    hoped, against, unclear = look("higher", 1), look("lower", 1), look("interval covers 0", 1)
    assert look("lower", -1) == hoped
    assert look("higher", -1) == against
    assert look("no interval", 1) == look("exactly 0", -1) == unclear
    assert len({(marker, face == "white") for _, marker, face in (hoped, against, unclear)}) == 3


def test_several_arms_are_drawn_beside_each_other_and_one_by_one(tmp_path, laid_out):
    comparison = a_comparison(arms=("mbsr", "zen_daily"))
    drawn = {file.name for file in figures.draw_chain(comparison, tmp_path)}
    names = ("arms", "chain-mbsr", "chain-zen_daily")
    assert drawn == {f"{name}.{end}" for name in names for end in ("png", "svg")}
    _, found = laid_out(chain.lay_out, comparison, "zen_daily")
    words = [text for text, _ in found]
    assert "What zen daily does, along the chain" in words
    assert "Difference, zen daily minus untrained (SD)" in words


# ---- patients, ruptures, therapists, outcomes ----------------------------------------------------

SMALL = ("therapists.n=6", "patients.per_therapist=4", "training=zen_daily")


@pytest.fixture(scope="module")
def sample():
    """A few small studies, session by session."""
    return sim.simulate(sim.configure(*SMALL), replicates=4, record="sessions")


@pytest.fixture(scope="module")
def apart():
    """The same, each arm with people of its own."""
    config = sim.configure(*SMALL, "reading=independent")
    return sim.simulate(config, replicates=4, record="sessions")


@pytest.fixture(scope="module")
def three():
    """The same with three arms."""
    config = sim.configure(*SMALL[:2], "arms=[none,mbsr,zen_daily]")
    return sim.simulate(config, replicates=4, record="sessions")


def everything(results, reference):
    """What is drawn of a sample, by name."""
    return {
        "trajectories": (trajectories.lay_out, courses.table(results, reference), QUESTION),
        "ruptures": (ruptures.lay_out, around_ruptures.table(results), QUESTION),
        "therapists": (therapists.lay_out, therapist_effects.table(results), QUESTION),
        "outcomes": (outcomes.lay_out, outcome_categories.table(results, reference), QUESTION),
    }


def arguments(name, table, reference):
    return (table, QUESTION) if name == "ruptures" else (table, QUESTION, reference)


@pytest.mark.parametrize("name", ["trajectories", "ruptures", "therapists", "outcomes"])
@pytest.mark.parametrize("which", ["sample", "apart", "three"])
def test_figures_of_people_are_readable(request, laid_out, which, name):
    results = request.getfixturevalue(which)
    reference = results.config.reference
    draw, table, _ = everything(results, reference)[name]
    figure, found = laid_out(draw, *arguments(name, table, reference))
    readable(figure, found)
    words = " ".join(text for text, _ in found)
    for arm in results.patients["arm"].cat.categories:
        assert arm.replace("_", " ") in words.replace("_", " ")


def test_figures_of_people_are_the_same_files(sample, tmp_path):
    (tmp_path / "again").mkdir()
    for name, (draw, table, _) in everything(sample, "untrained").items():
        lay_out = functools.partial(draw, *arguments(name, table, "untrained"))
        once = style.write(lay_out, tmp_path, name)
        again = style.write(lay_out, tmp_path / "again", name)
        for one, other in zip(once, again, strict=True):
            assert one.read_bytes() == other.read_bytes()


def test_where_nothing_changes_no_change_is_drawn(laid_out):
    config = sim.configure(*SMALL[:2], "training=none")
    results = sim.simulate(config, replicates=2, record="sessions")
    for name, (draw, table, _) in everything(results, "untrained").items():
        figure, found = laid_out(draw, *arguments(name, table, "untrained"))
        readable(figure, found)
        if name == "outcomes":
            assert sum(words == "exactly 0" for words, _ in found) >= 6


def test_a_single_short_study_can_be_drawn(laid_out):
    config = sim.configure(
        "therapists.n=1", "patients.per_therapist=1", "setting.weeks=2", "training=none"
    )
    results = sim.simulate(config, replicates=1, record="sessions")
    for name, (draw, table, _) in everything(results, "untrained").items():
        readable(*laid_out(draw, *arguments(name, table, "untrained")))


# ---- sweeps --------------------------------------------------------------------------------------


def a_sweep(**axes):
    rows = [
        dict(zip(axes, values, strict=True))
        | {"step": step.name, "label": step.label, "better": step.better}
        | {"standardised": 0.1, "standardised_low": 0.05, "standardised_high": 0.15}
        for values in itertools.product(*axes.values())
        for step in STEPS
    ]
    return pd.DataFrame(rows)


PROGRAMMES = ["none", "mbsr", "zen", "supervised_mbsr", "alliance_focused"]


@pytest.mark.parametrize(
    "axes",
    [
        {"training": PROGRAMMES},
        {"training": PROGRAMMES, "patients": ["outpatients", "severe_inpatients"]},
        {"therapists.n": [10, 20, 40]},
        {"parameters.transfer": [0.1, 0.2, 0.4], "training": PROGRAMMES[:3]},
        {"training": PROGRAMMES, "therapists.n": list(range(1, 11))},
        {"training": ["mbsr"]},
    ],
    ids=["words", "two words", "numbers", "numbers and words", "many", "one"],
)
def test_a_sweep_is_readable(laid_out, axes):
    table = a_sweep(**axes)
    figure, found = laid_out(sweep.lay_out, table, list(axes))
    readable(figure, found)
    words = " ".join(text for text, _ in found)
    for name in axes.get("training", []):
        assert name.replace("_", " ") in words


def test_a_sweep_is_drawn_as_two_files(tmp_path):
    table = a_sweep(training=PROGRAMMES, patients=["outpatients", "severe_inpatients"])
    assert len(figures.draw_sweep(table, ["training", "patients"], tmp_path)) == 2


def test_a_sweep_without_conditions_draws_nothing(tmp_path):
    assert figures.draw_sweep(pd.DataFrame(), ["training"], tmp_path) == []
    assert not list(tmp_path.iterdir())
