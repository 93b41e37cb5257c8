"""The survival list: what every parser of the phone's files must come through, and the test of each.

One row a line of the list, in its order and its words; the name after `::` is the test that fails when
the line no longer holds. A line without its test, or a test that went away, fails here.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

IMPORTERS = Path(__file__).parents[1]
TESTS = IMPORTERS.parent

ADB = "importers/survival/test_adb_text.py::test_every_adb_text_reads_the_same"
ODD = "importers/survival/test_odd_lines.py::test_"
TEXT = "importers/phone/test_netstats_survival.py::test_"
NETSTATS = "importers/phone/test_netstats.py::test_"
TWO = "importers/phone/test_overlap.py::test_"
PACKAGES = "importers/phone/test_packages.py::test_"
POLICY = "importers/phone/test_netpolicy.py::test_"
DROID = "importers/captures/test_pcapdroid_csv.py::test_"
PCAP = "importers/captures/test_pcap.py::test_"
IOS = "importers/ios/test_privacy_report.py::test_"
USAGE = "importers/ios/test_data_usage.py::test_"
SRUM = "importers/forensic/test_srum.py::test_"
ZEEK = "importers/captures/test_zeek_conn.py::test_"

SURVIVAL = (
    ("all adb text", "UTF-16LE with mark and CRLF from PowerShell", ADB),
    ("all adb text", "CR CR LF", ADB),
    ("all adb text", "leading lines of the daemon", ADB),
    ("all adb text", "hard spaces and full-width colons of a chat", ADB),
    ("all adb text", "two dumps concatenated", ADB),
    ("all adb text", "gz upload", ADB),
    ("all adb text", "zip upload", ADB),
    (
        "all adb text",
        "truncation mid-line drops the last row only",
        "importers/survival/test_adb_text.py::test_a_text_cut_in_the_middle_of_a_line_loses_no_more_than_that_line",
    ),
    (
        "all adb text",
        "permission denial names the command",
        "importers/survival/test_adb_text.py::test_a_permission_denied_is_told_with_the_command_that_has_it",
    ),
    ("netstats", "sections are not added", f"{NETSTATS}counted_app_rows_equal_the_device_totals_where_the_sum_of_all_lines_does_not"),
    ("netstats", "tunnel copies", f"{NETSTATS}a_tunnel_is_kept_but_never_counts_and_is_no_device_total"),
    ("netstats", "hotspot, removed, system, profiles", f"{NETSTATS}hotspot_removed_apps_system_and_profiles_have_their_names"),
    ("netstats", "an identity set of several members counts once", f"{NETSTATS}several_members_of_one_network_count_once"),
    ("netstats", "buckets years away from the file's own window", f"{NETSTATS}times_the_dump_makes_impossible_are_rejected_and_their_bytes_told"),
    ("netstats", "every generation of the text", f"{NETSTATS}each_style_of_android_reads_as_its_golden_frame"),
    ("netstats", "zero buckets prove no idleness", f"{TEXT}zero_rows_prove_nothing_and_are_dropped"),
    ("netstats", "(omitting N buckets) is incomplete; history since boot warns", f"{NETSTATS}since_boot_and_omitted_buckets_are_said"),
    ("netstats", "missing UID section tells the exact command", f"{TEXT}a_dump_that_cannot_help_says_what_to_run"),
    ("netstats", "st in ms", f"{TEXT}the_text_reads_the_same_after"),
    ("netstats", "unknown new keys in ident", f"{TEXT}the_text_reads_the_same_after"),
    ("netstats", "missing op", f"{TEXT}the_text_reads_the_same_after"),
    ("netstats", "huge tag sections", f"{ODD}a_huge_section_of_tags_adds_no_byte"),
    ("netstats", "UID not in packages.txt", f"{PACKAGES}an_app_without_a_package_keeps_its_uid"),
    ("netstats", "the same package on two uids after a reinstall", f"{ODD}the_same_package_on_two_uids_after_a_reinstall_is_one_app"),
    ("netstats", "an SSID containing `}]  uid=` text", f"{NETSTATS}a_wifi_name_may_hold_anything_and_reaches_no_frame"),
    ("two netstats dumps over time", "the same bucket grows: the maximum, never the sum", f"{TWO}of_a_bucket_seen_twice_the_larger_count_stands"),
    ("two netstats dumps over time", "the order of the dumps changes nothing", f"{TWO}the_order_of_files_changes_nothing"),
    ("packages", "`package:/path/base.apk=com.x` of -f (no uid)", f"{PACKAGES}a_list_without_uids_says_the_command_with_the_capital_u"),
    ("packages", "`uid:10123,1010123` lists", f"{ODD}a_package_of_several_users_lists_their_uids_and_is_one_app"),
    ("packages", "`dumpsys package` with userId= or appId=", f"{PACKAGES}each_form_reads_as_its_golden_frame"),
    ("netpolicy", "the older policy style", f"{POLICY}the_older_style"),
    ("netpolicy", "the newer policy style", f"{POLICY}the_newer_style_ignores_logs_and_later_lists"),
    ("netpolicy", "empty sections", f"{POLICY}empty_sections_read"),
    ("netpolicy", "thousands of log lines after the useful part", f"{ODD}thousands_of_log_lines_after_the_useful_part_of_netpolicy_change_nothing"),
    ("PCAPdroid CSV", "unquoted commas", f"{DROID}stray_commas_lose_neither_bytes_nor_app"),
    ("PCAPdroid CSV", "localised Status", f"{DROID}the_status_is_in_the_phones_language_and_old_rows_with_commas_learn_it"),
    ("PCAPdroid CSV", "epoch-ms and ISO", f"{DROID}all_layouts_say_the_same"),
    ("PCAPdroid CSV", "16, 17 and 18 columns", f"{DROID}each_layout_reads_as_its_golden_frame"),
    ("PCAPdroid CSV", "header only", f"{DROID}a_heading_alone_is_explained"),
    ("PCAPdroid CSV", "empty App/Package for uid -1", f"{DROID}a_connection_nobody_owns_counts_for_none_unless_its_host_is_one_apps"),
    ("PCAPdroid CSV", "digits of other scripts", f"{DROID}times_may_be_in_digits_of_other_scripts"),
    ("PCAPdroid CSV", "`;` separators of a spreadsheet", f"{DROID}all_layouts_say_the_same"),
    ("PCAPdroid CSV", "dates a spreadsheet rewrote", f"{ODD}dates_a_spreadsheet_rewrote_are_refused_with_the_way_to_keep_them"),
    ("pcap", "swapped byte order, ns magic, snaplen cut", f"{PCAP}bytes_and_flows_are_the_same_in_every_form"),
    ("pcap", "mixed trailer and no trailer", f"{ODD}packets_with_and_without_a_trailer_in_one_file_all_count"),
    ("pcap", "a packet too long for its trailer", f"{PCAP}a_record_too_long_for_its_trailer_still_counts_for_the_flows_uid"),
    ("pcap", "pcapng custom blocks", f"{PCAP}pcapng_blocks_name_the_package_and_give_it_to_other_artefacts"),
    ("pcap", "TLS keys are never copied", f"{PCAP}tls_keys_are_neither_read_nor_copied_but_told"),
    ("pcap", "no SNI (ECH)", f"{ODD}a_hello_without_a_name_is_a_connection_without_a_host"),
    ("pcap", "VPN-only capture to one address", f"{PCAP}everything_to_one_address_is_told_to_be_a_tunnel"),
    ("pcap", "file still being written", f"{PCAP}a_file_still_being_written_gives_all_but_its_last_packet"),
    ("iOS NDJSON", "renamed .txt or turned into an array, blank last line", f"{IOS}lines_and_arrays_read_the_same"),
    ("iOS NDJSON", "missing pair ends", f"{ODD}an_access_without_its_end_takes_no_contact_along"),
    ("iOS NDJSON", "mixed offsets", f"{IOS}both_forms_of_time_are_the_same_moment"),
    ("iOS NDJSON", "domain is an address, has a trailing dot or capitals", f"{IOS}a_domain_is_a_host_or_an_address"),
    ("iOS NDJSON", "overlapping reports take the maximum", f"{IOS}reports_that_overlap_give_the_larger_number_over_both_weeks"),
    ("DataUsage", "encrypted backup", f"{USAGE}the_file_of_an_encrypted_backup_is_called_that"),
    ("DataUsage", "missing WAL", f"{USAGE}what_is_still_in_the_log_beside_the_database_is_read"),
    ("DataUsage", "missing columns", f"{USAGE}columns_may_be_missing"),
    ("DataUsage", "NULL process", f"{USAGE}a_row_without_its_process_belonged_to_a_removed_app"),
    ("DataUsage", "cumulative total row", f"{USAGE}the_phones_total_is_no_app_and_agrees_with_the_apps"),
    ("DataUsage", "float bytes", f"{USAGE}a_backup_reads_as_its_golden_frame"),
    ("DataUsage", "reset after restore", f"{USAGE}a_counter_that_fell_was_reset_and_the_others_are_less_certain"),
    ("SRUM/ESE", "dirty database; missing SOFTWARE hive for names; UTC", f"{ODD}a_dirty_srum_database_is_handed_to_the_reader_as_it_is"),
    ("SRUM/ESE", "a program is named from its id alone", f"{SRUM}a_program_is_told_without_folder_user_or_publisher"),
    ("Zeek", "(empty), relative ts, unsorted rows, missing #close, changed #fields, IPv6, ICMP", f"{ZEEK}the_sample_reads_as_its_golden_frame"),
    ("Zeek", "unset `-`", f"{ZEEK}unset_bytes_are_unknown_and_never_zero"),
    ("Zeek", "a log of relative times only", f"{ZEEK}what_holds_nothing_says_so"),
    ("privacy", "SSIDs never leave the file", f"{NETSTATS}a_wifi_name_may_hold_anything_and_reaches_no_frame"),
    ("privacy", "IMSIs and SSIDs of the binary form", "importers/forensic/test_netstats_files.py::test_a_full_subscriber_number_and_a_wifi_name_never_leave_the_file"),
    ("privacy", "domains and addresses are out of shared HTML by default", "report/test_sharing.py::test_no_level_tells_who_and_where"),
    ("every importer", "never raises on bad content, keeps what can be read", "importers/hostile/test_mutations.py::test_a_damaged_file_ends_in_a_sentence_or_is_read_whole"),
)  # fmt: skip
SOURCES = (
    "all adb text",
    "netstats",
    "two netstats dumps over time",
    "packages",
    "netpolicy",
    "PCAPdroid CSV",
    "pcap",
    "iOS NDJSON",
    "DataUsage",
    "SRUM/ESE",
    "Zeek",
    "privacy",
    "every importer",
)


@cache
def names_in(path):
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(
    ("source", "line", "test"), SURVIVAL, ids=[f"{source}: {line}" for source, line, _ in SURVIVAL]
)
def test_a_line_of_the_list_has_its_test(source, line, test):
    path, _, name = test.partition("::")
    assert name in names_in(path), f"{source}, {line}: no test {name} in tests/{path}"


def test_every_source_of_the_list_stands_in_the_table_in_its_order():
    assert tuple(dict.fromkeys(source for source, _, _ in SURVIVAL)) == SOURCES


def test_no_line_stands_twice():
    lines = [(source, line) for source, line, _ in SURVIVAL]
    assert len(set(lines)) == len(lines)
