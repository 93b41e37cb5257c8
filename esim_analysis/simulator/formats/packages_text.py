"""`pm list packages -U` as Android prints it."""

from esim_analysis.simulator.phone import InstalledApp


def packages_text(apps: tuple[InstalledApp, ...]) -> str:
    """Print one line a package, in the order of the phone."""
    return "".join(f"package:{app.id} uid:{app.uid}\n" for app in apps)
