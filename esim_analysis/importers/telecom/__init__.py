"""Charging files of operators among themselves: TAP, NRTRDE and gateway CDRs, all in BER."""
