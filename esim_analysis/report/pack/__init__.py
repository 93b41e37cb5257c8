"""The evidence pack: what a dispute needs, and how the other side checks it."""

from esim_analysis.report.pack.building import Pack, write_pack
from esim_analysis.report.pack.contested import Contest
from esim_analysis.report.pack.request import PackRequest
from esim_analysis.report.pack.verifying import Verification, verify

__all__ = [
    "Contest",
    "Pack",
    "PackRequest",
    "Verification",
    "verify",
    "write_pack",
]
