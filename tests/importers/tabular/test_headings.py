import pytest

from esim_analysis.importers.tabular.headings import heading, headings, is_usage_header, language

SYNONYMS = {
    "start": "start_time start_timestamp CONNECT_TIME session_begin AnswerTime acctstarttime date "
    "usageDate fecha hora fecha_hora_inicio_sesion fecha_trafico 起始时间 上网起始时间 "
    "dataStartTime cTime",
    "end": "stop_time end_timestamp CLOSE_TIME acctstoptime fecha_hora_fin_sesion 结束时间",
    "duration": "duration_seconds acctsessiontime duracion(s) 时长 上网时长（秒） dataTime tradeTime",
    "bytes_total": "bytes data_total volume_total bytesUsed Quantity Volumen(kb) volumen consumo "
    "流量 上网流量（KB） dataSize flow totalData",
    "bytes_up": "data_upload volume_tx uplink_data acctinputoctets trafico_de_subida 上行流量",
    "bytes_down": "data_download volume_rx downlink_data acctoutputoctets trafico_de_bajada",
    "line": "iccid imsi msisdn sim_sid username numero número numero_que_navega teléfono",
    "network": "network_name operator_name",
    "country": "COUNTRY_NAME 国家",
    "place": "localidad 地点 上网地点 dataAddress tradeAddr",
    "rat": "rat_type radio_access_technology tipo_tecnologia tecnologia 网络类型 netType",
    "charge": "cost Cost importe 费用(元) 消费金额（元） dataCost fee",
    "service": "traffic_type TYPE item tipo tipo_cdr 业务 dataBizName",
}


@pytest.mark.parametrize(
    ("name", "role"), [(name, role) for role, names in SYNONYMS.items() for name in names.split()]
)
def test_headings_seen_in_the_wild_have_their_role(name, role):
    assert heading(name).role == role


@pytest.mark.parametrize(
    "name",
    ["Data Allowance", "Remaining data", "Prior Mo Usage (MB)", "Fecha factura", "IMEI", "Celda"],
)
def test_what_is_not_usage_has_no_role(name):
    assert heading(name).role is None


@pytest.mark.parametrize(
    ("name", "unit"),
    [("Data (MB)", "MB"), ("上网流量（KB）", "KB"), ("volume_bytes", "B"), ("Usage GiB", "GiB")],
)
def test_units_are_kept(name, unit):
    assert heading(name).unit == unit


@pytest.mark.parametrize("name", ["Usage", "Datos", "B party", "流量"])
def test_no_unit_is_invented(name):
    assert heading(name).unit == ""


def test_languages_are_told_apart():
    assert language(headings(["Fecha", "Volumen"])) == "es"
    assert language(headings(["Date", "Usage"])) == "en"
    assert language(headings(["日期", "流量"])) == "zh"
    assert language(headings(["Fecha", "Usage"])) == ""


def test_a_header_names_time_and_volume_in_cells_of_their_own():
    assert is_usage_header(["Fecha", "Volumen (MB)"])
    assert not is_usage_header(["Fecha", "Importe"])
    assert not is_usage_header(["on that date the usage was high"])
