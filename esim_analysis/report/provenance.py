"""Which files an answer rests on, how each was read, and what was left out."""

from dataclasses import dataclass

from esim_analysis.figures.text import plain
from esim_analysis.i18n import Words
from esim_analysis.i18n.sentences import changed
from esim_analysis.model import Analysis, Choice, Decision, Source
from esim_analysis.reference.addresses import NETWORKS_AS_OF
from esim_analysis.reference.apps import AS_OF as APPS_AS_OF
from esim_analysis.reference.hosts import AS_OF as HOSTS_AS_OF
from esim_analysis.report.names import file_name, without_ids


@dataclass(frozen=True, slots=True)
class DecisionText:
    """One decision in words: what was decided, how, and how we know."""

    what: str
    value: str
    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of the case as the page shows it; `counts` says what became of its rows."""

    name: str
    counts: str
    digest: str
    decisions: tuple[DecisionText, ...]
    notes: tuple[str, ...]


def files_read(analysis: Analysis, words: Words) -> list[FileRead]:
    """Return the files of a case, the operator's first."""
    sources = (*analysis.usage.sources, *analysis.evidence.sources)
    return [_file(source, analysis.usage.decisions.get(source.id), words) for source in sources]


def problems(analysis: Analysis, words: Words) -> list[str]:
    """Return one sentence for each file that was not used."""
    return [without_ids(words.trouble(problem)) for problem in analysis.problems]


def case_decisions(analysis: Analysis, words: Words) -> list[DecisionText]:
    """Return what was decided for the case as a whole: zone, overhead, rounding, clocks."""
    attribution = analysis.attribution
    overhead, clock = attribution.overhead, attribution.clock
    return [
        _told("zone", attribution.zone, words),
        DecisionText(
            words.say("report.overhead"),
            words.say(
                "report.overhead_value",
                point=words.number(overhead.point, 3),
                low=words.number(overhead.low, 3),
                high=words.number(overhead.high, 3),
            ),
            words.say(f"report.overhead_{overhead.origin}", count=overhead.sessions),
            "",
        ),
        *_rounding(attribution.rounding, words),
        DecisionText(
            words.say("report.clock"),
            words.say(f"report.clock_{clock.verdict}", minutes=clock.offset_minutes),
            "",
            "",
        ),
    ]


def _rounding(choice: Choice | None, words: Words) -> list[DecisionText]:
    if choice is None:
        return []
    return [
        DecisionText(
            words.say("report.rounding"),
            words.say(f"report.rounding_{choice.value}"),
            words.say(f"report.origin_{choice.origin}"),
            words.retell(choice.reason),
        )
    ]


def case_notes(analysis: Analysis, words: Words) -> list[str]:
    """Return what a reader should know of the division: SIMs chosen, times made up, rows of a class."""
    labels = analysis.evidence.labels

    def named(text: str) -> str:
        return ", ".join(labels.get(part, part) for part in text.split(", "))

    notes = analysis.attribution.notes
    return [without_ids(words.retell(changed(note, named))) for note in notes]


def tables_used(analysis: Analysis, words: Words) -> list[str]:
    """Return the tables names come from, ours and the user's, each with its date."""
    theirs = analysis.knowledge.sources
    replaced = any(source.kind == "networks" for source in theirs)
    told = [
        words.say("knowledge.own_hosts", date=HOSTS_AS_OF),
        words.say("knowledge.own_apps", date=APPS_AS_OF),
    ]
    if not replaced:
        told.append(words.say("knowledge.own_networks", date=NETWORKS_AS_OF))
    return told + [
        words.say(
            "knowledge.yours_unused" if source.unused else "knowledge.yours",
            name=file_name(source.name),
            kind=source.kind,
            entries=words.number(source.entries),
            unused=words.number(source.unused),
            date=source.as_of or words.say("knowledge.no_date"),
        )
        for source in theirs
    ]


def _file(source: Source, decision: Decision | None, words: Words) -> FileRead:
    return FileRead(
        name=file_name(source.id),
        counts=_counts(source, words),
        digest=source.sha256[:12],
        decisions=_decisions(decision, words) if decision else (),
        notes=tuple(without_ids(words.retell(note)) for note in source.notes),
    )


def _counts(source: Source, words: Words) -> str:
    if not source.rows:
        return words.say("report.file_without_rows", importer=source.importer)
    return words.say(
        "report.file_rows",
        importer=source.importer,
        kept=words.number(source.kept),
        rows=words.number(source.rows),
        duplicates=words.number(source.duplicates),
        rejected=words.number(source.rejected),
    )


def _decisions(decision: Decision, words: Words) -> tuple[DecisionText, ...]:
    parts = ("unit", "base", "locale", "zone")
    return tuple(_told(part, getattr(decision, part), words) for part in parts)


def unit_word(unit: Choice, words: Words) -> str:
    """Return the unit of a file in words: one unit for all of it, or one in each cell."""
    return words.say("report.unit_cell") if unit.value == "cell" else plain(unit.value)


def _told(what: str, choice: Choice, words: Words) -> DecisionText:
    return DecisionText(
        words.say(f"report.{what}"),
        unit_word(choice, words) if what == "unit" else plain(choice.value),
        words.say(f"report.origin_{choice.origin}"),
        without_ids(words.retell(choice.reason)),
    )
