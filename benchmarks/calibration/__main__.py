"""How well phase 3 tells false reports from honest ones, over all that tests/ can plant.

    python -m benchmarks.calibration

Prints per family: faults caught at the severity that was expected, and those caught by exactly one
code; errors on honest reports and harmless variants; then what random changes did. Exits 1 when a
bound is broken: every fault caught, 85% by exactly one code, no error on honest and harmless; of
the services in eight stacks (tests/stacks) the shares of false variants that are refuted.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.calibration import stacks
from tests.harmless import HARMLESS
from tests.kit import SAMPLES, SESSION, copy_sample
from tests.planting import FAULTS, FILES, base_of, change, expected, judge, lay_out
from workers.codes import CODES, FAMILIES

SHARP = 0.85
RANDOM_CHANGES = 150


def main(share: float = 1, seed: int = 7) -> int:
    """Measure and print; returns the exit code. A share: of what is planted in the eight stacks."""
    with tempfile.TemporaryDirectory() as folder:
        roots = {base: copy_sample(Path(folder) / base, sample) for base, sample in SAMPLES.items()}
        for root in roots.values():
            (root / "Docs/hive-mind/sessions" / SESSION / "workers/notes").mkdir(parents=True)
        planted, caught, sharp = faults(roots)
        false_alarms, variants = honest(roots)
        changes, missed = random_changes(roots["honest"])
    print("| family | planted | caught | by exactly one code |\n|---|---|---|---|")
    for letter, family in FAMILIES.items():
        if planted[letter]:
            counts = (planted[letter], caught[letter], sharp[letter])
            print(f"| {letter} {family} | " + " | ".join(map(str, counts)) + " |")
    total = (planted.total(), caught.total(), sharp.total())
    print("| all | " + " | ".join(map(str, total)) + " |\n")
    print(f"honest reports and harmless variants: {variants}, errors on them: {len(false_alarms)}")
    print(f"random changes of quotations, lines and counts: {changes}, missed: {len(missed)}")
    for line in (*false_alarms, *missed):
        print(f"  {line}")
    print()
    with tempfile.TemporaryDirectory() as folder:
        holds = stacks.report(Path(folder), share, seed)
    is_sharp = total[2] >= SHARP * total[0]
    is_broken = total[0] > total[1] or not is_sharp or not holds
    return int(is_broken or bool(false_alarms) or bool(missed))


def faults(roots: dict[str, Path]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Count the faults planted, caught and caught sharply, by family."""
    planted, caught, sharp = Counter[str](), Counter[str](), Counter[str]()
    for fault in FAULTS:
        root = roots[base_of(fault)]
        lay_out(root, fault)
        problems = judge(root).problems
        wanted = set(expected(fault)["problems"])
        letter = min(wanted)[0]
        planted[letter] += 1
        told = {problem.code for problem in problems}
        at_severity = {p.code for p in problems if p.severity == CODES[p.code].severity}
        caught[letter] += wanted <= at_severity
        sharp[letter] += len(told) == 1
    return planted, caught, sharp


def honest(roots: dict[str, Path]) -> tuple[list[str], int]:
    """Return the errors on honest reports and their harmless variants, and how many those were."""
    alarms: list[str] = []
    count = 0
    for base, root in roots.items():
        for variant in (None, *HARMLESS):
            lay_out(root, base=base)
            if variant and not change(root, variant):
                continue
            count += 1
            name = variant.__name__ if variant else "as it is"
            alarms += [
                f"{base}, {name}: {problem.code} {problem.message}"
                for problem in judge(root).problems
                if problem.severity == "error"
            ]
    return alarms, count


def random_changes(root: Path) -> tuple[int, list[str]]:
    """Change one token of a quotation, shift a cited line, or change a count, at random."""
    chance = random.Random(7)  # noqa: S311 - the same changes in every run
    missed: list[str] = []
    for _ in range(RANDOM_CHANGES):
        lay_out(root)
        told = chance.choice((_token, _line, _count))(root, chance)
        if judge(root).accepted:
            missed.append(told)
    return RANDOM_CHANGES, missed


def _token(root: Path, chance: random.Random) -> str:
    """Change one token of a quotation in the notes."""
    file = root.parent / FILES[0]
    text = file.read_text("utf-8")
    quotations = list(re.finditer(r"Evidence: `[^`]+`\n\n```\w*\n(.*?)```", text, re.DOTALL))
    quoted = chance.choice(quotations)
    tokens = list(re.finditer(r"\w+", quoted[1]))
    token = chance.choice(tokens)
    at = quoted.start(1) + token.start()
    instead = "x" + token[0]
    file.write_text(text[:at] + instead + text[at + len(token[0]) :], "utf-8")
    return f"{token[0]} became {instead}"


def _line(root: Path, chance: random.Random) -> str:
    """Shift a quotation's citation by more than its length."""
    file = root.parent / FILES[0]
    text = file.read_text("utf-8")
    quotations = list(re.finditer(r"(Evidence: `[^`:]+:)([0-9-]+)(`\n\n```)", text))
    cited = chance.choice(quotations)
    numbers = [int(number) for number in cited[2].split("-")]
    shift = chance.choice((-1, 1)) * (numbers[-1] - numbers[0] + chance.randint(1, 9))
    if numbers[0] + shift < 1:
        shift = -shift
    shifted = "-".join(str(number + shift) for number in numbers)
    file.write_text(text[: cited.start(2)] + shifted + text[cited.end(2) :], "utf-8")
    return f"{cited[0].splitlines()[0]} shifted by {shift}"


def _count(root: Path, chance: random.Random) -> str:
    """Change a number of the statistics."""
    file = root.parent / FILES[1]
    text = file.read_text("utf-8")
    start = text.index('"statistics"')
    number = chance.choice(list(re.finditer(r"\d+", text[start : text.index("}", start)])))
    at = start + number.start()
    instead = str(int(number[0]) + chance.randint(1, 20))
    file.write_text(text[:at] + instead + text[at + len(number[0]) :], "utf-8")
    return f"a count {number[0]} became {instead}"


if __name__ == "__main__":
    sys.exit(main())
