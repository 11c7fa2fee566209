"""How well the tests watch the engine: `python -m tests.mutation --seed S --sample N [--of MODULE,…]`.

Small faults in the manner of mutmut 3 (another operator, another constant, an argument left out) are put into the
functions of the core modules one at a time, and the tests that reach the function are run until one fails. What
no test notices is printed with its place. The wording of refusals is left alone; their fields are not.
"""

import argparse
import difflib
import gc
import importlib
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import libcst as cst
import pytest
from hypothesis import Phase, settings
from libcst.metadata import ParentNodeProvider
from mutmut.mutation.file_mutation import ChildReplacementTransformer, Mutation, MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

CORE = (
    *(
        "recipe",
        "aggregation",
        "ranking",
        "ordering",
        "normalise",
        "adjustments",
        "intervals",
        "satisfaction",
    ),
    *("ranksets", "rankdraws", "rankexact", "ranktails", "scales"),
)
MOST_MEMORY = 4 << 30


@dataclass(frozen=True)
class Mutant:
    """One fault of a module's tree, and the function it stands in."""

    module: str
    owner: str | None
    function: str
    tree: cst.Module
    fault: Mutation
    number: int

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.module, self.owner, self.function) if part) + f"#{self.number}"

    @property
    def text(self) -> str:
        """The module with the fault in it."""
        changed = self.tree.visit(
            ChildReplacementTransformer(self.fault.original_node, self.fault.mutated_node)
        )
        assert isinstance(changed, cst.Module)
        return changed.code


def mutants(module: str) -> list[Mutant]:
    """Every fault of one module, in reading order."""
    wrapper = cst.MetadataWrapper(cst.parse_module((Path("scoring") / f"{module}.py").read_text()))
    visitor = MutationVisitor(mutation_operators, IgnoredCode(set(), set(), set()), None)
    tree = wrapper.visit(visitor)
    parents = wrapper.resolve(ParentNodeProvider)
    found = []
    for number, one in enumerate(visitor.mutations):
        function = one.contained_by_top_level_function
        if not isinstance(function, cst.FunctionDef) or _words_of_a_refusal(one.original_node, parents):
            continue
        above = parents.get(parents[function])
        owner = above.name.value if isinstance(above, cst.ClassDef) else None
        found.append(Mutant(module, owner, function.name.value, tree, one, number))
    return found


def _words_of_a_refusal(node: cst.CSTNode, parents: Any) -> bool:
    if not isinstance(node, cst.BaseString | cst.FormattedStringText):
        return False
    above: cst.CSTNode | None = node
    while (above := parents.get(above)) is not None:
        if isinstance(above, cst.Raise):
            return True
    return False


def _difference(mutant: Mutant) -> str:
    before = (Path("scoring") / f"{mutant.module}.py").read_text().splitlines()
    lines = list(difflib.unified_diff(before, mutant.text.splitlines(), n=0, lineterm=""))
    return "\n".join(f"    {line}" for line in lines[2:])


def _functions(module: ModuleType) -> Iterator[tuple[str | None, str, FunctionType]]:
    for name, item in vars(module).items():
        if isinstance(item, FunctionType) and item.__module__ == module.__name__:
            yield None, name, item
        elif isinstance(item, type) and item.__module__ == module.__name__:
            for inner, method in vars(item).items():
                bare = getattr(method, "__func__", method)
                if isinstance(bare, FunctionType):
                    yield name, inner, bare


def put_in(mutant: Mutant) -> None:
    """Give the living function the faulty body and defaults, wherever it is already imported."""
    module = importlib.import_module(f"scoring.{mutant.module}")
    scratch = ModuleType(module.__name__)
    exec(compile(mutant.text, module.__file__ or "", "exec"), vars(scratch))
    place = {(owner, name): function for owner, name, function in _functions(module)}
    new = {(owner, name): function for owner, name, function in _functions(scratch)}
    old, fault = place[mutant.owner, mutant.function], new[mutant.owner, mutant.function]
    inner = dict(zip(_inside(old.__code__), _inside(fault.__code__), strict=False))
    old.__code__, old.__defaults__, old.__kwdefaults__ = (
        fault.__code__,
        fault.__defaults__,
        fault.__kwdefaults__,
    )
    for item in gc.get_objects() if inner else ():
        if isinstance(item, FunctionType) and item.__code__ in inner:
            item.__code__ = inner[item.__code__]


def _inside(code: CodeType) -> list[CodeType]:
    """The functions written inside a function: those made when the module was read live on."""
    found = [item for item in code.co_consts if isinstance(item, CodeType)]
    return [*found, *(deeper for item in found for deeper in _inside(item))]


def _place(code: CodeType) -> str:
    return f"{Path(code.co_filename).stem}:{code.co_qualname}"


class Campaign:
    """A pytest session whose loop runs the tests once, then against every fault in a forked process."""

    def __init__(self, chosen: list[Mutant], until: float, memory: Path | None) -> None:
        self.chosen, self.until, self.memory = chosen, until, memory
        self.failed = False
        self.alive: list[Mutant] = []
        self.killed = self.by_time = 0
        self.left: list[Mutant] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        plain = settings(
            phases=(Phase.explicit, Phase.generate), derandomize=True, database=None, deadline=None
        )
        settings.register_profile("mutation", plain)
        settings.load_profile("mutation")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        watch = self._watch(session)
        for at, mutant in enumerate(self.chosen):
            if time.monotonic() > self.until:
                self.left = self.chosen[at:]
                break
            self._judge(mutant, watch)
        return True

    def _watch(self, session: pytest.Session) -> dict[str, list[pytest.Item]]:
        """The tests that reach each function of scoring, fastest first; kept in a file between calls."""
        items = {item.nodeid: item for item in session.items}
        held: dict[str, Any] = {}
        if self.memory is not None and self.memory.exists():
            held = {
                name: found for name, found in json.loads(self.memory.read_text()).items() if name in items
            }
        held |= self._reached([item for name, item in items.items() if name not in held])
        if self.memory is not None:
            self.memory.write_text(json.dumps(held))
        self.spent = {name: spent for name, (spent, _places) in held.items()}
        watch: dict[str, list[pytest.Item]] = {}
        for name, (_spent, places) in sorted(held.items(), key=lambda pair: pair[1][0]):
            for place in places:
                watch.setdefault(place, []).append(items[name])
        return watch

    def _reached(self, items: list[pytest.Item]) -> dict[str, tuple[float, list[str]]]:
        """Each test's seconds and the functions it entered, from one run without any fault."""
        found = {}
        for item in items:
            seen: set[CodeType] = set()
            began = time.perf_counter()
            sys.setprofile(lambda frame, event, _arg, seen=seen: event == "call" and seen.add(frame.f_code))
            self._run([item])
            sys.setprofile(None)
            if self.failed:
                raise pytest.UsageError(f"{item.nodeid} fails without any fault")
            places = {_place(code) for code in seen if "/scoring/" in code.co_filename}
            found[item.nodeid] = (time.perf_counter() - began, sorted(places))
        return found

    def _run(self, items: list[pytest.Item]) -> None:
        for at, item in enumerate(items):
            later = items[at + 1] if at + 1 < len(items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=later)
            if self.failed:
                return

    def _judge(self, mutant: Mutant, watch: dict[str, list[pytest.Item]]) -> None:
        module = importlib.import_module(f"scoring.{mutant.module}")
        place = {(owner, name): function for owner, name, function in _functions(module)}
        code = place[mutant.owner, mutant.function].__code__
        found = [item for one in (code, *_inside(code)) for item in watch.get(_place(one), [])]
        watching = sorted(dict.fromkeys(found), key=lambda item: self.spent[item.nodeid])
        limit = 10 * sum(self.spent[item.nodeid] for item in watching) + 10
        if not watching:
            self._lives(mutant, 0)
            return
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            signal.setitimer(signal.ITIMER_PROF, limit)  # its own time: a busy machine kills no fault
            signal.setitimer(signal.ITIMER_REAL, 20 * limit)
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            try:
                silent = os.open(os.devnull, os.O_WRONLY)
                os.dup2(silent, 1)
                os.dup2(silent, 2)
                watching[0].config.pluginmanager.unregister(name="terminalreporter")
                put_in(mutant)
                self._run(watching)
            except BaseException:  # a fault may break anything, the runner too
                os._exit(1)
            os._exit(1 if self.failed else 0)
        _pid, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            self.by_time += 1
        elif os.WEXITSTATUS(status) == 0:
            self.alive.append(mutant)
            print(
                f"\nalive {mutant.name}, reached by {len(watching)} tests\n{_difference(mutant)}", flush=True
            )
            return
        self.killed += 1

    def _lives(self, mutant: Mutant, n: int) -> None:
        self.alive.append(mutant)
        print(f"\nalive {mutant.name}, reached by {n} tests\n{_difference(mutant)}", flush=True)


def main() -> None:
    """Print what lives and how many were killed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--sample", type=int, default=0, help="how many faults; 0 = all")
    asked.add_argument(
        "--skip", type=int, default=0, help="how many of the sample were judged by earlier calls"
    )
    asked.add_argument("--of", default=",".join(CORE), help="modules of scoring")
    asked.add_argument("--minutes", type=float, default=9.0, help="stop after so long")
    asked.add_argument("--memory", type=Path, help="a file that keeps which tests reach what")
    asked.add_argument("--tests", nargs="*", default=["tests/scoring"])
    given = asked.parse_args()
    until = time.monotonic() + 60 * given.minutes
    every = [mutant for module in given.of.split(",") for mutant in mutants(module)]
    chosen = random.Random(given.seed).sample(every, min(given.sample or len(every), len(every)))
    campaign = Campaign(chosen[given.skip :], until, given.memory)
    code = pytest.main(
        [
            "-q",
            "--no-header",
            "--timeout=0",  # the campaign has a limit of its own
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            *given.tests,
        ],
        plugins=[campaign],
    )
    judged = campaign.killed + len(campaign.alive)
    if not judged:
        sys.exit(int(code) or 1)
    print(
        f"\nseed {given.seed}: of {len(chosen)} drawn from {len(every)}, {given.skip} before, judged {judged}: "
        f"killed {campaign.killed} ({campaign.by_time} by time or crash), alive {len(campaign.alive)}, "
        f"{100 * campaign.killed / judged:.1f} %; left {len(campaign.left)}"
    )


if __name__ == "__main__":
    main()
