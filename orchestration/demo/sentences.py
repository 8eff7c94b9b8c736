"""The sentence parts that made-up titles and abstracts are put together from.

Each part is what stands before and after a word put in: a topic, a method's name, a number. What
does not belong here: putting them together (``text.py``).
"""

from __future__ import annotations

from itertools import product

_METHOD_STARTS = (
    "Tide Ember Loom Prism Delta Harbor Quartz Lumen Fjord Cedar Vector Mosaic Anchor Ripple "
    "Signal Garnet Willow Copper Meridian Beacon"
)
_METHOD_ENDS = "Net Former Bench Flow Mix LM -VL -R1 Graph Agent 2 -Zero"
METHODS = ["".join(parts) for parts in product(_METHOD_STARTS.split(), _METHOD_ENDS.split())]

NUMBERS = [f"{tenths / 10:.1f}" for tenths in range(11, 211)]
COLLECTIONS = [
    f"{start}{end}-{size}"
    for start, end, size in product(
        _METHOD_STARTS.split(), ("Set", "Suite", "Eval", "Probe"), (9, 24, 37, 58)
    )
]

ODD_TITLES = [
    "$1 Million for Every Agent: Auctions as a Test of Planning",
    "VILA^2: Captions that Teach Their Own Captioner",
    "<b>Bold</b> Claims: Markup in Prompts as an Attack",
    "[x](javascript:alert(1)): Links that Models Should Not Follow",
    "<script>alert('tide')</script> and Other Strings Agents Meet",
    "Mapping 10 $m^2$ Rooms with One Camera \\& No Depth",
    "*Emphasis* and _Underlines_: `Code` Spans in Instruction Data",
    "'; DROP TABLE papers; -- Robust Text-to-SQL under Hostile Names",
    "Übersetzen ohne Wörterbuch: Lexikonfreie Ausrichtung für 40 Sprachen",
    "When 2 + 2 = 5: $\\mathcal{O}(n \\log n)$ Attention, {{ braces }} and %s",
]
"""Titles that break careless code: LaTeX, markup, SQL, template braces, other alphabets."""

TITLES = [  # before the first topic, before the second, after it
    (": ", " via ", ""),
    (": Scaling ", " with ", ""),
    (": Rethinking ", " beyond ", ""),
    (": Towards Reliable ", " through ", ""),
    (": A Benchmark for ", " and ", " at Scale"),
    (": Teaching ", " to Models of ", ""),
    (": Unifying ", " and ", " in One Backbone"),
    (": How Far Does ", " Carry ", "?"),
    (": Efficient ", " from Weak ", " Signals"),
    (": Stable ", " under Shifting ", ""),
]
CONTEXT = [
    ("Progress in ", " has so far depended on costly supervision. "),
    ("Systems built on ", " still fail once the input leaves their training range. "),
    ("Although ", " is widely used, its limits remain poorly measured. "),
    ("Recent interest in ", " raises the question of what is gained by scale alone. "),
    ("Practitioners rely on ", " without knowing when it stops helping. "),
    ("Much of what is known about ", " comes from small and clean collections. "),
]
PROBLEM = [
    ("A main obstacle is that ", " degrades when several objectives compete. "),
    ("In particular, ", " tends to reward short answers over correct ones. "),
    ("We observe that ", " loses information which later stages cannot recover. "),
    ("Existing remedies treat ", " as a fixed step, which wastes most of the budget. "),
    ("The difficulty lies in ", ", where errors add up over long sequences. "),
]
EARLIER = [
    ("Earlier work answered with larger models or with more careful filtering, and both help only"
     " as long as the two remain in balance; beyond that point, gains on ", " turn into losses. "),
    ("A closer look shows that most failures on ", " share one cause: decisions are taken before"
     " the evidence for them has been read, and no later stage is allowed to revise them. "),
    ("What is missing is a way to tell apart what a model cannot do from what it was never asked"
     " to do, a distinction that scores on ", " alone do not make. "),
]  # fmt: skip
METHOD = [
    ("We present ", ", a simple recipe that separates the two concerns. "),
    ("To close this gap we introduce ", ", which needs no change to the backbone. "),
    ("This work proposes ", ", trained end to end with a single loss. "),
    ("Our answer is ", ", a lightweight module placed between frozen parts. "),
]
HOW = [
    ("It uses ", " to decide where to spend computation and where to stop. "),
    ("The central idea is to let ", " guide the choice of training examples. "),
    ("By coupling it with ", ", errors become visible early and cheap to repair. "),
    ("Each step is checked against ", ", so that drift is corrected as it appears. "),
]
DETAIL = [
    ("A first stage collects candidate answers with their costs, a second one learns which of them"
     " to trust, and a third one writes the result back into ", " for the next round. "),
    ("Training alternates between short phases in which the backbone is frozen and long ones in"
     " which only the new parts move, with a schedule that was fixed once on ", ". "),
    ("Because intermediate states are stored in compressed form, the method can be resumed, audited"
     " and compared step by step, which we use to trace every change on ", ". "),
]  # fmt: skip
CLAIMING = [
    ("The largest variant was studied at ", ". "),
    ("We report results for a setting with ", ", and release all checkpoints. "),
    ("Experiments cover ", " in total. "),
]
NOT_CLAIMING = [  # numbers that are no scale claims
    ("The whole study cost less than $2 million and ran in 2024. ", ""),
    ("With 4-bit weights it runs 2.3x faster on one device. ", ""),
    ("Version 2.0 of the protocol corrects 12 errors of the first. ", ""),
    ("Ablations over 5 seeds confirm that the order of steps matters. ", ""),
    ("A user study with 48 participants agrees with the automatic scores. ", ""),
    ("", ""),
]
RESULTS = [
    ("On a held-out suite it improves accuracy by ", " points over the strongest baseline. "),
    ("Averaged over all tasks the gain is ", " %, at the same latency. "),
    ("It needs ", " % fewer steps to reach the same quality. "),
]
COMPARED = [
    ("The advantage holds across domains and widens on ", ", where the strongest baselines lose"
     " most of their lead once prompts are paraphrased. "),
    ("On ", " the smallest variant matches systems that were trained with far more computation, and"
     " the remaining errors are spread evenly over difficulty levels. "),
    ("Under distribution shift, measured with ", ", quality falls more slowly than for any"
     " alternative, and calibration stays nearly unchanged. "),
]  # fmt: skip
CLOSING = [
    ("Failure cases show where the approach stops working and why.", ""),
    ("We hope the findings make evaluation in this area more careful.", ""),
    ("All prompts, logs and scoring scripts are described in the appendix.", ""),
    ("The results suggest that measuring first is cheaper than scaling first.", ""),
    ("An analysis of the learned behaviour explains most of the difference.", ""),
]
