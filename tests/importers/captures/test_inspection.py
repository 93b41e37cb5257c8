"""nfstream, where it is installed: its names reach our flows, and our bytes stay ours."""

import pytest
from test_pcap import FORMS, traffic

from esim_analysis.importers.captures import inspection


@pytest.mark.parametrize("form", ["raw", "gzip", "ethernet", "pcapng"])
def test_labels_join_our_flows_by_their_ends(read, monkeypatch, form):
    pytest.importorskip("nfstream", reason="the extra [pcap] is not installed")
    plain = read(FORMS[form](traffic()), by="pcap").evidence.frame
    monkeypatch.setattr("esim_analysis.importers.phone.pcap.can_inspect", inspection.can_inspect)
    frame = read(FORMS[form](traffic()), by="pcap").evidence.frame
    bytes_of = ["bytes_up", "bytes_down", "remote_ip"]
    assert frame[bytes_of].equals(plain[bytes_of])
    assert frame.loc[frame["app"] == "com.instagram.android", "protocol"].tolist() == [
        "TLS.Instagram"
    ]
    assert frame.loc[frame["remote_port"] == 53, "remote_host"].tolist() == [""]
