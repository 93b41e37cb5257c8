"""Being told in time: the user's rules, what they would have said, and how it is delivered."""

from esim_analysis.alerts.rules import Alerts, Rule, read_alerts, usual_alerts

__all__ = ["Alerts", "Rule", "read_alerts", "usual_alerts"]
