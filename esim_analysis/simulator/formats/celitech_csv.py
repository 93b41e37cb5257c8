"""Session records as CELITECH published them: `DURATION` holds bytes, times are UTC."""

import pandas as pd

_HEADER = (
    ",CALLED_PARTY,CALLING_PARTY,CDR_ID,CLOSE_TIME,CONNECT_TIME,COUNTRY_ISO3,COUNTRY_NAME,"
    "DIRECTION,DURATION,ICCID,IMSI_ID,IMSI_NO,MCC,MNC,TYPE"
)
_ICCID = "8910300000000000017"
_IMSI = "214070000000001"


def celitech_csv(records: pd.DataFrame) -> str:
    """Write `start, end, billed, plmn, iso3, country_name`; `MNC` loses its zero."""
    stamp = "%Y-%m-%dT%H:%M:%S.000Z"
    begin = records["start"].astype("datetime64[s]").dt.strftime(stamp)
    finish = records["end"].astype("datetime64[s]").dt.strftime(stamp)
    place = pd.Series(range(len(records)), index=records.index)
    mcc, mnc = records["plmn"].str[:3], records["plmn"].str[4:].str.lstrip("0")
    body = place.astype(str) + ",,," + (place + 901).astype(str) + "," + finish + "," + begin
    body += "," + records["iso3"] + "," + records["country_name"] + ",,"
    body += records["billed"].astype(str) + f",{_ICCID},11,{_IMSI}," + mcc + "," + mnc + ",DATA"
    return "\n".join([_HEADER, *body, ""])
