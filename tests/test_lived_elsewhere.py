"""Every study lives its trials through an executor; what lives them here is a task of one."""

import ast
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parent

#: What lives people in this process.
HERE = {"engine.run", "process.simulated", "linear.simulated", "verdicts.simulated"}

#: What may: tasks that an executor hands out, and what they are made of.
TASKS = {
    "study/lives.py analysed",
    "study/verdicts.py simulated",
    "study/worlds_lived.py _in_one",
    "study/worlds_lived.py one",  # which stands in it
}


def callers(file):
    """The functions of a file that live people in this process."""
    for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in HERE:
                    yield f"{file.relative_to(ROOT).as_posix()} {function.name}"


def test_no_study_lives_its_trials_in_its_own_process():
    found = {one for file in sorted((ROOT / "study").glob("*.py")) for one in callers(file)}
    assert found == TASKS
