"""What a line did, as numbers that can be compared with those of its peers."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.model import UsageRecords
from esim_analysis.model.frames import money_floats

_FEWEST: Final = 3  # days on either side of a step


def measure_lines(usage: UsageRecords, *, zone: str, span: tuple[int, int]) -> pd.DataFrame:
    """Return one row a line, vectorised over lines.

    Parameters
    ----------
    zone
        Zone nights are told in.
    span
        First and last UTC day of the whole fleet, counted from 1970: a line that fell
        silent is compared over all of it, whichever lines are beside it.

    Returns
    -------
    pandas.DataFrame
        `line, first_utc, last_utc, days, records, bytes, cost, currency` (cost float, NaN
        where the export names none), `zero_records`, `per_day` (bytes), `records_per_day`,
        `gap_s, gap_spread` (median of the time between starts, and the middle half of it as a
        share of it), `typical` (median bytes of a record that has any), `up_share`,
        `abroad_bytes, abroad_cost, abroad_country, country, apn, step_ratio, step_day`
        (bytes a day after and before the day that parts them best), `size_ratio, up_change,
        night_change` (typical record, share that goes up, share at night: after against
        before that day), `night_share`.
    """
    rows = _rows(usage, zone)
    by_line = rows.groupby("line", sort=True, observed=True)
    told = by_line.agg(
        first_utc=("start", "min"),
        last_utc=("end", "max"),
        records=("bytes", "size"),
        bytes=("bytes", "sum"),
        cost=("cost", "sum"),
        priced=("cost", "count"),
        zero_records=("zero", "sum"),
        up=("up", "sum"),
        known=("known", "sum"),
        night=("night", "sum"),
        currency=("currency", "first"),
    )
    days = float(span[1] - span[0] + 1)
    told = told.assign(
        cost=told["cost"].where(told["priced"] > 0),
        days=days,
        per_day=told["bytes"] / days,
        records_per_day=told["records"] / days,
        up_share=told["up"] / told["known"].where(told["known"] > 0),
        night_share=told["night"] / told["bytes"].where(told["bytes"] > 0),
    )
    parts = [
        told.drop(columns=["priced", "up", "known", "night"]),
        _gaps(rows),
        by_line["size"].median().rename("typical"),
        _places(rows),
        _steps(rows, span),
    ]
    return pd.concat(parts, axis=1).reset_index(names="line")


def _rows(usage: UsageRecords, zone: str) -> pd.DataFrame:
    frame = usage.frame[usage.frame["service_class"].fillna("data") == "data"]
    volume = frame["bytes_billed"].fillna(frame["bytes_total"]).astype("float64")
    local = frame["start_utc"].dt.tz_convert(zone)
    known = frame["bytes_up"].notna()
    hour = local.dt.hour
    return pd.DataFrame(
        {
            "line": frame["line"].astype("category"),
            "start": frame["start_utc"],
            "end": frame["end_utc"],
            "day": frame["start_utc"]
            .dt.tz_localize(None)
            .to_numpy()
            .astype("datetime64[D]")
            .astype("int64"),
            "bytes": volume,
            "size": volume.where(volume > 0),
            "zero": volume == 0,
            "cost": money_floats(frame["charge"]),
            "currency": frame["currency"],
            "up": frame["bytes_up"].astype("Float64").fillna(0.0).astype("float64"),
            "known": frame["bytes_total"].astype("float64").where(known, 0.0),
            "night": volume.where(hour < 6, 0.0),  # noqa: PLR2004 - from midnight to six
            "country": frame["country"].fillna("").astype("category"),
            "apn": frame["apn"].fillna("").astype("category"),
            "roaming": frame["roaming"].fillna("unknown"),
        }
    )


def _gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the usual time between starts of a line's records, and how much it varies."""
    code = rows["line"].cat.codes.to_numpy(np.int64)
    start = rows["start"].dt.tz_localize(None).astype("datetime64[s]").astype("int64").to_numpy()
    order = np.lexsort((start, code))
    code, start = code[order], start[order]
    gap, same = np.diff(start), code[1:] == code[:-1]
    gaps = pd.DataFrame({"line": code[1:][same], "gap": gap[same].astype(np.float64)})
    spread = gaps.groupby("line")["gap"].quantile(np.array([0.25, 0.5, 0.75])).unstack()  # noqa: PD010 - no pivot of a series
    names = rows["line"].cat.categories
    spread = spread.reindex(range(len(names))).set_axis(names)
    middle = spread.get(0.5, pd.Series(np.nan, index=names))
    half = spread.get(0.75, middle) - spread.get(0.25, middle)
    return pd.DataFrame({"gap_s": middle, "gap_spread": half / middle.where(middle > 0)})


def _places(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each line's usual country and APN, and what it did where its bill says roaming."""
    main = {name: _largest(rows, name) for name in ("country", "apn")}
    lines, countries = rows["line"].cat, rows["country"].cat
    home = countries.categories.get_indexer(pd.Index(main["country"].reindex(lines.categories)))
    elsewhere = countries.codes.to_numpy() != home[lines.codes.to_numpy()]
    # A portal that does not say what is abroad: all that is not the line's usual country.
    said = rows["roaming"].isin(["international", "eu_rlah"])
    unknown = rows["roaming"] == "unknown"
    away = said | (unknown & elsewhere)
    abroad = rows[away & (rows["country"] != "")]
    by_line = abroad.groupby("line", sort=True, observed=True)
    names = lines.categories
    country = _largest(abroad, "country").reindex(names).astype("object")
    return pd.DataFrame(
        {
            **main,
            "abroad_bytes": by_line["bytes"].sum().reindex(names).fillna(0.0),
            "abroad_cost": by_line["cost"].sum().reindex(names).fillna(0.0),
            "abroad_country": country.where(country.notna(), "").astype("str"),
        },
        index=names,
    )


def _largest(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return the value of a column under which a line used most, the first by name of equals."""
    sums = rows.groupby(["line", column], observed=True)["bytes"].agg(["sum", "size"]).reset_index()
    sums[column] = sums[column].astype("str")
    ordered = sums.sort_values(
        ["line", "sum", "size", column], ascending=[True, False, False, True], kind="stable"
    )
    first: pd.Series = ordered.drop_duplicates("line").set_index("line")[column]
    return first.set_axis(first.index.astype("object"))


def _steps(rows: pd.DataFrame, span: tuple[int, int]) -> pd.DataFrame:
    """Find the day that parts each line's days best, and compare what lies on both sides."""
    lines = rows["line"].cat.categories
    first, width = span[0], span[1] - span[0] + 1
    code = rows["line"].cat.codes.to_numpy(np.int64)
    day = rows["day"].to_numpy() - first
    daily = np.bincount(code * width + day, rows["bytes"], len(lines) * width)
    daily = daily.reshape(len(lines), width)
    split, ratio = _best_split(daily)
    late = day >= split[code]
    told = pd.DataFrame({"line": code, "late": late, "size": rows["size"].to_numpy()})
    typical = told.groupby(["line", "late"])["size"].median().unstack()  # noqa: PD010 - no pivot of a series
    typical = typical.reindex(index=range(len(lines)), columns=[False, True])
    share = {
        name: _change(code, late, rows[part].to_numpy(), rows[whole].to_numpy(), len(lines))
        for name, part, whole in (("up_change", "up", "known"), ("night_change", "night", "bytes"))
    }
    when = pd.to_datetime(first + split, unit="D").strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "step_ratio": ratio,
            "step_day": when,
            "size_ratio": (typical[True] / typical[False]).to_numpy(),
            **share,
        },
        index=lines,
    )


def _best_split(daily: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row the column that parts it best, and the ratio of means after to before."""
    count, width = daily.shape
    if width < 2 * _FEWEST:
        return np.zeros(count, np.int64), np.ones(count)
    so_far = np.cumsum(np.log1p(daily), axis=1)
    cuts = np.arange(_FEWEST, width - _FEWEST + 1)
    before = so_far[:, cuts - 1] / cuts
    after = (so_far[:, -1:] - so_far[:, cuts - 1]) / (width - cuts)
    # Standardised: a step in the middle of the month rests on more days than one at its edge.
    gain = (after - before) ** 2 * (cuts * (width - cuts) / width)
    best = gain.argmax(axis=1)
    split = cuts[best]
    total = np.cumsum(daily, axis=1)
    row = np.arange(count)
    mean_before = total[row, split - 1] / split
    mean_after = (total[:, -1] - total[row, split - 1]) / (width - split)
    return split, mean_after / np.maximum(mean_before, 1.0)


def _change(
    code: np.ndarray, late: np.ndarray, part: np.ndarray, whole: np.ndarray, lines: int
) -> np.ndarray:
    """Return a share after the step less the same share before it."""
    place = code * 2 + late
    top = np.bincount(place, part, lines * 2).reshape(lines, 2)
    base = np.bincount(place, whole, lines * 2).reshape(lines, 2)
    share = np.divide(top, base, out=np.full_like(top, np.nan), where=base > 0)
    change: np.ndarray = share[:, 1] - share[:, 0]
    return change
