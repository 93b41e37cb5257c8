"""Offline knowledge: apps, hosts, system ids, countries and their time zones."""

from esim_analysis.reference.apps import (
    app_categories,
    app_id_of_label,
    app_labels,
    typical_background,
)
from esim_analysis.reference.countries import (
    country_of_network,
    country_of_operator,
    usual_zone,
    zones_of_country,
)
from esim_analysis.reference.hosts import host_facts, registered_domains
from esim_analysis.reference.system_uids import system_uid_names

__all__ = [
    "app_categories",
    "app_id_of_label",
    "app_labels",
    "country_of_network",
    "country_of_operator",
    "host_facts",
    "registered_domains",
    "system_uid_names",
    "typical_background",
    "usual_zone",
    "zones_of_country",
]
