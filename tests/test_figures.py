"""The figure of the chain: readable, honest about nought, the same file for the same numbers."""

import itertools
import math
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.image
import pandas as pd
import pytest
from matplotlib.text import Text

from sim import figures
from sim.study.steps import SCALES, STEPS


def a_comparison(effect=0.12, half=0.03, finding="higher"):
    """As much of a comparison as a figure needs: here every step has the same effect."""
    rows = [
        {
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
        for step in STEPS
    ]
    return SimpleNamespace(
        effects=pd.DataFrame(rows),
        question="The same therapists with and without training (same people, same luck): zen "
        "daily against none; experienced with severe inpatients, twice weekly inpatient.",
        caution="World: theory - defaults are guesses, not calibrated. " + 30 * "More words. ",
    )


def texts(figure):
    """Every visible text of a figure: its words and its box in pixels."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in found]


@pytest.fixture
def laid_out():
    """Lay a figure out as `draw_chain` does, at its resolution."""

    def lay_out(comparison):
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        with mpl.rc_context(figures.style()):
            figure = figures.chain(comparison)
            figure.set_dpi(figures.DPI)
            FigureCanvasAgg(figure)
            return figure, texts(figure)

    return lay_out


def test_it_is_a_png_and_an_svg(tmp_path):
    png, svg = figures.draw_chain(a_comparison(), tmp_path)
    assert (png.name, svg.name) == ("chain.png", "chain.svg")
    height, width, _ = matplotlib.image.imread(png).shape
    assert width == figures.WIDTH * figures.DPI >= 9 * 150
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
    figure, found = laid_out(comparison)
    width, height = figure.get_size_inches() * figures.DPI
    for words, box in found:
        assert box.x0 >= 0, words
        assert box.x1 <= width, words
        assert box.y0 >= 0, words
        assert box.y1 <= height, words
    for (one, box), (other, another) in itertools.combinations(found, 2):
        assert not box.padded(-2).overlaps(another.padded(-2)), f"{one!r} lies on {other!r}"


def test_every_step_and_relationship_is_named(laid_out):
    _, found = laid_out(a_comparison())
    words = "\n".join(text for text, _ in found)
    for step in STEPS:
        assert step.label in words
    assert words.replace("\n", " ").count("Patient with himself or herself") == 2
    assert "defaults are guesses, not calibrated" in words.replace("\n", " ")
    assert "+0.120 [0.090, 0.150]" in words


def test_nought_is_called_nought(laid_out):
    _, found = laid_out(a_comparison(0.0, 0.0, "exactly 0"))
    words = [text for text, _ in found]
    assert words.count("exactly 0") == len(STEPS) + 4
    assert not any("−0" in text for text in words if "→" in text)


def test_a_direction_is_told_by_shape_as_well_as_colour():
    def look(finding, better):
        return figures.look({"finding": finding, "better": better})

    hoped, against, unclear = look("higher", 1), look("lower", 1), look("interval covers 0", 1)
    assert look("lower", -1) == hoped
    assert look("higher", -1) == against
    assert look("no interval", 1) == look("exactly 0", -1) == unclear
    assert len({(marker, face == "white") for _, marker, face in (hoped, against, unclear)}) == 3
