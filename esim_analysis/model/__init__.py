"""The words of the project as types; knows pandas and nothing above."""

from esim_analysis.model.analysis import Analysis
from esim_analysis.model.attributions import (
    CONFLICT,
    RESIDUALS,
    ROUNDING,
    UNATTRIBUTED,
    Attribution,
    ClockCheck,
    Coverage,
    Overhead,
)
from esim_analysis.model.decisions import Choice, Decision, Origin
from esim_analysis.model.errors import (
    EsimError,
    FileError,
    FrameError,
    NothingUsableError,
    QuestionError,
    UsageError,
)
from esim_analysis.model.evidence import (
    EVIDENCE,
    REMOVED,
    SYSTEM,
    TETHERING,
    Evidence,
    PhoneSettings,
)
from esim_analysis.model.findings import Finding, Severity, Window
from esim_analysis.model.reconciliation import Hypothesis, Reconciliation
from esim_analysis.model.records import USAGE, UsageRecords, merge, redecide
from esim_analysis.model.snapshots import APP_READINGS, SNAPSHOTS, Snapshots, difference
from esim_analysis.model.sources import REJECTED, Source

__all__ = [
    "APP_READINGS",
    "CONFLICT",
    "EVIDENCE",
    "REJECTED",
    "REMOVED",
    "RESIDUALS",
    "ROUNDING",
    "SNAPSHOTS",
    "SYSTEM",
    "TETHERING",
    "UNATTRIBUTED",
    "USAGE",
    "Analysis",
    "Attribution",
    "Choice",
    "ClockCheck",
    "Coverage",
    "Decision",
    "EsimError",
    "Evidence",
    "FileError",
    "Finding",
    "FrameError",
    "Hypothesis",
    "NothingUsableError",
    "Origin",
    "Overhead",
    "PhoneSettings",
    "QuestionError",
    "Reconciliation",
    "Severity",
    "Snapshots",
    "Source",
    "UsageError",
    "UsageRecords",
    "Window",
    "difference",
    "merge",
    "redecide",
]
