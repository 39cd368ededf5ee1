"""Sensitivity: what an uncertain answer hangs on, told from many worlds lived through once each.

The mathematics only; what is lived, and what of it is shown, is the business of
`sim.study.sensitivity`.
"""
