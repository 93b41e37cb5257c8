"""`dumpsys netpolicy` as Android 14 prints it."""

from dataclasses import dataclass

from esim_analysis.simulator.radio import Carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """What the owner has set: Data Saver, cycle, warning, and uids without background data."""

    data_saver: bool
    cycle_day: int
    zone: str
    warning_bytes: int
    background_off: tuple[int, ...]


def netpolicy_text(carriers: tuple[Carrier, ...], settings: DataSettings) -> str:
    """Print the phone's data settings; each SIM has a policy of its own."""
    subscribers = dict.fromkeys(carrier.subscriber for carrier in carriers if carrier.cellular)
    policies = [
        f"  NetworkPolicy[NetworkTemplate: matchRule=MOBILE_ALL, subscriberId={subscriber}...,"
        f" matchSubscriberIds=[{subscriber}...]]: cycleDay={settings.cycle_day}, cycleTimezone={settings.zone},"
        f" warningBytes={settings.warning_bytes}, limitBytes=-1, lastWarningSnooze=-1, lastLimitSnooze=-1,"
        " metered=true, inferred=true"
        for subscriber in subscribers
    ]
    restricted = [
        f"  UID={uid} policy=1 (REJECT_METERED_BACKGROUND)" for uid in settings.background_off
    ]
    lines = [
        "System ready: true",
        f"Restrict background: {str(settings.data_saver).lower()}",
        "Restrict power: false",
        "Device idle: false",
        "Restricted networking mode: false",
        "Low Power Standby mode: false",
        "Metered ifaces: {rmnet_data1}",
        "",
        "mRestrictBackgroundLowPowerMode: false",
        "mRestrictBackgroundBeforeBsm: false",
        "mLoadedRestrictBackground: false",
        "mRestrictBackgroundChangedInBsm: false",
        "",
        "Network policies:",
        *policies,
        "",
        "Subscription plans:",
        "Active subscriptions:",
        "",
        "Policy for UIDs:",
        *restricted,
        "",
        "Power save whitelist (except idle) app ids:",
        "  UID=1000: true",
        "",
        "Default restrict background allowlist uids:",
        "  UID=1000",
        "",
        "Status for all known UIDs:",
        "  UID=1000 state={procState=PER ,seq=12,cap=LCMN} blocked_state={blocked=NONE,allowed=SYSTEM,effective=NONE}",
        "",
        "Admin restricted uids for metered data:",
        "Network to interfaces:",
        "  100: {rmnet_data1}",
        "",
    ]
    return "\n".join(lines)
