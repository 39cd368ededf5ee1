"""The theory: one small scalar function a link, named for the paper's three relationships.

A link is a function of records - ``p`` parameters, ``t`` therapist, ``c`` patient (client),
``d`` dyad, ``g`` programme, ``f`` frame - and of plain numbers. It uses arithmetic, comparisons
and ``math`` only, so that one source runs in plain Python and in every executor.

Each link declares in its notes what would be so without it ("Without it: ``0.0``."): the value
that takes its place when the link is cut.

Claims (T-numbers) refer to the map of Bruce, Manber, Shapiro & Constantino (2010),
"Psychotherapist mindfulness and the psychotherapy process", Psychotherapy 47(1), 83-97.
"""
