from tests.leakage.lives import *
from esim_analysis.leakage import find, not_answered
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe

def show(uses, **k):
    f = facts(uses, **k)
    for lang in ("en","es","zh"):
        for x in find(f):
            if lang=="en": print(x.rule, x.severity, x.confidence, x.app, x.bytes, x.bytes_low, x.bytes_high, x.cost, len(x.windows), dict(x.facts), x.evidence_rows[:3])
            print("   ", describe(x, Words(lang, ZONE), lambda a: {"com.example.lexi":"Lexi"}.get(a, a)))
    print(not_answered(f))

def test_all():
    print("--- leak"); show([*ordinary_month(), *dictionary_nights()], price_a_mb="0.006")
    print("--- ordinary"); show(ordinary_month())
    print("--- bill"); show(bill_only([*ordinary_month(), *dictionary_nights()]))
    night=[Use(DICTIONARY,"2026-11-02 23:12",508,836*MB,"unknown"), Use(VIDEO,"2026-11-02 23:12",508,41*MB,"unknown")]
    print("--- night"); show(night, time_kind="snapshot")
    n2=[Use("unattributed","2026-11-02 23:10",510,900*MB,"unknown","snapshot_diff")]
    print("--- balance"); show(n2)
    print("--- hotspot"); show([*ordinary_month(), *daily("tethering","16:30",70,230*MB,days=(10,22))])
    print("--- residual"); show([*ordinary_month(), *daily("unattributed","16:30",70,230*MB,days=(10,22),ground="unknown")])
    print("--- drip"); show([*ordinary_month(), *daily("com.example.mail","02:10",70,6*MB,days=range(1,29))])
    print("--- drip bill"); show(bill_only([*ordinary_month(), *daily("com.example.mail","02:10",70,6*MB,days=range(1,29))]))
    assert 0
