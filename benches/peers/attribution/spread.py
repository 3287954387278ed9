"""Does our exact answer lie where ChannelAttribution's simulation goes as its tolerance becomes small? On its own example data.

    python3 benches/peers/attribution/run.py --journeys 100000 --skip-slow    # installs it
    python3 benches/peers/attribution/spread.py

The data come with the package and stay there. For each tolerance ten seeds; per channel the least and the largest answer. `inside` is
the number of channels whose exact answer lies between them, `gap` the mean distance of the mean from the exact answer.
"""

import csv
import json
import pathlib
import subprocess
import sys

from run import FOLDER, environment, ours

TOLERANCES = [0.05, 0.02, 0.01, 0.005]
SEEDS = 10

SIMULATE = """
import contextlib, io, json, sys
import pandas
with contextlib.redirect_stdout(io.StringIO()):
    import ChannelAttribution
    rows, (tolerance, seed) = pandas.read_csv(sys.argv[1]), json.loads(sys.argv[2])
    answer = ChannelAttribution.markov_model(rows, "path", "conversions", var_null="lapsed", conv_par=tolerance, seed=seed)
print(json.dumps(dict(zip(answer["channel_name"], answer["total_conversions"]))))
"""


def shipped(python):
    """The example of the package, with our names of columns."""
    found = subprocess.run(
        [python, "-c", "import importlib.util; print(importlib.util.find_spec('cypack').submodule_search_locations[0])"],
        check=True, capture_output=True, text=True,
    )
    file = FOLDER / "shipped.csv"
    with open(pathlib.Path(found.stdout.strip()) / "data" / "Data.csv") as source, open(file, "w", newline="") as target:
        first = source.readline()
        rows = csv.DictReader([first, *source], delimiter=";" if ";" in first else ",")
        written = csv.writer(target)
        written.writerow(["path", "conversions", "value_minor", "lapsed"])
        for row in rows:
            written.writerow([row["path"], row["total_conversions"], 0, row["total_null"]])
    return file


def main():
    python = environment()
    file = shipped(python)
    exact = ours(file)["text markov1"]["credit"]
    print("| tolerance | inside | mean gap | widest spread |\n|---|---|---|---|")
    for tolerance in TOLERANCES:
        answers = []
        for seed in range(SEEDS):
            asked = [python, "-c", SIMULATE, file, json.dumps([tolerance, seed])]
            done = subprocess.run(asked, check=True, capture_output=True, text=True)
            answers.append(json.loads(done.stdout.strip().splitlines()[-1]))
        inside, gaps, widths = 0, [], []
        for channel, value in exact.items():
            found = [answer[channel] for answer in answers]
            inside += min(found) <= value <= max(found)
            gaps.append(abs(sum(found) / SEEDS - value) / value)
            widths.append((max(found) - min(found)) / value)
        print(f"| {tolerance} | {inside} of {len(exact)} | {100 * sum(gaps) / len(gaps):.2f} % | {100 * max(widths):.2f} % |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
