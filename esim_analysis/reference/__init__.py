"""Offline knowledge: apps, hosts, addresses, system ids, countries, time zones, holidays of Spain."""

from esim_analysis.reference.addresses import (
    address_facts,
    address_kinds,
    carrying_networks,
    network_names,
    networks_shown,
)
from esim_analysis.reference.apps import (
    app_categories,
    app_id_of_label,
    app_labels,
    typical_background,
)
from esim_analysis.reference.countries import (
    country_of_network,
    usual_zone,
    zones_of_country,
)
from esim_analysis.reference.holidays import (
    find_place,
    holidays,
    holidays_known_until,
    place_names,
    place_of_zone,
)
from esim_analysis.reference.hosts import host_facts, registered_domains
from esim_analysis.reference.system_uids import system_uid_names

__all__ = [
    "address_facts",
    "address_kinds",
    "app_categories",
    "app_id_of_label",
    "app_labels",
    "carrying_networks",
    "country_of_network",
    "find_place",
    "holidays",
    "holidays_known_until",
    "host_facts",
    "network_names",
    "networks_shown",
    "place_names",
    "place_of_zone",
    "registered_domains",
    "system_uid_names",
    "typical_background",
    "usual_zone",
    "zones_of_country",
]
