"""What Android's own uids stand for, in plain words."""

from functools import cache

from esim_analysis.reference.tables import table


@cache
def system_uid_names(lang: str) -> dict[int, str]:
    """Return uid → what it stands for, in `"en"`, `"es"` or `"zh"`."""
    return {int(row["uid"]): row[f"name_{lang}"] for row in table("system_uids")}
