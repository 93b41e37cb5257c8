"""Billed rows of a pack against billed rows of somebody else: only what differs."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd

_SIDES: Final = ("there", "here")  # in the pack, in the records at hand
_SLACK: Final = pd.Timedelta(days=2)  # within which a moved row is looked for
_MOSTLY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs.

    Attributes
    ----------
    rows
        One row a difference: `what` (`missing_here`, `missing_there`, or `time`, `volume`,
        `charge` joined by `+`), `row` (the pack's name of it, else `""`), and
        `start_utc, end_utc, billed_bytes, charge, currency` of each side with the suffixes
        `_there` (the pack) and `_here`.
    same
        Rows that are equal on both sides.
    aside
        Rows here of other lines or times.
    charges
        Whether both sides name charges.
    """

    rows: pd.DataFrame
    same: int
    aside: int
    charges: bool


def compare_rows(there: pd.DataFrame, here: pd.DataFrame, *, whole: bool = True) -> Comparison:
    """Compare a pack's rows with others, whatever their order, columns or neighbours.

    Parameters
    ----------
    there, here
        Columns of `claim.listing`. Lines are told apart by what they hold: names of
        lines are each side's own.
    whole
        `there` holds all rows of its lines; False: rows only here are no difference.
    """
    step = _step(there, here)
    charges = bool(there["charge"].notna().any() and here["charge"].notna().any())
    there, here = _keyed(there, step), _keyed(here, step)
    here = here.assign(pair=_partner(there, here))
    begin, end = there["start_utc"].min(), there["end_utc"].max()
    mine = (
        here["pair"].ne("")
        & here["start_utc"].ge(begin - _SLACK)
        & here["end_utc"].le(end + _SLACK)
    )
    aside, here = int((~mine).sum()), here[mine]
    there = there.assign(pair=there["line"])
    pairs = _pairs(there, here)
    joined = pairs.merge(there, left_on="there", right_index=True).merge(
        here, left_on="here", right_index=True, suffixes=("_there", "_here")
    )
    found = joined.assign(what=_what(joined, charges=charges))
    gone = (
        there.drop(index=pd.Index(pairs["there"])).add_suffix("_there").assign(what="missing_here")
    )
    new = here.drop(index=pd.Index(pairs["here"])).add_suffix("_here").assign(what="missing_there")
    inside = new["start_utc_here"].ge(begin) & new["end_utc_here"].le(end)
    aside += int((~inside).sum()) if whole else len(new)
    new = new[inside] if whole else new.head(0)
    differing = [part for part in (found[found["what"] != ""], gone, new) if len(part)]
    rows = pd.concat(differing) if differing else found.head(0)
    return Comparison(_ordered(rows), int((found["what"] == "").sum()), aside, charges)


def _step(there: pd.DataFrame, here: pd.DataFrame) -> pd.Timedelta:
    """Return the step of the coarser clock: a minute where one side alone prints no seconds.

    A few odd seconds on one side are differences, not a finer clock.
    """
    shares = [
        float(pd.concat([side["start_utc"], side["end_utc"]]).dt.second.ne(0).mean())
        for side in (there, here)
    ]
    coarse = min(shares) == 0 and max(shares) > _MOSTLY
    return pd.Timedelta(minutes=1) if coarse else pd.Timedelta(seconds=1)


def _keyed(rows: pd.DataFrame, step: pd.Timedelta) -> pd.DataFrame:
    return rows.reset_index(drop=True).assign(
        start=rows["start_utc"].dt.floor(step).to_numpy(),
        end=rows["end_utc"].dt.floor(step).to_numpy(),
        bytes=rows["billed_bytes"].astype("int64").to_numpy(),
    )


def _partner(there: pd.DataFrame, here: pd.DataFrame) -> pd.Series:
    """Name for each row here the line of the pack that its own line shares most rows with."""
    both = there[["line", "start", "end"]].merge(
        here[["line", "start", "end"]], on=["start", "end"], suffixes=("_there", "_here")
    )
    counts = both.groupby(["line_there", "line_here"]).size().sort_values(ascending=False)
    best = counts.reset_index().drop_duplicates("line_here").drop_duplicates("line_there")
    known = dict(zip(best["line_here"], best["line_there"], strict=True))
    lines = [side["line"].unique() for side in (here, there)]
    if not known and all(len(side) == 1 for side in lines):
        known = {lines[0][0]: lines[1][0]}
    return here["line"].map(known).fillna("")


def _pairs(there: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """Pair rows, surest first: all alike; same times; same start or end; same volume near by."""
    pairs = pd.DataFrame({"there": [], "here": []}, dtype="int64")
    left, right = there, here
    for keys in (["start", "end", "bytes", "charge"], ["start", "end", "bytes"], ["start", "end"],
                 ["start"], ["end"], ["bytes"]):  # fmt: skip
        found = _matched(left, right, ["pair", *keys])
        if keys == ["bytes"]:
            away = (left.loc[found["there"], "start"].to_numpy()
                    - right.loc[found["here"], "start"].to_numpy())  # fmt: skip
            found = found[abs(pd.Series(away, index=found.index)) <= _SLACK]
        pairs = pd.concat([pairs, found])
        left, right = (
            left.drop(index=pd.Index(found["there"])),
            right.drop(index=pd.Index(found["here"])),
        )
    return pairs


def _matched(left: pd.DataFrame, right: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Match equal keys one to one; copies are matched in their order."""
    mine = [
        side[keys].assign(
            charge=side["charge"].map(_plain) if "charge" in keys else "",
            copy=side.groupby(keys, dropna=False).cumcount(),
            at=side.index,
        )
        for side in (left, right)
    ]
    on = [*dict.fromkeys([*keys, "charge", "copy"])]
    both = mine[0].merge(mine[1], on=on, suffixes=("_there", "_here"))
    return pd.DataFrame({"there": both["at_there"], "here": both["at_here"]})


def _plain(amount: object) -> str:
    """Return money so that 1.50 and 1.5 are the same."""
    return f"{amount:f}".rstrip("0").rstrip(".") if isinstance(amount, Decimal) else ""


def _what(joined: pd.DataFrame, *, charges: bool) -> pd.Series:
    moved = (joined["start_there"] != joined["start_here"]) | (
        joined["end_there"] != joined["end_here"]
    )
    widths = joined[[f"half_width_bytes_{side}" for side in _SIDES]].astype("int64")
    # Printed alike, figures must be the same; else the coarser one is the finer one rounded.
    alike = widths.iloc[:, 0] == widths.iloc[:, 1]
    slack = widths.max(axis=1).mask(alike, 0)
    other = (joined["bytes_there"] - joined["bytes_here"]).abs() > slack
    amounts = [joined[f"charge_{side}"].map(_plain) for side in _SIDES]
    money = (amounts[0] != amounts[1]) & charges
    told = pd.DataFrame({"time": moved, "volume": other, "charge": money})
    what = pd.Series("", index=joined.index, dtype="str")
    for name in told.columns:
        joint = what.where(what == "", what + "+") + name
        what = what.where(~told[name], joint)
    return what


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["start_utc", "end_utc", "billed_bytes", "charge", "currency"]
    wanted = ["what", "row_there", *(f"{name}_{side}" for side in _SIDES for name in columns)]
    rows = rows.reindex(columns=wanted).rename(columns={"row_there": "row"})
    times = {name: pd.to_datetime(rows[name], utc=True) for name in wanted if "_utc_" in name}
    rows = rows.assign(**times)
    first = rows["start_utc_there"].fillna(rows["start_utc_here"])
    rows = rows.assign(first=first).sort_values(["first", "what"], kind="stable")
    return rows.drop(columns="first").reset_index(drop=True)
