"""The command line: ``attune compare training=zen_daily therapists.n=40``.

The first word names the study; the rest are choices, as `sim.configure` takes them. Nothing heavy
is imported before it is needed, so that ``attune --help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from sim import choices
from sim.errors import AttuneError, ConfigurationError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from sim.configuration import Config

#: What shows a study on the command line, by the study's name: ``module:function``.
FACES: Mapping[str, str] = {
    "compare": "sim.terminal:compare",
    "variance": "sim.terminal:variance",
    "mechanism": "sim.ladders:show",
    "decomposition": "sim.decompositions:show",
    "simulate": "sim.datasets:simulate",
    "practice": "sim.curricula:practice",
    "session": "sim.reading:session",
    "power": "sim.trialist:power",
    "validate": "sim.validations:show",
    "calibrate": "sim.calibrations:show",
    "search": "sim.planning:plan",
    "cost": "sim.planning:plan",
    "assurance": "sim.planning:plan",
    "detectable": "sim.planning:plan",
    "robustness": "sim.planning:plan",
    "sensitivity": "sim.sensitivities:show",
}

MISTAKE = 2
INTERRUPTED = 130

#: Seconds after which an interrupt that was dropped is raised again.
_SOON = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``attune``; those of the process if not given.

    Returns
    -------
    int
        The exit code: 0; 2 for a mistake, said in one sentence on stderr; 130 after Ctrl-C.
    """
    try:
        with _interruptible():
            _run(list(sys.argv[1:] if arguments is None else arguments))
            sys.stdout.flush()
    except AttuneError as error:
        sys.stderr.write(f"attune: {error}\n")
        return MISTAKE
    except KeyboardInterrupt:
        sys.stderr.write("attune: stopped\n")
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough, as in attune parameters | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


@contextmanager
def _interruptible() -> Iterator[None]:
    """Have Ctrl-C stop what runs, even where it strikes in an object's finaliser.

    Python prints whatever is raised in a finaliser, and goes on; so it is raised again, elsewhere.
    """
    usual, over = sys.unraisablehook, False

    def again() -> None:
        import _thread

        if not over:
            _thread.interrupt_main()

    def dropped(what: sys.UnraisableHookArgs) -> None:
        if issubclass(what.exc_type, KeyboardInterrupt):
            import threading

            threading.Timer(_SOON, again).start()
        else:
            usual(what)

    sys.unraisablehook = dropped
    try:
        yield
    finally:
        over = True
        sys.unraisablehook = usual


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are sentences like all others."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong."""
        raise ConfigurationError(f"{message} (attune --help shows what there is)")


def _parser() -> _Parser:
    """List the flags; everything else on the command line is a choice."""
    parser = _Parser(prog="attune", add_help=False, allow_abbrev=False)
    parser.add_argument("--help", "-h", action="store_true")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("--multirun", "-m", action="store_true")
    parser.add_argument("--config-dir", "-cd", metavar="FOLDER")
    parser.add_argument("--cfg", "-c", choices=["job", "hydra", "all"])
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("words", nargs="*")
    return parser


def _run(arguments: list[str]) -> None:
    """Find out what is asked, and do it."""
    asked, unknown = _parser().parse_known_intermixed_args(arguments)
    if unknown:
        flags = [f"--{name.replace('_', '-')}" for name in vars(asked) if name != "words"]
        flag = unknown[0].partition("=")[0]
        raise ConfigurationError(f"there is no flag {flag}{nearest(flag, flags)}")
    words: list[str] = asked.words
    first = words.pop(0) if words and words[0].isidentifier() else None
    if asked.version:
        from sim import guide

        sys.stdout.write(f"attune {guide.version()}\n")
    elif asked.help:
        from sim import guide

        guide.show(_console(), first, asked.config_dir)
    elif first == "parameters":
        from sim import passports

        passports.show(_console(), words, markdown=asked.markdown)
    elif asked.markdown:
        raise ConfigurationError("--markdown goes with attune parameters only")
    elif first == "teach":
        from sim import teaching

        teaching.teach(words, _console())
    elif first == "status":
        from sim import watching

        watching.status(words, _console())
    elif first == "collect":
        from sim import conditions

        conditions.collect(words, _console())
    else:
        study = _study_name(first, asked.config_dir)
        if first is not None and any(word.startswith("study=") for word in words):
            raise ConfigurationError(f"'{first}' names the study already: leave out study=...")
        _study(study, words, asked)


def _study_name(first: str | None, folder: str | None) -> str | None:
    """Tell the study that the first word names; nothing if it names none."""
    if first is None:
        return None
    studies = choices.groups(folder)["study"]
    if first not in studies:
        from sim import guide

        known = [*studies, *guide.OTHERS]
        raise ConfigurationError(
            f"there is no study '{first}': it takes one of {', '.join(known)}"
            f"{nearest(first, known)}"
        )
    return first


def _study(study: str | None, words: list[str], asked: argparse.Namespace) -> None:
    """Run a study, several of them, or show what would be run."""
    from sim import configuration, mistakes

    folder: str | None = asked.config_dir
    chosen = any(word.partition("=")[0] == "study" for word in words)
    words = [configuration.rewrite(word) for word in words]
    mistakes.check_together(words)
    if not chosen:
        words.insert(0, f"study={study or configuration.usual_study(words, folder)}")
    if asked.multirun and asked.cfg is not None:
        raise ConfigurationError("--cfg shows one configuration: leave out --multirun")
    from sim import conditions

    if asked.multirun or (asked.cfg is None and conditions.asked_for(words, folder)):
        conditions.run(words, _face, _console(), folder)
        return
    config = configuration.configure(*words, folder=folder)
    if asked.cfg == "job":
        sys.stdout.write(config.to_yaml())
    elif asked.cfg is not None:
        _hydra(["--cfg", asked.cfg, *words], folder)
    else:
        _face(config)(config, _console())


def _face(config: Config) -> Callable[[Config, Console], object]:
    """Find what shows a study on the command line."""
    name = config.study.name
    if name not in FACES:
        raise ConfigurationError(
            f"study.name={name} names no study: it takes one of {', '.join(FACES)}"
            f"{nearest(name, FACES)}"
        )
    module, _, function = FACES[name].partition(":")
    face: Callable[[Config, Console], object] = getattr(import_module(module), function)
    return face


def _hydra(arguments: list[str], folder: str | None) -> None:
    """Run Hydra's own command line, so that it raises its exceptions instead of printing them."""
    import hydra

    from sim import configuration, mistakes

    configuration.register()
    place = ["--config-dir", folder] if folder is not None else []
    main_of = hydra.main(config_path="pkg://sim.conf", config_name="config", version_base="1.3")
    words, told = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = ["attune", *place, *arguments]
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        with mistakes.explained(arguments, folder):
            main_of(lambda _: None)()
    finally:
        sys.argv = words
        del os.environ["HYDRA_FULL_ERROR"]
        if told is not None:
            os.environ["HYDRA_FULL_ERROR"] = told


def _console() -> Console:
    """Make the console that everything is shown on."""
    from rich.console import Console

    return Console(highlight=False)


if __name__ == "__main__":
    sys.exit(main())
