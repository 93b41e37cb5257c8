"""What a user asks of a pack."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from esim_analysis.model import Analysis
from esim_analysis.reference import find_place, place_of_zone
from esim_analysis.report.pack.contested import Contest
from esim_analysis.report.pack.deadlines import Dates


@dataclass(frozen=True, slots=True)
class PackRequest:
    """What a user asks of a pack; every date may be left out.

    Attributes
    ----------
    lang
        Language of cover and method beside Spanish; `""`: the case's.
    redact
        Tell apps by kind and files by number.
    bill_date
        Day the bill was received; without it the export's last day stands in.
    complained_on, answered_on
        Days of the complaint and of its answer, once they happened.
    place
        Autonomous community, by name or code: whose holidays count.
    contest
        What makes a row a contested one.
    contested_only
        List only the contested rows with their times.
    """

    lang: str = ""
    redact: bool = False
    bill_date: date | None = None
    complained_on: date | None = None
    answered_on: date | None = None
    place: str = ""
    contest: Contest = field(default_factory=Contest)
    contested_only: bool = False

    def dates(self, analysis: Analysis) -> Dates:
        """Return the dates the deadlines are counted from."""
        place = find_place(self.place) if self.place else place_of_zone(analysis.zone)
        bill = self.bill_date or last_day(analysis)
        return Dates(bill, self.complained_on, self.answered_on, place)


def last_day(analysis: Analysis) -> date:
    """Return the local day on which the export's last row ends."""
    last: pd.Timestamp = analysis.usage.frame["end_utc"].max() - timedelta(microseconds=1)
    return last.tz_convert(analysis.zone).date()
