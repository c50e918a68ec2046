"""A made-up paper about folding paper, whole or as its abstract."""

from datetime import date
from typing import Any

from ingest.fulltext.text import Part, Text
from store.types import Paper

ABSTRACT = (
    "Folding paper is a key task for packaging robots. However, existing methods remain slow and suffer from torn "
    "sheets. We propose FoldNet, a framework that folds sheets by predicting creases. Unlike earlier folders, FoldNet "
    "is the first to plan every crease jointly. It takes a photo of a sheet as input and outputs a plan of creases. "
    "Experiments show that FoldNet folds 93.5% of the cranes, outperforming the best folder by 12 points. "
    "Code is available at https://github.com/fold/net."
)
BODY = (
    Part("1 Introduction", 1, "introduction", "Robots that pack goods are widely used in warehouses. Our contributions "
         "are as follows.\n\n- We introduce a novel planner that treats a sheet as a graph of creases.\n- We design a "
         "crease loss without any labels."),
    Part("2 Related work", 1, "related", "Foldr et al. propose a novel folder and achieve 80.1% accuracy on cranes."),
    Part("3 FoldNet", 1, "method", "The network consists of a crease finder and a planner, as in Figure 2. During "
         "inference, a photo is resized and fed into the crease finder."),
    Part("4 Implementation", 1, "method", "We trained FoldNet for 20 epochs on 4 A100 GPUs with a batch size of 64."),
    Part("5 Experiments", 1, "experiments", "On the Cranes benchmark, FoldNet reduces torn sheets by 41% over the best "
         "baseline. Figure 3 shows boats."),
)  # fmt: skip


def paper(arxiv_id: str = "2602.00001", **fields: Any) -> Paper:
    """A paper with this abstract, and whatever `fields` say."""
    made = {"title": "FoldNet: Folding Paper by Creases", "day": date(2026, 2, 26), "abstract": ABSTRACT}
    return Paper(arxiv_id, **(made | fields))


def text(*body: Part, abstract: str = ABSTRACT, source: Any = "HTML") -> Text:
    """What was read of it."""
    return Text(source, "FoldNet: Folding Paper by Creases", abstract, body)
