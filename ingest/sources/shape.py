"""Whether a list's entries still have the form that was met when this was written.

A field that is new may be of use, one that is gone may be missed: neither is an error, both are worth a look.

Owns: the names of the fields that were met. Does not own: reading them (hf_daily).
"""

from collections.abc import Iterable, Sequence

from ingest import clean

ENTRY = frozenset({
    "paper", "publishedAt", "title", "summary", "thumbnail", "numComments", "submittedBy", "isAuthorParticipating",
    "organization", "submitterOrganization", "mediaUrls",
})  # fmt: skip
PAPER = frozenset({
    "id", "authors", "publishedAt", "submittedOnDailyAt", "title", "submittedOnDailyBy", "summary", "upvotes",
    "discussionId", "ai_summary", "ai_keywords", "ai_summary_model", "githubRepo", "githubStars", "githubRepoAddedBy",
    "organization", "projectPage", "mediaUrls",
})  # fmt: skip
READ = ("id", "authors", "title", "summary", "upvotes", "submittedOnDailyAt")
"""Fields of a paper that every entry had, and that are read."""

_MOST = 8


def differences(entries: Sequence[object]) -> str:
    """How entries differ from those that are known, "" when they don't: "new: paper.doi; missing: paper.upvotes"."""
    whole = [entry for entry in entries if isinstance(entry, dict)]
    papers = [inner for entry in whole if isinstance(inner := entry.get("paper"), dict)]
    if not whole:
        return ""
    new = sorted({str(key) for entry in whole for key in entry} - ENTRY)
    new += [f"paper.{key}" for key in sorted({str(key) for inner in papers for key in inner} - PAPER)]
    missing = [f"paper.{key}" for key in READ if not any(key in inner for inner in papers)] if papers else ["paper"]
    return "; ".join(f"{what}: {_named(names)}" for what, names in (("new", new), ("missing", missing)) if names)


def _named(names: Iterable[str]) -> str:
    kept = [clean.text(name, 40) for name in names]
    return ", ".join(kept[:_MOST]) + (f" and {len(kept) - _MOST} more" if len(kept) > _MOST else "")
