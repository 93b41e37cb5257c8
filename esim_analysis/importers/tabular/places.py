"""Countries, networks and time zones as operators write them, without the internet."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import pandas as pd
from babel import Locale
from babel.core import get_global

from esim_analysis.importers.tabular.distinct import answered

# E.212: mobile country code -> territory, in the order of the codes.
_MCC: Final = """
202GR 204NL 206BE 208FR 212MC 213AD 214ES 216HU 218BA 219HR 220RS 221XK 222IT 225VA 226RO 228CH
230CZ 231SK 232AT 234GB 235GB 238DK 240SE 242NO 244FI 246LT 247LV 248EE 250RU 255UA 257BY 259MD
260PL 262DE 266GI 268PT 270LU 272IE 274IS 276AL 278MT 280CY 282GE 283AM 284BG 286TR 288FO 289GE
290GL 292SM 293SI 294MK 295LI 297ME 302CA 308PM 310US 311US 312US 313US 314US 315US 316US 330PR
332VI 334MX 338JM 340GP 342BB 344AG 346KY 348VG 350BM 352GD 354MS 356KN 358LC 360VC 362CW 363AW
364BS 365AI 366DM 368CU 370DO 372HT 374TT 376TC 400AZ 401KZ 402BT 404IN 405IN 406IN 410PK 412AF
413LK 414MM 415LB 416JO 417SY 418IQ 419KW 420SA 421YE 422OM 424AE 425IL 426BH 427QA 428MN 429NP
430AE 431AE 432IR 434UZ 436TJ 437KG 438TM 440JP 441JP 450KR 452VN 454HK 455MO 456KH 457LA 460CN
461CN 466TW 467KP 470BD 472MV 502MY 505AU 510ID 514TL 515PH 520TH 525SG 528BN 530NZ 534MP 535GU
536NR 537PG 539TO 540SB 541VU 542FJ 544AS 545KI 546NC 547PF 548CK 549WS 550FM 551MH 552PW 553TV
602EG 603DZ 604MA 605TN 606LY 607GM 608SN 609MR 610ML 611GN 612CI 613BF 614NE 615TG 616BJ 617MU
618LR 619SL 620GH 621NG 622TD 623CF 624CM 625CV 626ST 627GQ 628GA 629CG 630CD 631AO 632GW 633SC
634SD 635RW 636ET 637SO 638DJ 639KE 640TZ 641UG 642BI 643MZ 645ZM 646MG 647RE 648ZW 649NA 650MW
651LS 652BW 653SZ 654KM 655ZA 657ER 659SS 702BZ 704GT 706SV 708HN 710NI 712CR 714PA 716PE 722AR
724BR 730CL 732CO 734VE 736BO 738GY 740EC 742GF 744PY 746SR 748UY 750FK
"""
_COUNTRY_OF_MCC: Final = {entry[:3]: entry[3:] for entry in _MCC.split()}
# Countries whose network codes have three digits; elsewhere two.
_LONG_MNC: Final = frozenset(
    [
        "302",
        "310",
        "311",
        "312",
        "313",
        "314",
        "315",
        "316",
        "330",
        "332",
        "334",
        "338",
        "342",
        "344",
        "346",
        "348",
        "352",
        "354",
        "356",
        "358",
        "360",
        "365",
        "366",
        "376",
        "708",
        "722",
        "732",
        "750",
    ]
)
_PLMN: Final = r"^(?P<mcc>\d{3})[-\s/]?(?P<mnc>\d{2,3})$"
# Brands of many countries are told by the country beside them, before Spain has them alone.
_BRANDS: Final = (
    r"(?:movistar|claro|tigo|personal|wom|entel|telef[oó]nica(?: m[oó]viles)?)\s+(?:de\s+)?"
)
_OPERATORS: Final = {
    "AR": rf"{_BRANDS}argentina|telecom argentina",
    "CO": rf"{_BRANDS}colombia",
    "MX": rf"{_BRANDS}m[eé]xico|telcel",
    "PE": rf"{_BRANDS}per[uú]\b",
    "CL": rf"{_BRANDS}chile",
    "EC": rf"{_BRANDS}ecuador",
    "UY": rf"{_BRANDS}uruguay|\bantel\b",
    "ES": r"movistar|vodafone\s*(?:es\b|españa|espana)|orange\s*(?:es\b|españa|espana)|yoigo"
    r"|m[aá]s\s?m[oó]vil|pepephone|\bdigi\s*(?:mobil|spain|españa)|\bdigi\b|\blowi\b|simyo"
    r"|\bo2\s*(?:es\b|españa|espana)|llamaya|lebara\s*(?:es\b|españa)|euskaltel|jazztel|finetwork",
    "CN": r"中国联通|中国移动|中国电信|中国广电|china\s*(?:unicom|mobile|telecom)",
    "GB": r"giffgaff|\bEE\s+limited|vodafone uk|o2 uk|three uk",
    "US": r"verizon|at&t|t-mobile us|google fi",
    "IE": r"vodafone ireland|three ireland",
    "DE": r"telekom de|vodafone de|o2 de|congstar",
}
_PHONE_PREFIXES: Final = {
    "ES": r"^(?:\+|00)?34[67]\d{8}$",
    "CN": r"^(?:\+|00)?861[3-9]\d{9}$",
    "AR": r"^(?:\+|00)?549\d{10}$",
    "CO": r"^(?:\+|00)?573\d{9}$",
}
# Where the first zone of zone.tab is not the one most people live in.
_MAIN_ZONES: Final = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
_MONEY_COUNTRIES: Final = {"CNY": "CN", "GBP": "GB", "PLN": "PL", "CHF": "CH", "JPY": "JP"}


def plmn_of(mcc: pd.Series, mnc: pd.Series) -> pd.Series:
    """Join country and network codes to `"214-05"`; a network code that lost its zero gets it back.

    >>> import pandas as pd
    >>> plmn_of(pd.Series(["214", "310"]), pd.Series(["5", "150"])).tolist()
    ['214-05', '310-150']
    """
    country = mcc.fillna("").str.strip().str.replace(r"\.0$", "", regex=True)
    network = mnc.fillna("").str.strip().str.replace(r"\.0$", "", regex=True)
    width = country.isin(_LONG_MNC)
    padded = network.str.zfill(2).mask(width, network.str.zfill(3))
    known = country.str.fullmatch(r"\d{3}") & network.str.fullmatch(r"\d{1,3}")
    return (country + "-" + padded).where(known).astype("str")


def split_plmn(text: pd.Series) -> pd.Series:
    """Write codes such as `"23806"` or `"238 06"` as `"238-06"`; anything else is missing."""
    return answered(text, _plmn)


def country_of_plmn(plmn: pd.Series) -> pd.Series:
    """Return the alpha-2 country of `"214-05"`; missing where the code is not known."""
    return answered(plmn, lambda one: _COUNTRY_OF_MCC.get(one[:3]))


def country_codes(text: pd.Series) -> pd.Series:
    """Turn alpha-2, alpha-3 and English, Spanish or Chinese names of countries into alpha-2."""
    return answered(text, lambda one: country_code(one) or None)


def country_code(name: str) -> str:
    """Return the alpha-2 code of a country's code or name, `""` where it is not known.

    >>> country_code("ESP"), country_code("España"), country_code("美国"), country_code("?")
    ('ES', 'ES', 'US', '')
    """
    return _countries().get(_fold(name), "")


@lru_cache(maxsize=1024)
def country_of_operator(text: str) -> str:
    """Return the country of the operators named in `text`, `""` when none or several are."""
    found = set()
    for country, pattern in _OPERATORS.items():
        text, named = re.subn(pattern, " ", text, flags=re.IGNORECASE)
        found |= {country} if named else set()
    return found.pop() if len(found) == 1 else ""


def country_of_phone(numbers: pd.Series) -> str:
    """Return the country all phone `numbers` with an international prefix agree on, else `""`."""
    told = numbers.fillna("").unique().tolist()
    said = [re.sub(r"[\s\-().]", "", number) for number in told if number]
    for country, pattern in _PHONE_PREFIXES.items():
        if said and all(re.fullmatch(pattern, number) for number in said):
            return country
    return ""


def country_of_currency(currency: str) -> str:
    """Return the one country that pays in `currency`, `""` where many do."""
    return _MONEY_COUNTRIES.get(currency, "")


def _plmn(code: str) -> str | None:
    parts = re.match(_PLMN, code.strip())
    return f"{parts['mcc']}-{parts['mnc']}" if parts else None


@cache
def zone_of_country(country: str) -> str:
    """Return the time zone of a country, where most people live if it has several, else `""`."""
    if country in _MAIN_ZONES:
        return _MAIN_ZONES[country]
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[2] for row in rows if row[0] == country), "")


@cache
def _countries() -> dict[str, str]:
    known: dict[str, str] = {}
    for language in ("zh", "es", "en"):
        names = Locale(language).territories
        known |= {_fold(name): code for code, name in names.items() if len(code) == 2}  # noqa: PLR2004 - alpha-2
    aliases = get_global("territory_aliases")
    known |= {_fold(alias): codes[0] for alias, codes in aliases.items() if alias.isalpha()}
    known |= {_fold(code): code for code in set(known.values()) if code.isalpha()}
    return known


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
