"""Whether a sentence is close in meaning to the passage that it cites.

    closeness = centred cosine + ½ share of the sentence's units that stand in the passage, in any spelling

Both are embedded, and each is taken without what its language has in common, as for searching: e5's bare cosines are
high for any two texts. Either part alone lets twenty times as much through.

Measured on a real day (18 papers, Chinese summaries): sentences of a section against it .62 (5th of 100) to .84
(median), English one-line summaries against the Chinese section .45 to .55; against other papers' sections .33 and .25
(99th of 100), about 0 (median).

Owns: the measure and its threshold.
Does not own: vectors (ingest.embed), names and numbers (checks).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ingest.answers.evidence import Passage
from ingest.embed import Embedder
from store.lexicon import Lexicon
from store.types import Lang, Vector
from store.words import phrase

NEAR = 0.30
"""Closeness from which a sentence says something of what the passage says."""

WORDS = 0.5
"""What the share of words counts beside the cosine."""


class Meaning:
    """Compares sentences with passages. It blocks: some 3 ms a sentence, 10 to 30 ms a passage that was not met before.

    `centres` are the mean question vectors by language (`ingest.passages`), `means` those of the stored passages.
    """

    def __init__(
        self,
        embedder: Embedder,
        lexicon: Lexicon,
        centres: Mapping[Lang, Vector],
        means: Mapping[Lang, Vector | None],
    ) -> None:
        self._embedder, self._lexicon = embedder, lexicon
        self._centres, self._means = centres, means
        self._made: dict[int, Vector] = {}

    def near(self, sentence: str, lang: Lang, passages: Sequence[Passage]) -> bool:
        """Whether `sentence` is close to one of `passages` (at least one) in vector, and to all together in words.

        Raises:
            EmbedderError: no vector could be made.
        """
        said = _unit(self._embedder.queries([sentence])[0] - self._centres[lang])
        cosine = max(float(self._vector(one) @ said) for one in passages)
        return cosine + WORDS * self._shared(sentence, "\n".join(one.known for one in passages)) >= NEAR

    def _shared(self, sentence: str, text: str) -> float:
        units = self._lexicon.units(sentence)
        cut = f" {phrase(text)} "
        held = sum(any(f" {found} " in cut for found in map(phrase, unit) if found) for unit in units)
        return held / max(1, len(units))

    def _vector(self, passage: Passage) -> Vector:
        if passage.n not in self._made:
            mean = self._means.get(passage.lang)
            made = self._embedder.passages([f"{passage.paper.title}\n{passage.text}"])[0]
            self._made[passage.n] = _unit(made - (self._centres[passage.lang] if mean is None else mean))
        return self._made[passage.n]


def _unit(vector: Vector) -> Vector:
    unit: Vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit
