"""Trials: how they are designed, run and analysed."""
