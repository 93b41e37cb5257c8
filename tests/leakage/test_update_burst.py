from esim_analysis.leakage import find
from esim_analysis.model import Severity
from tests.leakage.lives import MB, Use, daily, facts, ordinary_month

STORE = "com.example.tienda"
GAME = "com.example.castillo"
KINDS = {STORE: "app_store"}


def _found(uses, rule="update_burst", **more):
    return [f for f in find(facts(uses, **more)) if f.rule == rule]


def _updates(app=STORE, host="r3---sn-h5q7.gvt1.com", volume=180 * MB, **more):
    return daily(app, "03:10", 20, volume, days=(5, 12, 19), host=host, up=MB, **more)


def test_nightly_updates_from_update_hosts_are_the_first_finding_of_the_store():
    findings = find(facts([*ordinary_month(), *_updates()]))
    first = next(f for f in findings if f.app == STORE)
    assert (first.rule, first.remedy, first.facts["basis"]) == (
        "update_burst", "app_updates", "hosts",
    )  # fmt: skip
    assert first.severity is Severity.HIGH
    assert first.bytes == 540 * MB
    assert first.facts["days"] == 3
    assert [f.rule for f in findings if f.app == STORE] == ["update_burst"]


def test_an_update_of_the_system_names_the_switch_of_the_system():
    (finding,) = _found([*ordinary_month(), *_updates("system", "updates.cdn-apple.com")])
    assert (finding.app, finding.remedy) == ("system", "os_update")


def test_without_hosts_a_store_is_known_by_its_kind():
    uses = [*ordinary_month(), *_updates(host="")]
    (finding,) = _found(uses, categories=KINDS)
    assert finding.facts["basis"] == "app"
    assert _found(uses) == []


def test_a_game_downloaded_by_hand_is_information_only():
    by_hand = [
        Use(STORE, "2026-10-10 16:00", 10, 8 * MB, "foreground"),
        Use(STORE, "2026-10-10 16:10", 40, 900 * MB, "unknown", host="x.gvt1.com", up=MB),
    ]
    findings = [f for f in find(facts([*ordinary_month(), *by_hand])) if f.app == STORE]
    assert [f.severity for f in findings] == [Severity.INFO]
    assert findings[0].facts["attended"] == 1


def test_by_day_a_capture_that_does_not_say_who_asked_is_information_only():
    by_day = daily(STORE, "16:10", 40, 900 * MB, days=(4,), host="x.gvt1.com", up=MB,
                   ground="unknown")  # fmt: skip
    (finding,) = _found([*ordinary_month(), *by_day])
    assert finding.severity is Severity.INFO


def test_a_video_a_backup_and_small_updates_are_silent():
    tempting = [
        *daily("com.example.vista", "03:10", 20, 180 * MB, days=(5, 12), host="x.googlevideo.com"),
        *daily("com.example.nube", "03:10", 20, 180 * MB, days=(5, 12), host="x.gvt1.com",
               up=170 * MB),
        *daily(STORE, "03:10", 20, 20 * MB, days=(5, 12, 19), host="x.gvt1.com"),
    ]  # fmt: skip
    assert _found([*ordinary_month(), *tempting], categories=KINDS) == []
