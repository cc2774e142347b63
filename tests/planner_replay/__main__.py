"""`python -m tests.planner_replay`: the window planner against fixed retries, on the same traces."""

import argparse

from tests.planner_replay.families import COUNTER_EXAMPLES, FAMILIES, Family
from tests.planner_replay.policies import fixed_retries, planned
from tests.planner_replay.world import Tally, replay


def total(tallies: list[Tally]) -> Tally:
    predicted = [tally.predicted for tally in tallies if tally.predicted is not None]
    return Tally(
        sum(tally.photos for tally in tallies),
        sum(tally.delivered for tally in tallies),
        sum(tally.calls for tally in tallies),
        sum(predicted) / len(predicted) if predicted else None,
    )


def row(family: Family, seeds: range, minutes: float) -> str:
    """One line of the table: pictures within the window, and calls paid for, of both."""
    traces = [family(seed, minutes) for seed in seeds]
    fixed, plan = (total([replay(trace, policy) for trace in traces]) for policy in (fixed_retries, planned))
    shares = [f"{tally.delivered} ({100 * tally.delivered / tally.photos:.1f} %)" for tally in (fixed, plan)]
    calls = [f"{tally.calls / tally.photos:.2f}" for tally in (fixed, plan)]
    predicted = "" if plan.predicted is None else f"{100 * plan.predicted:.1f} %"
    return f"| {traces[0].name} | {fixed.photos} | {' | '.join(shares)} | {predicted} | {' | '.join(calls)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="evenings of each family")
    parser.add_argument("--minutes", type=float, default=40.0, help="length of an evening")
    asked = parser.parse_args()
    print("| Family | photos | fixed | planner | predicted | calls a photo, fixed | planner |")
    print("|---|---|---|---|---|---|---|")
    for family in (*FAMILIES, *COUNTER_EXAMPLES):
        print(row(family, range(1, asked.seeds + 1), asked.minutes), flush=True)


if __name__ == "__main__":
    main()
