"""How are case files read? Bases, merge patches and times, as README.md describes them. Nothing is computed here."""

import datetime
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent.parent


def merged(target, patch):
    """A JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def expanded(value):
    """Replaces every {"base": file, "patch": changes} by what it stands for."""
    if isinstance(value, list):
        return [expanded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "base" in value:
        base = json.loads((HERE / value["base"]).read_text())
        return expanded(merged(base, value.get("patch", {})))
    return {key: expanded(one) for key, one in value.items()}


def moment(text):
    """Microseconds since 1970; digits beyond are cut off, as for everything that is compared or hashed."""
    date, _, clock = text.replace("z", "Z").removesuffix("Z").partition("T")
    clock, _, fraction = clock.partition(".")
    days = datetime.date.fromisoformat(date).toordinal() - datetime.date(1970, 1, 1).toordinal()
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return whole * 1_000_000 + int((fraction + "000000")[:6])


def seconds_between(earlier, later):
    """Seconds, counted in whole milliseconds."""
    return float(moment(later) // 1000 - moment(earlier) // 1000) / 1000.0


def written(microseconds):
    """The time as text: no fraction, three or six digits of it."""
    whole, fraction = divmod(microseconds, 1_000_000)
    text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=whole)).isoformat()
    if fraction % 1000:
        text += ".%06d" % fraction
    elif fraction:
        text += ".%03d" % (fraction // 1000)
    return text + "Z"


def later(text, seconds):
    return written(moment(text) + seconds * 1_000_000)
