"""What was on a phone's screen and when: its own log of use, without a byte."""

from typing import Final

from esim_analysis.model.frames import TEXT, UTC_TIME, Schema

IN_FRONT: Final = "in_front"
ON: Final = "on"
OFF: Final = "off"
SCREEN: Final[Schema] = {
    "app": TEXT,  # package in front; "" the screen itself
    "state": TEXT,  # in_front | on | off
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,  # exclusive
    "source": TEXT,
}
