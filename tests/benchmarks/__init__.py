"""What things cost, each beside its limit or a peer of the same run: ``make bench``.

``suite.py`` says what is measured against what, the ``*_steps`` modules do the work in processes of
their own, ``measure.py`` measures one. What does not belong here: tests that pass or fail.
"""
