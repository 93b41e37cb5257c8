"""Bills as PDF, in Spanish, English or Chinese: the table of data use by day or by session.

What Spanish operators hand out is a PDF. Its words are put under their headings
(`documents.pages`) and the rows read as those of any other table; a date without an
hour is the local day (`time_quality="date_only"`), one volume on every day is a total
divided by the calendar (`prorated`).
"""

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.documents.document import is_document, printed
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.operator.table import read_table


def _read(file: SourceFile, options: ReadOptions) -> Imported:
    others = printed(file).other_tables
    notes = tuple(
        sentence(
            "importing.further_table_left_out_so", names=", ".join(name for name in names if name)
        )
        for names in others
    )
    return read_table(file, options, importer="bill_pdf", notes=notes)


IMPORTER = Importer(
    id="bill_pdf",
    title="A bill as PDF with its data use by day or session",
    side="operator",
    how="Download the bill, with the detail of data use, as PDF from your operator's website.",
    known_from="documentation",
    reach=Reach.ANY_CUSTOMER,
    rank=60,
    recognise=is_document,
    read=_read,
)
