"""Lifetime value side by side with lifetimes: same customers, same machine, one run.

    python3 benches/peers/lifetime/run.py            # a few minutes; installs the peer into a virtual environment
    python3 benches/peers/lifetime/run.py --ours     # without the peer's time on the many simulated customers

Fits the CDNOW sample (it comes with the peer and stays there) and 200,000 simulated customers. Prints log-likelihoods, parameters, the error on the
second 39 weeks, how well the probability of being active is calibrated against buying in them, and seconds. The peer: CPU seconds of
one run. Ours: median of five runs on one thread, wall clock, so that a busy machine can only make it look slower.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import platform
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
FOLDER = TARGET / "peers" / "lifetime"
MANY = 200_000
WEEKS = 39
PARAMETERS = {"bg_nbd": ("r", "alpha", "a", "b"), "mbg_nbd": ("r", "alpha", "a", "b"), "gamma_gamma": ("p", "q", "gamma")}
# What CLVTools' tests have for the CDNOW sample.
PUBLISHED = {"bg_nbd": ("-9582.429", "0.2425945, 4.4136019, 0.7929199, 2.4258881"), "gamma_gamma": ("-4055.918", "6.25, 3.74, 15.44")}


def environment():
    """A virtual environment with the peer; made once."""
    folder = FOLDER / "environment"
    python = folder / "bin" / "python"
    wanted = (HERE / "requirements.txt").read_text()
    made = folder / "requirements.txt"
    if not made.exists() or made.read_text() != wanted:
        print("installing the peer …", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        made.write_text(wanted)
    return python


def customers(python):
    files = FOLDER / "cdnow.csv", FOLDER / f"simulated{MANY}.csv"
    for file, call in zip(files, (f"cdnow({str(files[0])!r})", f"simulated({str(files[1])!r}, {MANY})")):
        if not file.exists():
            subprocess.run([python, "-c", f"import customers; customers.{call}"], check=True, cwd=HERE)
    return files


def said(program, *words):
    answer = subprocess.run([*program, *map(str, words)], check=True, capture_output=True, text=True).stdout
    return json.loads(answer.strip().splitlines()[-1])


def rmse(expected, later):
    return math.sqrt(sum((one - other) ** 2 for one, other in zip(expected, later)) / len(later))


def numbers(values):
    return ", ".join(f"{value:.7g}" for value in values)


def table(name, mine, theirs, column, later):
    """A line for each side."""
    fit = mine[name]
    ours = fit["model"]
    print(f"| {name}, ours | {fit['log_likelihood']:.6f} | {numbers(ours[key] for key in PARAMETERS[name])} | "
          f"{held_out([row[column] for row in mine['expected']], later) if column is not None else '–'} | {mine[name + '_seconds']:.4f} |")
    peer = theirs[name]
    if "error" in peer:
        print(f"| {name}, lifetimes | failed: {peer['error']} | | | |")
        return
    known = peer["parameters"]
    keys = [key if key in known else "v" for key in PARAMETERS[name]]
    print(f"| {name}, lifetimes | {peer['log_likelihood']:.6f} | {numbers(known[key] for key in keys)} | "
          f"{held_out(peer['expected'], later) if column is not None else '–'} | {peer['seconds']:.3f} "
          f"({peer['seconds'] / mine[name + '_seconds']:.0f}x) |")


def held_out(expected, later):
    return f"{rmse(expected, later):.4f}, {sum(expected):.0f} of {sum(later):.0f}" if later else "–"


def calibration(alive, later, frequencies):
    """Said to be active against bought again, in fifths of what is said, for those who had come back; and Brier's score."""
    pairs = sorted((one, other > 0) for one, other, x in zip(alive, later, frequencies) if x > 0)
    fifths = [pairs[len(pairs) * at // 5 : len(pairs) * (at + 1) // 5] for at in range(5)]
    mean = lambda part, at: sum(pair[at] for pair in part) / len(part)
    parts = ", ".join(f"{mean(part, 0):.2f} → {mean(part, 1):.2f}" for part in fifths)
    score = sum((one - other) ** 2 for one, other in pairs) / len(pairs)
    return f"{parts}; Brier {score:.3f}"


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--ours", action="store_true", help="leave out the peer's time on the many simulated customers")
    asked = words.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "stratum-benches", "--bin", "lifetime"], check=True, cwd=ROOT)
    python = environment()
    cdnow, many = customers(python)
    program, peer = [TARGET / "release" / "lifetime"], [python, HERE / "peer.py"]
    mine, theirs = said(program, cdnow, WEEKS), said(peer, cdnow, WEEKS)
    with open(cdnow) as file:
        rows = list(csv.DictReader(file))
    later = [int(row["later"]) for row in rows]
    versions = ", ".join(line for line in (HERE / "requirements.txt").read_text().split("\n") if "==" in line)
    print(f"\nCDNOW sample; {versions}; {platform.machine()}, Python {platform.python_version()}; {processor()}")
    print("| model | log-likelihood | parameters | hold-out: RMSE, purchases | seconds |\n|---|---|---|---|---|")
    for name, column in [("bg_nbd", 0), ("mbg_nbd", 1), ("gamma_gamma", None)]:
        table(name, mine, theirs, column, later)
        if name in PUBLISHED:
            print(f"| {name}, CLVTools, published | {PUBLISHED[name][0]} | {PUBLISHED[name][1]} | | |")
    frequencies = [int(row["frequency"]) for row in rows]
    for name, column in [("BG/NBD", 2), ("MBG/NBD", 3)]:
        print(f"{name}, active → bought: {calibration([row[column] for row in mine['expected']], later, frequencies)}")
    mine = said(program, many, WEEKS)
    print(f"\n{MANY:,} simulated customers\n| model | log-likelihood | parameters | hold-out | seconds |\n|---|---|---|---|---|")
    theirs = {name: {"error": "not asked"} for name in PARAMETERS} if asked.ours else said(peer, many, WEEKS)
    for name, column in [("bg_nbd", None), ("mbg_nbd", None), ("gamma_gamma", None)]:
        table(name, mine, theirs, column, None)


def processor():
    try:
        names = [row for row in open("/proc/cpuinfo") if row.startswith("model name")]
    except OSError:
        return "processor unknown"
    return names[0].partition(":")[2].strip() if names else "processor unknown"


if __name__ == "__main__":
    sys.exit(main())
