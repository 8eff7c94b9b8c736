"""What an import of others' history brought in, in numbers and in sentences.

What does not belong here: importing (``history.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_NAMED: Final = 20
"""Files that the sentences name."""


@dataclass
class ImportReport:
    """What an import brought in; a second import of the same files counts only what it skipped.

    Attributes:
        responses: responses of the hub, new to landing.
        papers: rows of ``listings`` from them.
        counts: rows of ``upvote_history``.
        quarantined: rows of ``quarantined_records``.
        known: responses and files that had landed before, be it in other bytes.
        read: responses and files of which something was read, be it that they are empty.
        skipped: files that are none of the known kinds, with the reason.
        refused: files of which a part or all went to quarantine whole, with the first reason.
    """

    responses: int = 0
    papers: int = 0
    counts: int = 0
    quarantined: int = 0
    known: int = 0
    read: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def is_in_vain(self) -> bool:
        """Whether nothing came in, and nothing was in already."""
        return not (self.read or self.known)

    def lines(self) -> list[str]:
        """The report in sentences; of many files only the first are named."""
        said = (
            f"import: {self.responses} responses with {self.papers} papers, {self.counts} counts, "
            f"{self.quarantined} quarantined, {self.known} known, {len(self.skipped)} files skipped"
        )
        named = [f"{name}: {reason}" for name, reason in (self.skipped | self.refused).items()]
        more = [f"and {len(named) - _NAMED} more files"] if len(named) > _NAMED else []
        return [said, *named[:_NAMED], *more]
