"""The peer on one file of customers, in a process of its own: prints its seconds and its answer as JSON."""

import json
import math
import sys
import time
import warnings

import pandas

warnings.filterwarnings("ignore")


def timed(task):
    before = time.process_time()
    answer = task()
    return answer, time.process_time() - before


def main():
    path, within = sys.argv[1], float(sys.argv[2])
    from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter

    rows = pandas.read_csv(path)
    answer = {}
    for name, fitter in [("bg_nbd", BetaGeoFitter()), ("mbg_nbd", ModifiedBetaGeoFitter())]:
        try:
            _, seconds = timed(lambda: fitter.fit(rows["frequency"], rows["recency"], rows["age"]))
        except Exception as error:
            answer[name] = {"error": type(error).__name__}
            continue
        expected = fitter.conditional_expected_number_of_purchases_up_to_time(
            within, rows["frequency"], rows["recency"], rows["age"]
        )
        parameters = {key: float(value) for key, value in fitter.params_.items()}
        answer[name] = {
            "seconds": seconds,
            "parameters": parameters,
            # It keeps the mean of the negative log-likelihood, with time in another unit.
            "log_likelihood": -float(fitter._negative_log_likelihood_) * len(rows)
            + math.log(fitter._scale) * int(rows["frequency"].sum()),
            "expected": [float(one) for one in expected],
        }
    back = rows[rows["repeat_value_minor"] > 0]
    values = back["repeat_value_minor"] / 100 / back["frequency"]
    fitter = GammaGammaFitter()
    _, seconds = timed(lambda: fitter.fit(back["frequency"], values))
    answer["gamma_gamma"] = {
        "seconds": seconds,
        "parameters": {key: float(value) for key, value in fitter.params_.items()},
        "log_likelihood": -float(fitter._negative_log_likelihood_) * len(back),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
