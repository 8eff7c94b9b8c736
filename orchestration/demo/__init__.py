"""Made-up listings: the offline demo, the tests' fake hub and the benchmarks use the same ones.

Everything here is invented (words, people, organizations, numbers) and follows from a seed, so the
right answers are known: see ``truth.py``. What does not belong here: collecting, transforming, or
anything a real listing would need.
"""
