"""Service classes: billed rows that only some apps can have used.

An operator that carries some apps for free, or sells a package for them alone, bills their bytes
in rows of their own. Such a row is compared with these apps only; what they leave of it stays
unattributed, and what they used beyond it is a conflict, as anywhere else. The reverse does not
hold: calls, pictures and advertisements of a free app are often billed like everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from esim_analysis.attribution.bill import Flags
from esim_analysis.attribution.edges import Edges
from esim_analysis.attribution.phone import Phone
from esim_analysis.model import UsageRecords
from esim_analysis.model.plan_parts import Allowance


@dataclass(frozen=True, slots=True)
class ServiceClass:
    """Rows of the bill that only some apps can have used.

    Attributes
    ----------
    rows
        Marks rows of `UsageRecords.frame`, in its order.
    apps
        Their names, as evidence has them.
    """

    rows: Flags
    apps: tuple[str, ...]


def zero_rated_class(
    usage: UsageRecords, allowances: Sequence[Allowance]
) -> tuple[ServiceClass, ...]:
    """Return the rows the operator marked as free, if a plan names all apps it carries for free."""
    free = [allowance for allowance in allowances if allowance.zero_rated]
    rows = usage.frame["zero_rated"].to_numpy(dtype=bool, na_value=False)
    if not free or not rows.any() or not all(allowance.apps for allowance in free):
        return ()
    apps = sorted({app for allowance in free for app in allowance.apps})
    return (ServiceClass(rows, tuple(apps)),)


def permitted(edges: Edges, phone: Phone, classes: Sequence[ServiceClass]) -> Edges:
    """Drop pairs of a billed row of a class and a slot whose apps cannot have used it.

    `edges` are by slot of the phone, of which each holds apps of the same classes only, and
    by row of the bill.
    """
    if not classes:
        return edges
    app = np.zeros(len(phone.start), np.int64)
    app[phone.slot] = phone.app
    names = np.array(phone.apps, dtype=object)
    keep = np.ones(len(edges.slot), dtype=bool)
    for one in classes:
        named = np.isin(names, one.apps)[app]
        keep &= named[edges.slot] | ~one.rows[edges.session]
    return Edges(edges.slot[keep], edges.session[keep], edges.overlap[keep])
