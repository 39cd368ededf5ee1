"""Calibration: what published studies found, and what the simulation says in their place.

`targets` lists the published figures and their bands (``conf/targets/``), `priors` what is believed
of each parameter beforehand, and `studies` lives the virtual studies in which every figure is
computed as its source computed it.
"""
