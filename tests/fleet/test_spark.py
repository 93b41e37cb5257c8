"""The example of docs/scale.md: the same jobs through Spark's mapInPandas over paths."""

import json
import shutil

import pytest

from esim_analysis.fleet import run_fleet
from esim_analysis.fleet.jobs import Job, run_job

from .conftest import BUCKETS, told  # type: ignore[import-not-found]


@pytest.mark.slow
@pytest.mark.enable_socket
def test_spark_runs_the_same_jobs(small, plain_run, tmp_path):
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    pandas = pytest.importorskip("pandas")
    out = run_fleet([small], tmp_path / "out", **BUCKETS)
    shutil.rmtree(out / "work" / "results")
    (out / "work" / "results").mkdir()

    def run_paths(batches):
        for batch in batches:
            done = [run_job(Job.from_json(json.loads(text))) for text in batch["job"]]
            yield pandas.DataFrame({"summary": [json.dumps(one) for one in done]})

    spark = sql.SparkSession.builder.master("local[2]").getOrCreate()
    jobs = json.loads((out / "work" / "jobs.json").read_text(encoding="utf-8"))
    frame = spark.createDataFrame([(json.dumps(one),) for one in jobs], "job string")
    assert frame.mapInPandas(run_paths, "summary string").count() == len(jobs)
    spark.stop()
    assert told(run_fleet([small], out, **BUCKETS)) == plain_run
