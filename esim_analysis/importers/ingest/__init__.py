"""Exports of any size: plain rows are converted in blocks, the few others by the ordinary reader.

`ingest` turns one file into a folder of typed Parquet, `bucket` sorts many such folders by
line, `records_of` makes usage records of a bucket. What comes out is, row for row, what the
ordinary reader gives: a row that is not plainly written, and every row of an hour that happens
twice or not at all, is read by the ordinary reader itself.
"""

from esim_analysis.importers.ingest.bucketing import bucket, bucket_of
from esim_analysis.importers.ingest.ingesting import Ingested, choice_of, ingest, load
from esim_analysis.importers.ingest.records import records_of

__all__ = ["Ingested", "bucket", "bucket_of", "choice_of", "ingest", "load", "records_of"]
