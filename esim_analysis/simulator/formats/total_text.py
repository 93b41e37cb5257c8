"""The one figure of a bill as a person types it: `9.43 GB, 2026-11-01 - 2026-11-28`."""

from esim_analysis.simulator.calendar import Calendar


def total_text(billed: int, calendar: Calendar) -> str:
    """Write the billed bytes of the whole period, GB with two decimals."""
    hundredths = (billed * 100 + 10**9 // 2) // 10**9
    volume = f"{hundredths // 100}.{hundredths % 100:02d} GB"
    return f"{volume}, {calendar.first} - {calendar.last}\n"
