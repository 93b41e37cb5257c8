"""A bill and an export of the same month are one use, told twice."""

import pytest

import esim_analysis as esim

SESSIONS = "xiaoli/uso_datos_2026-10.csv"
COARSER = ["xiaoli-bill/factura_2026-10.pdf", "xiaoli-daily/consumo_diario_2026-10.csv"]


@pytest.mark.parametrize("coarser", COARSER)
def test_sessions_and_a_bill_of_the_same_month_are_counted_once(sample_data, coarser):
    alone = esim.open_case(sample_data / SESSIONS)
    both = esim.open_case(sample_data / SESSIONS, sample_data / coarser)
    assert int(both.usage.billed.sum()) == int(alone.usage.billed.sum())
    notes = [note for source in both.usage.sources for note in source.notes]
    assert any("counted once" in note for note in notes)


def test_three_tellings_are_counted_once(sample_data):
    alone = esim.open_case(sample_data / SESSIONS)
    all_three = esim.open_case(*(sample_data / name for name in (SESSIONS, *COARSER)))
    assert int(all_three.usage.billed.sum()) == int(alone.usage.billed.sum())


def test_two_months_are_two_uses(sample_data, tmp_path):
    october = (sample_data / SESSIONS).read_bytes()
    (tmp_path / "november.csv").write_bytes(october.replace(b"/10/2026", b"/11/2026"))
    one = esim.open_case(sample_data / SESSIONS)
    two = esim.open_case(sample_data / SESSIONS, tmp_path / "november.csv")
    assert int(two.usage.billed.sum()) > 1.9 * int(one.usage.billed.sum())


def test_a_bill_that_says_something_else_stays(sample_data, tmp_path):
    (tmp_path / "bill.csv").write_text("Fecha;Volumen (MB)\n13/10/2026;12,5\n14/10/2026;8,25\n")
    one = esim.open_case(sample_data / SESSIONS)
    both = esim.open_case(sample_data / SESSIONS, tmp_path / "bill.csv")
    assert int(both.usage.billed.sum()) == int(one.usage.billed.sum()) + 20_750_000
