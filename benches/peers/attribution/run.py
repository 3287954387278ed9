"""Attribution side by side with the libraries people use: same journeys, same machine, one run.

    python3 benches/peers/attribution/run.py            # about ten minutes; installs the peers into a virtual environment
    python3 benches/peers/attribution/run.py --journeys 100000 --skip-slow

Prints a table and the ratios, and how far each peer's answer is from ours, which is exact. Peers: CPU seconds of one run each, rows
already in memory. Ours: median of five runs on one thread, wall clock, so that a busy machine can only make it look slower.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
FOLDER = TARGET / "peers" / "attribution"

# Task of a peer, our task on the same strings, our task on columns of codes.
TASKS = [
    ("ChannelAttribution", "heuristics", "text heuristics", "columns heuristics"),
    ("ChannelAttribution", "markov1", "text markov1", "columns markov1"),
    ("ChannelAttribution", "markov2", "text markov2", "columns markov2"),
    ("ChannelAttribution", "markov3", "text markov3", "columns markov3"),
    ("marketing-attribution-models", "markov1", "text markov1", "columns markov1"),
]
# At most ten channels of a journey, which is what it takes; ours takes all twenty.
SHAPLEY = ("marketing-attribution-models", "shapley10", "text shapley", "columns shapley")


def environment():
    """A virtual environment with the peers; made once."""
    folder = FOLDER / "environment"
    python = folder / "bin" / "python"
    wanted = (HERE / "requirements.txt").read_text()
    made = folder / "requirements.txt"
    if not made.exists() or made.read_text() != wanted:
        print("installing the peers …", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        made.write_text(wanted)
    return python


def journeys(python, count, channels):
    file = FOLDER / f"{count}x{channels}.csv"
    if not file.exists():
        code = f"import journeys; journeys.write({str(file)!r}, {count}, {channels})"
        subprocess.run([python, "-c", code], check=True, cwd=HERE)
    return file


def ours(file, times=1):
    program = TARGET / "release" / "attribution"
    answer = subprocess.run([program, file, str(times)], check=True, capture_output=True, text=True).stdout
    return {task["name"]: task for task in json.loads(answer)}


def peer(python, name, task, file):
    print(f"  {name} {task} …", flush=True)
    # What it complains of is shown, not caught.
    answer = subprocess.run([python, HERE / "peer.py", name, task, file], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(answer.stdout.strip().splitlines()[-1])


def apart(credit, exact):
    """Mean and largest difference from the exact answer, as shares of it, by channel; None where the answers are not about the same."""
    gaps = [abs(credit.get(channel, 0.0) / value - 1.0) for channel, value in exact.items() if value > 0.0]
    return sum(gaps) / len(gaps), max(gaps)


def line(name, task, theirs, mine_text, mine_columns, gaps):
    text = f"{theirs['cpu_seconds'] / mine_text:.1f}x"
    columns = f"{theirs['cpu_seconds'] / mine_columns:.1f}x"
    off = f"{100 * gaps[0]:.2f} % / {100 * gaps[1]:.2f} %" if gaps else "–"
    seconds = f"{theirs['cpu_seconds']:.2f} | {mine_text:.3f} | {mine_columns:.3f}"
    memory = f"{theirs['peak_bytes'] / 2**30:.2f}"
    return f"| {name} {task} | {seconds} | {text} | {columns} | {memory} | {off} |"


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--journeys", type=int, default=1_000_000)
    words.add_argument("--skip-slow", action="store_true", help="leave out what takes a minute or more")
    asked = words.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "stratum-benches", "--bin", "attribution"], check=True, cwd=ROOT)
    python = environment()
    file = journeys(python, asked.journeys, 20)
    mine = ours(file)
    rows = []
    for name, task, text, columns in TASKS:
        theirs = peer(python, name, task, file)
        gaps = apart(theirs["credit"], mine[columns]["credit"]) if task.startswith("markov") else None
        rows.append(line(name, task, theirs, mine[text]["seconds"], mine[columns]["seconds"], gaps))
    if not asked.skip_slow:
        name, task, text, columns = SHAPLEY
        ten = journeys(python, asked.journeys, 10)
        for channels, file_of, mine_of in [(20, file, mine), (10, ten, ours(ten))]:
            theirs = peer(python, name, task, file_of)
            seconds = mine_of[text]["seconds"], mine_of[columns]["seconds"]
            rows.append(line(name, f"{task}, {channels} channels", theirs, *seconds, None))
    print(f"\n{asked.journeys:,} journeys, {platform.machine()}, Python {platform.python_version()}; {processor()}")
    print("| peer | its CPU s | ours, text | ours, columns | ratio, text | ratio, columns | its GiB | off our answer: mean / worst |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))
    print("\nours alone, seconds: " + ", ".join(f"{name} {task['seconds']:.4f}" for name, task in mine.items()))
    drawn = mine["columns bootstrap markov1"]["seconds"] / mine["columns markov1"]["seconds"]
    print(f"1,000 replicates of order 1 with the answer: {drawn:.1f} times the answer alone")
    if not asked.skip_slow:
        tenfold = ours(file, 10)
        growth = ", ".join(f"{name} {task['seconds']:.3f}" for name, task in tenfold.items())
        print(f"ten times as many journeys: {growth}")


def processor():
    try:
        names = [row for row in open("/proc/cpuinfo") if row.startswith("model name")]
    except OSError:
        return "processor unknown"
    return names[0].partition(":")[2].strip() if names else "processor unknown"


if __name__ == "__main__":
    sys.exit(main())
