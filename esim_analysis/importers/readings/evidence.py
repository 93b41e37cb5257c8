"""Settings listings of two moments to evidence: what each app used in between."""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.readings.precision import ARROW, NOT_LISTED, half_widths
from esim_analysis.model import APP_READINGS, REJECTED, Evidence, PhoneSettings
from esim_analysis.model.frames import conform

CONFIDENCE: Final = 0.9  # a person read and typed the figure
DOUBTFUL: Final = 0.5  # the counter may have started afresh, or its start is only bounded
MIN_LISTED: Final = 5  # fewer apps are a choice somebody made, not a whole screen
MOST_HIDDEN: Final = 0.05  # an earlier listing that ends below this share bounds a new app
_SPAN: Final = ["platform", "start_utc", "t_utc"]
_FELL: Final = sentence("importing.app_used_less_than_before")
_NEW: Final = sentence("importing.not_earlier_listing_may_not")
_GONE: Final = sentence("importing.not_later_listing_what_used")
_TWICE: Final = sentence("importing.named_twice_one_listing_different")
_ONCE: Final = sentence("importing.one_listing_alone_says_nothing")


def evidence_from_app_readings(frames: list[pd.DataFrame], *, zone: str | None = None) -> Evidence:
    """Difference the phone's own counters, app by app, between consecutive listings.

    The screen tells no direction: the whole difference stands in `bytes_down`
    and `bytes_up` is missing. A new app counts from zero, with less confidence
    and the width of what the earlier listing may hide, only where that listing
    is evidently whole; else it is rejected. Where any counter fell, the other
    apps of that interval are less certain too, since phones reset all at once.

    Parameters
    ----------
    frames
        `model.APP_READINGS`, of any number of files; repeated readings count once.
    zone
        Zone the phone itself names, if it is known; times are not changed by it.

    Returns
    -------
    Evidence
        `source_row` shows both figures as typed; `rejected`
        holds what could not be differenced. Sources stay with the files.
    """
    if not frames or not any(len(frame) for frame in frames):
        return Evidence.none()
    readings, twice = _one_a_moment(_labelled(pd.concat(frames, ignore_index=True)))
    spans, unknown = _spans(readings)
    platforms = readings["platform"].unique()
    return Evidence(
        frame=_rows(spans),
        settings=PhoneSettings(platform=platforms[0] if len(platforms) == 1 else ""),
        phone_zone=zone or "",
        rejected=pd.concat([twice, unknown], ignore_index=True),
    )


def _labelled(readings: pd.DataFrame) -> pd.DataFrame:
    """Give every reading its platform and a key that outlives another capital letter."""
    readings = conform(readings, APP_READINGS, what="app readings")
    named = readings["platform"].replace("", pd.NA).dropna().unique()
    platform = readings["platform"].fillna("")
    if len(named) == 1:
        platform = platform.mask(platform == "", named[0])
    key = readings["app"] + "\n" + readings["app_label"]
    readings = readings.assign(
        platform=platform,
        key=key.str.casefold(),
        number=pd.to_numeric(readings["source_row"].str.extract(r"^(\d+)")[0]),
    )
    return readings.sort_values(
        ["platform", "key", "t_utc", "source", "number"], kind="stable"
    ).reset_index(drop=True)


def _one_a_moment(readings: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    moment = ["platform", "key", "t_utc"]
    readings = readings.drop_duplicates([*moment, "used"])
    twice = readings.duplicated(moment, keep=False)
    contradicted = readings[twice].rename(columns={"source_row": "place"})
    return readings[~twice], _rejected(contradicted, _TWICE)


def _spans(readings: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return differenced rows, and the readings that tell no difference."""
    by_app = readings.groupby(["platform", "key"], sort=False)
    spans = readings.assign(
        app=by_app["app"].transform("last"),
        app_label=by_app["app_label"].transform("last"),
        start_utc=by_app["t_utc"].shift(),
        before=by_app["used"].shift(),
        from_row=_from_row(readings),
        last_seen=by_app["t_utc"].transform("max"),
    ).merge(_listings(readings), on=["platform", "t_utc"], how="left")
    spans = _count_new(spans)
    spans["place"] = spans["source_row"]
    spans["source_row"] = spans["from_row"] + ARROW + spans["place"]
    volume = spans["used"] - spans["before"]
    # "1.21 GB", later "1.2 GB": the same counter with one digit less, not a reset.
    fell = (volume < -half_widths(spans).fillna(0)).fillna(value=False).astype("bool")
    doubtful = fell.groupby([spans[c] for c in _SPAN], dropna=False).transform("any")
    spans["bytes"] = volume.clip(lower=0)
    spans["confidence"] = pd.Series(CONFIDENCE, index=spans.index).mask(
        doubtful | spans["new"], DOUBTFUL
    )
    good = volume.notna() & ~fell
    first = spans["t_utc"] == spans["first_moment"]
    alone = spans["first_moment"] == spans["last_moment"]
    gone = (spans["t_utc"] == spans["last_seen"]) & (spans["t_utc"] < spans["last_moment"])
    reasons = {_ONCE: alone, _FELL: fell, _NEW: volume.isna() & ~first, _GONE: gone}
    bad = [_rejected(spans[rows], reason) for reason, rows in reasons.items()]
    return spans[good], pd.concat(bad, ignore_index=True)


def _from_row(readings: pd.DataFrame) -> pd.Series:
    by_app = readings.groupby(["platform", "key"], sort=False)
    row, source = by_app["source_row"].shift(), by_app["source"].shift()
    return row.mask(source.notna() & (source != readings["source"]), source + " " + row)


def _listings(readings: pd.DataFrame) -> pd.DataFrame:
    """Describe each listing, and the one before it on the same phone."""
    typed = readings.sort_values(["platform", "t_utc", "source", "number"], kind="stable")
    ordinary = typed[typed["app"] == typed["app_label"]]
    rising = ordinary.groupby(["platform", "t_utc"])["used"].diff() > 0
    ordinary = ordinary.assign(rising=rising.fillna(value=False).astype("bool"))
    table = ordinary.groupby(["platform", "t_utc"]).agg(
        apps=("key", "size"), rising=("rising", "any"), smallest=("used", "min")
    )
    moments = typed[["platform", "t_utc"]].drop_duplicates()
    moments = moments.merge(table.reset_index(), on=["platform", "t_utc"], how="left")
    whole = (moments["apps"] >= MIN_LISTED) & moments["rising"].eq(other=False)
    moments["ends_at"] = moments["smallest"].where(whole.fillna(value=False))
    by_phone = moments.groupby("platform", sort=False)
    return moments[["platform", "t_utc"]].assign(
        earlier=by_phone["t_utc"].shift(),
        earlier_ends_at=by_phone["ends_at"].shift(),
        first_moment=by_phone["t_utc"].transform("min"),
        last_moment=by_phone["t_utc"].transform("max"),
    )


def _count_new(spans: pd.DataFrame) -> pd.DataFrame:
    """Let apps that a whole earlier listing did not show start from zero."""
    ends_at = spans["earlier_ends_at"].astype("Int64")
    small = (ends_at <= spans["used"].astype("Float64") * MOST_HIDDEN).fillna(value=False)
    new = spans["start_utc"].isna() & spans["earlier"].notna() & small.astype("bool")
    return spans.assign(
        new=new,
        before=spans["before"].mask(new, 0),
        start_utc=spans["start_utc"].mask(new, spans["earlier"]),
        from_row=spans["from_row"].mask(new, NOT_LISTED + ends_at.astype("str") + " B"),
    )


def _rows(spans: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "line": "",
            "sim_plmn": "",
            "start_utc": spans["start_utc"],
            "end_utc": spans["t_utc"],
            "time_kind": "cumulative",
            "app": spans["app"],
            "app_label": spans["app_label"],
            "bytes_down": spans["bytes"],
            "bytes_half_width": half_widths(spans),
            "ground": "unknown",
            "interface": "cellular",
            "counts_toward_total": True,
            "confidence": spans["confidence"],
            "source": spans["source"],
            "source_row": spans["source_row"],
        }
    )


def _rejected(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    bad = pd.DataFrame(
        {
            "source": rows["source"],
            "line": rows["place"].str.extract(r"^(\d+)")[0],
            "field": rows["app_label"],
            "reason": reason,
        }
    )
    return conform(bad, REJECTED, what="rejected app readings")
