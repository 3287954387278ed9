"""The ledger, the slow way: each hash from the definition on the method page."""

from money import sha
from reading import moment, written

TAGS = {"policy": 1, "review": 2, "approval": 3, "execution": 4, "receipt": 5, "freeze": 6, "lift": 7}


def genesis(tenant):
    return sha(b"stratum-ledger-1 begins for ", tenant.encode()).hexdigest()


def hash_of(entry):
    body = entry["body"].encode()
    return sha(
        b"stratum-ledger-1",
        entry["seq"].to_bytes(8, "big"),
        moment(entry["at"]).to_bytes(8, "big", signed=True),
        bytes([TAGS[entry["kind"]]]),
        len(body).to_bytes(8, "big"),
        bytes.fromhex(entry["previous"]),
        body,
    ).hexdigest()


def append(call):
    """The answer of the call `ledger_append`."""
    head, entries = genesis(call["tenant"]), []
    for seq, record in enumerate(call["records"], start=1):
        at = written(moment(record["now"]))
        entry = {"seq": seq, "at": at, "kind": record["kind"], "body": record["body"], "previous": head}
        head = hash_of(entry)
        entries.append({**entry, "hash": head})
    return {"entries": entries, "head": head, "length": len(entries)}


def flaw_of(entry, seq, head):
    if entry["seq"] != seq:
        return "sequence"
    if entry["previous"] != head:
        return "previous"
    finer = len(entry["at"].removesuffix("Z").partition(".")[2]) > 6
    return "contents" if finer or hash_of(entry) != entry["hash"] else None


def verify(call):
    """The answer of the call `ledger_verify`."""
    head, fitting, first_bad = genesis(call["tenant"]), 0, None
    for seq, entry in enumerate(call["entries"], start=1):
        flaw = flaw_of(entry, seq, head)
        if flaw:
            first_bad = {"seq": seq, "flaw": flaw}
            break
        head, fitting = entry["hash"], seq
    return {"intact": first_bad is None, "fitting": fitting, "head": head, "first_bad": first_bad}
