"""The page in a browser: it opens from a file, asks for nothing, and does what it says."""

import csv
import json
import re
from importlib.resources import files

import numpy as np
import pytest

import sim
from sim import page as the_page
from sim.page.facts import facts

VIEWS = ("chain", "session", "twin", "population", "lessons")
LARGEST = 400_000
SAVED = (
    *(f"{name}_post" for name in ("symptom_severity", "well_being", "relationships")),
    *("self_attunement_post", "alliance_late", "sessions_attended"),
    *("ruptures", "noticed", "repaired"),
)

PHONE = {"width": 320, "height": 640}  # the narrowest that pages have to fit
DESK = {"width": 1280, "height": 800}

#: What has to be told apart: text from its ground, names from nothing, one thing from another.
SERIOUS = {"serious", "critical"}


def open_at(tab, url, view="chain", more=""):
    """Open the page anew at a view."""
    tab.goto("about:blank")
    tab.goto(f"{url}#{view}{more}")
    tab.wait_for_selector("html[data-ready]")


def box(tab, label):
    """What a box of the chain says, without the sign of the finding."""
    said = tab.locator(".box", has_text=label).first.locator(".value").text_content()
    return said.lstrip("●◆○ ")


def middle(tab, curve):
    """Where on the screen the middle of a curve lies."""
    return tab.locator(curve).first.evaluate(
        """(path) => {
            const at = path.getPointAtLength(path.getTotalLength() / 2);
            const { x, y } = new DOMPoint(at.x, at.y).matrixTransform(path.getScreenCTM());
            return [x, y];
        }"""
    )


def set_slider(tab, name, value):
    """Move a slider, as a hand does."""
    tab.locator(f"#set-{name}").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }", value
    )
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_the_file_is_small_and_the_same_whenever_it_is_written(built, tmp_path):
    assert built.stat().st_size < LARGEST
    assert the_page.write(tmp_path / "again").read_bytes() == built.read_bytes()


def test_no_request_leaves_the_machine(tab, url, asked):
    for view in VIEWS:
        open_at(tab, url, view)
        assert tab.locator(f"#{view}").is_visible()
    assert {one for one in asked if not one.startswith("about:")} == {url}


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_every_view_fits_its_screen_and_keeps_nobody_out(tab, url, size, scheme):
    from_axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    tab.set_viewport_size(size)
    tab.emulate_media(color_scheme=scheme)
    for view in VIEWS:
        open_at(tab, url, view, "&cuts=bowl_felt")
        wide = tab.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= size["width"], view
        tab.evaluate(from_axe)
        found = tab.evaluate("() => axe.run().then(({ violations }) => violations)")
        bad = {
            one["id"]: [node["html"][:200] for node in one["nodes"]]
            for one in found
            if one["impact"] in SERIOUS
        }
        assert not bad, (view, json.dumps(bad, indent=1))


def test_sliders_change_the_picture(tab, url):
    open_at(tab, url)
    before = box(tab, "Presence"), box(tab, "Practice")
    set_slider(tab, "hours", 14)
    more = box(tab, "Presence"), box(tab, "Practice")
    assert float(more[0].split()[0]) > float(before[0].split()[0])
    assert float(more[1].split()[0]) > float(before[1].split()[0])
    open_at(tab, url, "population")
    for name, value in {"severity": 2, "caseload": 3, "hooks": 1, "supervision": 1}.items():
        seen = tab.locator(".courses-here").inner_html(), tab.locator(".effects-here").inner_html()
        set_slider(tab, name, value)
        assert tab.locator(".courses-here").inner_html() != seen[0] or name == "supervision"
        assert tab.locator(".effects-here").inner_html() != seen[1]


def test_a_link_is_cut_by_click_or_key_and_the_rest_dies(tab, url):
    open_at(tab, url)
    link = tab.locator(".link[data-link=transfer]")
    assert link.get_attribute("aria-pressed") == "false"
    tab.mouse.click(*middle(tab, ".link[data-link=transfer] .area"))
    assert link.get_attribute("aria-pressed") == "true"
    for label in ("Presence", "Attunement felt", "Symptoms", "Relationships"):
        assert box(tab, label) == "exactly 0"
    assert "cuts=transfer" in tab.url
    link.focus()
    assert "From cushion to room" in tab.locator(".passport").inner_text()
    assert "assumed" in tab.locator(".passport").inner_text()
    assert "K2 From cushion to room" in tab.locator(".passport").inner_text()
    assert "the same cut" in tab.locator(".passport .knockout").inner_text()
    assert "From cushion to room" in tab.locator(".pointed").inner_text()
    tab.keyboard.press("Enter")
    assert link.get_attribute("aria-pressed") == "false"
    assert box(tab, "Symptoms") != "exactly 0"


def test_every_link_can_be_cut_from_the_list(tab, url):
    open_at(tab, url)
    tab.locator("summary", has_text="links as a list").click()
    for name in facts()["links"]:
        whole = tab.locator(".chain-picture").inner_html()
        tab.locator(f".chain-links [data-of={name}]").click()
        assert tab.locator(".chain-picture").inner_html() != whole
        assert name in tab.url
    tab.locator(".mend").click()
    assert "cuts" not in tab.url


def test_the_world_in_which_nothing_is_assumed_has_no_effect(tab, url):
    open_at(tab, url, "chain", "&world=plain")
    assert box(tab, "Symptoms") == "exactly 0"


def test_the_address_holds_all_that_is_set(tab, url):
    more = "&training=zen_daily&hours=9&severity=1&caseload=5&seed=7&cuts=hope.repair"
    open_at(tab, url, "population", more)
    said = tab.locator(".effects-here").inner_html()
    address = tab.url
    tab.locator(".another").click()
    assert tab.locator(".effects-here").inner_html() != said
    open_at(tab, address.partition("#")[0], address.partition("#")[2])
    assert tab.locator(".effects-here").inner_html() == said
    tab.locator(".reset").click()
    assert tab.url.endswith("#population")
    # What makes no sense is left out, and nothing breaks.
    nonsense = "&hours=99&training=magic&cuts=x.toString&caseload=-3&outcome=y&seed=z"
    open_at(tab, url, "nowhere", nonsense)
    assert tab.locator("#chain").is_visible()
    assert box(tab, "Symptoms") != "–"


def test_a_session_can_be_played_and_stepped_through(tab, url):
    open_at(tab, url, "session")
    session = tab.locator("#session")
    before = session.locator(".told").text_content()
    session.locator(".back").click()
    assert session.locator(".told").text_content() != before
    assert session.locator(".column.to-come").count() == 1
    session.locator(".play").click()
    assert session.locator(".play").text_content() == "Pause"
    tab.wait_for_function("() => !document.querySelector('#session .column.to-come')")
    assert session.locator(".told").text_content() == before
    assert session.locator(".bowl").count() == 10
    session.locator(".session").fill("2")
    assert "Session 2 of" in session.locator(".session-head").text_content()


def test_the_twins_part_at_the_first_difference(tab, url):
    open_at(tab, url, "twin")
    twin = tab.locator("#twin")
    said = twin.locator(".parting").text_content()
    session = re.search(r"They part in session (\d+), ", said)[1]
    assert f"Session {session} of" in twin.locator(".untrained-head").text_content()
    assert twin.locator(".parted").count() == 2
    assert "this coupling of luck" in twin.inner_text()
    counts = re.search(r"in (\d+), with more in (\d+), with the same in (\d+)", twin.inner_text())
    assert sum(map(int, counts.groups())) == int(twin.locator(".patient").get_attribute("max"))
    assert int(counts[2]) > 0  # training does not win with everybody
    # Without training there is nothing to part them.
    open_at(tab, url, "twin", "&training=none")
    assert "never part" in twin.locator(".parting").text_content()


def test_every_lesson_can_be_finished_by_keyboard_alone(tab, url):
    open_at(tab, url, "lessons")
    titles = tab.locator(".lesson-list button").count()
    assert titles >= 6
    tab.locator("nav a").last.focus()
    for i in range(titles):
        while not tab.evaluate("() => !!document.activeElement.closest('.lesson form')"):
            tab.keyboard.press("Tab")
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        tab.wait_for_selector(".lesson .verdict", timeout=30_000)
        assert tab.locator(".lesson .figure svg").is_visible()
        assert "NaN" not in tab.locator(".lesson").inner_text()
        assert tab.locator(".lesson-list .hoped").count() == i + 1
        if i + 1 < titles:
            while not tab.evaluate("() => document.activeElement.matches('.result button')"):
                tab.keyboard.press("Tab")
            tab.keyboard.press("Enter")


def test_a_lesson_asks_for_a_prediction_first(tab, url):
    open_at(tab, url, "lessons", "&lesson=evidence")
    tab.locator(".lesson form button").click()
    assert "Choose first" in tab.locator(".lesson .hint").text_content()
    assert tab.locator(".verdict").count() == 0
    # The middle, where the slider stands, can be chosen as well.
    tab.locator(".lesson [type=range]").click()
    tab.locator(".lesson form button").click()
    tab.wait_for_selector(".lesson .verdict", timeout=30_000)
    assert "You said 50%" in tab.locator(".verdict").text_content()


def test_the_run_that_is_saved_is_that_of_the_clinic(tab, url):
    open_at(tab, url, "population", "&seed=5")
    with tab.expect_download() as saved:
        tab.locator(".export").click()
    with saved.value.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 14 * 7
    assert {row["address"] for row in rows} == {"#population&seed=5"}
    clinic = sim.Clinic(sim.configure("therapists.n=2", "seed=5"), segments=False).run()
    table = clinic.table("patients")
    arms = [arm.name for arm in clinic.arms]
    known = {
        (arms[a], p): i for i, (a, p) in enumerate(zip(table["arm"], table["patient"], strict=True))
    }
    both = [
        (row, known[row["arm"], int(row["patient"])]) for row in rows if int(row["therapist"]) < 2
    ]
    assert len(both) == len(table["arm"])
    for name in SAVED:
        saved_ones = [float(row[name]) for row, _ in both]
        np.testing.assert_allclose(saved_ones, table[name][[i for _, i in both]], atol=1e-9)


def test_the_browser_lives_what_python_lives(tab, url, courses):
    open_at(tab, url)
    several = courses.several()[::6]
    driver = courses.driver.read_text(encoding="utf-8")
    told = tab.evaluate(
        f"(said) => {{ const {{ cut, record, live }} = attune; {driver}; "
        "return Array.from(trajectories(...said)); }",
        [several, courses.fields()],
    )
    expected = np.concatenate([courses.in_python(course) for course in several])
    np.testing.assert_allclose(np.array(told), expected, rtol=1e-9, atol=1e-9)


def test_motion_and_print_are_considered(tab, url):
    open_at(tab, url)
    moves = "() => getComputedStyle(document.querySelector('.stroke')).transitionDuration"
    assert tab.evaluate(moves) != "0s"
    tab.emulate_media(reduced_motion="reduce")
    assert tab.evaluate(moves) == "0s"
    tab.emulate_media(media="print", color_scheme="dark")
    assert not tab.locator("nav").is_visible()
    assert tab.locator(".chain-picture svg").is_visible()
    assert (
        tab.evaluate("() => getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
