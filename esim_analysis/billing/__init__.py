"""What it costs, whether it lasts, and whether it is the app or the plan.

`find_plan` finds a plan by file or id, `account` puts a whole case under it;
`read_plan` reads a plan, `meter` walks usage records under it, `agreement` puts
the operator's own charges beside it, `forecast` says when the allowance ends,
`days_gained` what pausing an app adds, `compare` what other plans would cost,
`warnings` what led to each notice, `charge_by_app` whose money it was.
"""

from esim_analysis.billing.account import (
    Account,
    account,
    costed,
    data_until,
    without,
)
from esim_analysis.billing.agreement import Agreement, agreement
from esim_analysis.billing.burn_down import burn_down
from esim_analysis.billing.by_app import charge_by_app
from esim_analysis.billing.comparing import AS_IS, WITHOUT, WITHOUT_ALL, compare
from esim_analysis.billing.forecasting import Forecast, forecast
from esim_analysis.billing.gains import days_gained
from esim_analysis.billing.metered import Metered
from esim_analysis.billing.metering import meter
from esim_analysis.billing.over_limit import warnings
from esim_analysis.billing.places import held
from esim_analysis.billing.plan_files import (
    example_plans,
    find_plan,
    is_stale,
    read_plan,
    read_plans,
    write_plan,
)
from esim_analysis.billing.switchboard import switchboard

__all__ = [
    "AS_IS",
    "WITHOUT",
    "WITHOUT_ALL",
    "Account",
    "Agreement",
    "Forecast",
    "Metered",
    "account",
    "agreement",
    "burn_down",
    "charge_by_app",
    "compare",
    "costed",
    "data_until",
    "days_gained",
    "example_plans",
    "find_plan",
    "forecast",
    "held",
    "is_stale",
    "meter",
    "read_plan",
    "read_plans",
    "switchboard",
    "warnings",
    "without",
    "write_plan",
]
