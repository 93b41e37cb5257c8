"""Lines against their peers: medians and robust distances, vectorised over cohorts."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

FEWEST: Final = 8  # lines whose median says something; fewer are compared with all lines
ALL: Final = "all"
_SIGMA: Final = 1.4826  # MAD of a normal distribution to its standard deviation
_NARROW: Final = 0.1  # of a decade: peers that are all alike still differ by a quarter
COMPARED: Final = ("per_day", "records_per_day", "cost_per_day", "zero_per_day", "price")


def cohorts(lines: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Return the cohort of each line: its values of `by`; `"all"` where too few share them."""
    if not by:
        return pd.Series(ALL, index=lines.index, dtype="str")
    parts = [lines[name].fillna("").astype("str").replace("", "?") for name in by]
    key = parts[0]
    for part in parts[1:]:
        key = key + " · " + part
    size = key.groupby(key).transform("size")
    told: pd.Series[str] = key.where(size >= FEWEST, ALL).astype("str")
    return told


def compare(lines: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Add each line's cohort, its peers' medians (`peer_…`) and its distance from them (`z_…`).

    Distances are of logarithms, in standard deviations told by the median absolute deviation;
    lines that are in no cohort of their own are compared with all lines.
    """
    days = lines["days"]
    priced = lines["cost"] / lines["bytes"].where(lines["bytes"] > 0) * 1e6
    lines = lines.assign(
        cohort=cohorts(lines, by),
        cost_per_day=lines["cost"] / days,
        zero_per_day=lines["zero_records"] / days,
        price=priced,
    )
    everybody = lines["cohort"] == ALL
    for name in (*COMPARED, "typical", "gap_s"):
        middle = lines.groupby("cohort")[name].transform("median")
        lines[f"peer_{name}"] = middle.mask(everybody, lines[name].median())
        if name in COMPARED:
            lines[f"z_{name}"] = _distance(lines, name, everybody)
    return _usual_apn(lines)


def cohort_table(lines: pd.DataFrame) -> pd.DataFrame:
    """Return a row a cohort: how many lines, what they use and cost, how many stand out."""
    by_cohort = lines.groupby("cohort", sort=True)
    table = by_cohort.agg(
        lines=("line", "size"),
        bytes=("bytes", "sum"),
        cost=("cost", "sum"),
        median_bytes_per_day=("per_day", "median"),
        median_records_per_day=("records_per_day", "median"),
        median_cost_per_day=("cost_per_day", "median"),
        outliers=("cause", lambda cause: int((cause != "").sum())),
    ).reset_index()
    whole = ["bytes", "median_bytes_per_day"]
    return table.assign(**{name: table[name].round().astype("Int64") for name in whole})


def share_of_others(own: pd.Series, total: pd.Series) -> pd.Series:
    """Return the share of a line's peers, itself not counted, that have what it has.

    One of ten lines is alone with its APN, though it is a tenth of its cohort.
    """
    return (own - 1) / (total - 1).where(total > 1)


def _distance(lines: pd.DataFrame, name: str, everybody: pd.Series) -> pd.Series:
    value = np.log10(lines[name].clip(lower=0) + _least(lines[name]))
    cohort = lines["cohort"]
    middle = value.groupby(cohort).transform("median").mask(everybody, value.median())
    off = (value - middle).abs()
    mad = off.groupby(cohort).transform("median").mask(everybody, off.median())
    distance: pd.Series = (value - middle) / np.maximum(_SIGMA * mad, _NARROW)
    return distance


def _least(values: pd.Series) -> float:
    """Return what is added before the logarithm, so that nought is small and not minus infinity."""
    some = values[values > 0]
    return float(some.median()) / 100 if len(some) else 1.0


def _usual_apn(lines: pd.DataFrame) -> pd.DataFrame:
    """Add the cohort's usual APN and the share of a line's peers that have its own."""
    known = lines[lines["apn"] != ""]
    counts = known.groupby(["cohort", "apn"]).size().rename("n").reset_index()
    counts = counts.sort_values(["cohort", "n", "apn"], ascending=[True, False, True])
    usual = counts.drop_duplicates("cohort").set_index("cohort")["apn"].to_dict()
    total = counts.groupby("cohort")["n"].sum()
    own = counts.set_index(["cohort", "apn"])["n"]
    pairs = pd.MultiIndex.from_frame(lines[["cohort", "apn"]])
    alike = pd.Series(own.reindex(pairs).to_numpy(dtype="float64"), lines.index)
    return lines.assign(
        peer_apn=lines["cohort"].map(lambda cohort: usual.get(cohort, "")).astype("str"),
        apn_share=share_of_others(alike, lines["cohort"].map(total).astype("float64")),
    )
