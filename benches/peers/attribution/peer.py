"""One peer on one task, in a process of its own: prints its CPU seconds, its peak memory and its answer as JSON."""

import contextlib
import io
import json
import resource
import sys
import time

import pandas


def channel_attribution(task, rows):
    with contextlib.redirect_stdout(io.StringIO()):
        import ChannelAttribution
    frame = rows.rename(columns={"conversions": "conv", "lapsed": "null"})
    frame["value"] = frame["value_minor"] / 100
    before = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        if task == "heuristics":
            answer = ChannelAttribution.heuristic_models(frame, "path", "conv", var_value="value")
            column = "linear_touch_conversions"
        else:
            answer = ChannelAttribution.markov_model(
                frame, "path", "conv", var_value="value", var_null="null", order=int(task.removeprefix("markov"))
            )
            column = "total_conversions"
    seconds = time.process_time() - before
    return seconds, dict(zip(column_of(answer, "channel_name"), column_of(answer, column).astype(float)))


def column_of(table, name):
    """A column by its name; another one is never taken in its place."""
    if name not in table:
        sys.exit(f"the answer has no column `{name}`; it has {', '.join(f'`{column}`' for column in table)}")
    return table[name]


def marketing_attribution_models(task, rows):
    from mam import MAM

    frame = pandas.DataFrame({
        "id": range(len(rows)),
        "channels": rows["path"],
        "time": rows["path"].str.replace(r"[^>]+", " 1 ", regex=True).str.strip(),
        "has": rows["conversions"] > 0,
    })
    before = time.process_time()
    model = MAM(frame, "journey", "channels", "has", user_id_colname="id", time_till_conv_colname="time")
    if task == "markov1":
        answer = model.run_markov(transition_to_same_state=True)
    else:
        answer = model.run_shapley(max_size=int(task.removeprefix("shapley")), value_column="conv_rate")
    seconds = time.process_time() - before
    if task == "markov1":
        # It shares out path by path; its removal effects are what is the same as in the others.
        effects = answer.metadata["removal_effect"]["removal_effect"].astype(float)
        return seconds, dict(effects / effects.sum() * rows["conversions"].sum())
    return seconds, shares(answer)


def shares(answer):
    """Conversions by channel."""
    table = answer.to_pandas()
    return dict(zip(column_of(table, "channels").astype(str), column_of(table, "attribution").astype(float)))


PEERS = {"ChannelAttribution": channel_attribution, "marketing-attribution-models": marketing_attribution_models}

if __name__ == "__main__":
    peer, task, path = sys.argv[1:]
    seconds, credit = PEERS[peer](task, pandas.read_csv(path))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"cpu_seconds": seconds, "peak_bytes": peak, "credit": credit}))
