"""Mutants: which pattern tests notice when a link of the chain is cut? `make mutants` asks.

Every public function of ``sim/chain`` declares in its notes what would be so without it: ``Without
it: ``0.0``.`` Here each is replaced in turn by that neutral value, and the pattern tests of
``tests/patterns/`` are run in the world that is left. Those that fail have noticed. A link whose
loss nobody notices is dead, miswired, or untested, unless ``mutants.toml`` explains why no table of
results can show it. The answer is ``docs/mutants.md``.

One kernel serves all mutants. Every link is wrapped in a switch,

    def onset(p, c, d):
        if p.mutant == 71.0:
            return 0.0
        return _whole_onset(p, c, d)

and ``mutant`` is one more entry of the parameter table, for this study alone. So a mutant is a
value of a parameter, 0 is the chain as it is, and the pattern tests are told nothing but the words
that they are to add to every study (``PATTERNS_ALSO=parameters.mutant=71``).

    python experiments/mutants.py                       all of them, and the page
    python experiments/mutants.py rupture.onset ...     only these, every test that notices, no page
"""

from __future__ import annotations

import argparse
import ast
import builtins
import contextlib
import hashlib
import importlib
import inspect
import multiprocessing
import os
import pkgutil
import re
import sys
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from types import FunctionType
from typing import Any

ROOT = Path(__file__).parents[1]
PATTERNS = ROOT / "tests" / "patterns"
PAGE = ROOT / "docs" / "mutants.md"
EXPLAINED = Path(__file__).with_suffix(".toml")

#: What the tests are told to add to every study.
ALSO = "PATTERNS_ALSO"

#: How a link declares its neutral value, and what a link declares that changes a record.
DECLARED = re.compile(r"Without\s+it:\s+``(.+?)``", re.DOTALL)
NOTHING = "nothing changes"

#: Links that shape others, and are none themselves.
SHAPES = "curves"

#: The passport of the switch.
SWITCH = {
    "meaning": "the link that is cut",
    "default": 0.0,
    "neutral": 0.0,
    "range": [0.0, 10000.0],
    "unit": "code",
    "prior": "fixed",
    "evidence": "assumed",
    "source": "experiments/mutants.py",
    "claims": [],
    "link": "mutants",
}

PREFACE = """\
# Mutants

Every link of the chain, cut: replaced by what would be so if that mechanism did not exist. Then the
pattern tests of `tests/patterns/`, which read result tables only, are run in the world that is left
(`world=theory`, with the overrides of each test), until one of them notices. Those that name a
claim of the link go first, so the test named is the one nearest to it; others may notice too.
Written by `make mutants`; neutral values stand in the links' docstrings ("Without it").

{count} links; {noticed} noticed, {explained} explained, {survivors} unexplained.

"""


# ---- what is cut -------------------------------------------------------------------------------


def links() -> dict[str, FunctionType]:
    """List the public functions of the chain, as ``module.function``."""
    from sim import chain

    found = {}
    for file in sorted(module.name for module in pkgutil.iter_modules(chain.__path__)):
        module = importlib.import_module(f"{chain.__name__}.{file}")
        for name, function in vars(module).items():
            own = isinstance(function, FunctionType) and function.__module__ == module.__name__
            if own and file != SHAPES and not name.startswith("_"):
                found[f"{file}.{name}"] = function
    return found


def declared(function: FunctionType) -> str | None:
    """Give the neutral value that a link declares; none if it declares none."""
    values = DECLARED.findall(inspect.getdoc(function) or "")
    if len(values) > 1:
        message = f"{function.__module__}.{function.__name__} declares {len(values)} neutral values"
        raise ValueError(message)
    return " ".join(values[0].split()) if values else None


def claims(function: FunctionType) -> set[str]:
    """List the claims that a link names."""
    return set(re.findall(r"\bT\d+\b", inspect.getdoc(function) or ""))


def faults(function: FunctionType) -> list[str]:
    """Say what keeps a link from being cut."""
    neutral = declared(function)
    taken = list(inspect.signature(function).parameters)
    returns = str(inspect.signature(function).return_annotation)
    found = [] if taken[:1] == ["p"] else ["it does not take p first"]
    if neutral is None:
        return [*found, "it declares no neutral value"]
    if (neutral == NOTHING) != (returns == "None"):
        return [*found, f"it returns {returns}, but without it: {neutral}"]
    if neutral == NOTHING:
        return found
    try:
        tree = ast.parse(neutral, mode="eval")
    except SyntaxError:
        return [*found, f"{neutral} is no expression"]
    known = {*taken, *vars(builtins), *function.__globals__}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found += [f"its neutral value uses {name}, which it does not know" for name in names - known]
    given = len(tree.body.elts) if isinstance(tree.body, ast.Tuple) else 1
    wanted = returns.count(",") + 1 if returns.startswith("tuple") else 1
    if given != wanted:
        found.append(f"it returns {returns}, but without it: {neutral}")
    return found


# ---- one chain in which any link can be cut ----------------------------------------------------


def prepare() -> dict[str, int]:
    """Give the chain its switches, before anything of ``sim`` is imported; number the links."""
    if "sim.parameters" in sys.modules:
        message = "the switches have to be there before sim is imported"
        raise RuntimeError(message)
    read = tomllib.loads

    def with_switch(text: str) -> dict[str, Any]:
        return read(text) | {"mutants": {"mutant": SWITCH}}

    tomllib.loads = with_switch
    try:
        importlib.import_module("sim.parameters")
    finally:
        tomllib.loads = read
    # What is compiled here is no other run's business.
    from sim.engine import cache

    name = f"mutants-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]}"
    if name not in os.environ.get("ATTUNE_CACHE_DIR", ""):  # a worker finds it said already
        os.environ["ATTUNE_CACHE_DIR"] = str(cache.root() / name)

    from sim import links as tying

    found = links()
    numbers = {name: number for number, name in enumerate(found, start=1)}
    plain = tying.link

    def link(replacements: Any = None, compiler: Any = None, *more: Any, **named: Any) -> Any:
        def switching(function: FunctionType) -> Any:
            whole = compiler(function)
            name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
            if name not in numbers or faults(found[name]):
                return whole
            return compiler(_switched(found[name], numbers[name], function.__globals__, whole))

        return plain(replacements, compiler and switching, *more, **named)

    tying.link = link
    return numbers


def _switched(
    function: FunctionType, number: int, surroundings: dict[str, Any], whole: object
) -> FunctionType:
    """Wrap a link in its switch; it sees the names that the link sees."""
    name = function.__name__
    taken = ", ".join(inspect.signature(function).parameters)
    neutral = declared(function)
    kind = str(inspect.signature(function).return_annotation)
    value = f"{kind}({neutral})" if kind in {"int", "float"} else f"{neutral}"
    value = "None" if neutral == NOTHING else value
    text = (
        f"def switched_{name}({taken}):\n"
        f"    if p.mutant == {number}.0:\n"
        f"        return {value}\n"
        f"    return _whole_{name}({taken})\n"
    )
    made: dict[str, Any] = {}
    exec(compile(text, f"<the switch of {name}>", "exec"), made)  # noqa: S102 - our own text
    surroundings[f"_whole_{name}"] = whole
    return FunctionType(made[f"switched_{name}"].__code__, surroundings, f"switched_{name}")


# ---- who notices -------------------------------------------------------------------------------


class Watcher:
    """A plugin of pytest: the tests nearest to a link go first, and those that fail are listed."""

    def __init__(self, link: str, named: set[str]) -> None:
        self.link, self.named, self.noticed, self.run = link, named, [], 0

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Run first what names a claim of the link, and what lies in a file of its name."""
        items.sort(key=self._distance)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep what failed."""
        self.run += report.when == "call"
        if report.failed:
            self.noticed.append(report.nodeid.removeprefix("tests/patterns/"))

    def _distance(self, item: Any) -> tuple[float, bool]:
        """Tell how far a test is from the link."""
        named = {claim for mark in item.iter_markers("claims") for claim in mark.args}
        own = item.path.stem == f"test_{self.link.partition('.')[0]}"
        return -len(named & self.named) / (1.0 + len(named)), not own


def noticing(link: str | None, number: int, named: set[str], *, first: bool) -> dict[str, Any]:
    """Run the pattern tests while a link is cut; tell which noticed, and how long it took."""
    import pytest

    started = time.perf_counter()
    os.environ[ALSO] = f"parameters.mutant={number}"
    watcher = Watcher(link or "", named)
    words = [str(PATTERNS), "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]
    words += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), "--tb=no"]
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        pytest.main([*words, *(["-x"] if first else [])], plugins=[watcher])
    seconds = time.perf_counter() - started
    return {"link": link, "noticed": watcher.noticed, "run": watcher.run, "seconds": seconds}


def _work(link: str, number: int, first: bool) -> dict[str, Any]:
    """Do one mutant in a process of its own."""
    return noticing(link, number, claims(links()[link]), first=first)


# ---- the page ----------------------------------------------------------------------------------


def page(found: dict[str, list[str]], reasons: dict[str, str]) -> str:
    """Write the table: what each link is replaced by, and who notices."""
    functions = links()
    survivors = [name for name, tests in found.items() if not tests]
    explained = [name for name in survivors if name in reasons]
    lines = [
        PREFACE.format(
            count=len(found),
            noticed=len(found) - len(survivors),
            explained=len(explained),
            survivors=len(survivors) - len(explained),
        ),
        "| link | without it | noticed by |",
        "|---|---|---|",
    ]
    for name, tests in found.items():
        neutral = declared(functions[name])
        value = neutral if neutral == NOTHING else f"`{neutral}`".replace("|", "\\|")
        by = f"`{tests[0]}`" if tests else f"nobody: {reasons.get(name, '**unexplained**')}"
        lines.append(f"| `{name}` | {value} | {by} |")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def main() -> int:
    """Cut what was asked for, and say who noticed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("links", nargs="*", help="links to cut; all, if none is named")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    asked = parser.parse_args()
    numbers = prepare()
    functions = links()
    wrong = {name: said for name in functions if (said := faults(functions[name]))}
    for name, said in wrong.items():
        print(f"{name} cannot be cut: {'; '.join(said)}")
    unknown = [name for name in asked.links if name not in numbers]
    if unknown:
        print(f"no such link: {', '.join(unknown)}")
        return 2
    chosen = [name for name in asked.links or numbers if name not in wrong]
    started = time.perf_counter()
    whole = noticing(None, 0, set(), first=False)  # it compiles the kernel, for all to read
    print(f"no link cut: {whole['run']} tests, {whole['seconds']:.1f} s", flush=True)
    if whole["noticed"] or not whole["run"]:
        print("the patterns do not hold even so:", *whole["noticed"], sep="\n    ")
        return 1
    found: dict[str, list[str]] = {name: [] for name in chosen}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.jobs, context, initializer=prepare) as pool:
        tasks = [pool.submit(_work, name, numbers[name], not asked.links) for name in chosen]
        for done, task in enumerate(as_completed(tasks), start=1):
            said = task.result()
            found[said["link"]] = said["noticed"]
            by = ", ".join(said["noticed"]) or "NOBODY"
            print(f"{done:4d} {said['link']} ({said['seconds']:.1f} s): {by}", flush=True)
    print(f"{(time.perf_counter() - started) / 60.0:.1f} minutes")
    reasons = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["survives"]
    survivors = [name for name, tests in found.items() if not tests]
    for name in sorted(set(reasons) & set(found) - set(survivors)):
        print(f"{name} is explained in {EXPLAINED.name}, and noticed after all")
    if not asked.links and not wrong:
        PAGE.write_text(page(found, reasons), encoding="utf-8")
    unexplained = [name for name in survivors if name not in reasons]
    print(f"{len(found)} links cut, {len(survivors)} survive, {len(unexplained)} unexplained")
    return 1 if unexplained or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
