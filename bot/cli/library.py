"""Commands about what is stored: import, export, reindex, stats, eval."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import base
from bot.cli.base import AsJson, InLang

if TYPE_CHECKING:
    from datetime import date

    from bot.app import App
    from store.types import Entry, Lang, Summary

FORMATS = ("md", "json", "jsonl", "bibtex")


def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Reports (.md) or papers (.jsonl, .jsonl.gz).")
    ],
    as_json: AsJson = False,
) -> None:
    """Store the papers of files. Importing twice changes nothing; a faulty file stops all of them."""
    from ingest import passages
    from store import exchange, papers

    entries = [entry for file in files for entry in exchange.read(file)]
    with base.opened(own=True) as app:
        papers.save(app.folder.db, entries)
        with base.progress("Embedding") as progress:
            passages.embed_lacking(app.folder, app.vectors, progress)
    found = {
        "files": len(files),
        "papers": len({entry.paper.arxiv_id for entry in entries}),
        "summaries": len({(one.arxiv_id, one.lang) for entry in entries for one in entry.summaries}),
    }
    if as_json:
        base.say_json(found)
    else:
        files_ = f"{found['files']} file{'s' * (found['files'] != 1)}"
        base.say(f"{found['papers']} papers with {found['summaries']} summaries from {files_} are stored.")


def export(
    day: Annotated[str, typer.Argument(metavar="DAY", help="As 2026-02-26.")],
    lang: InLang = "",
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS))] = "md",
) -> None:
    """Print a day's papers: as a report, JSON, JSON lines or BibTeX."""
    from store import exchange, papers
    from store.errors import InputError, NotStored

    if form not in FORMATS:
        raise InputError(f"--format is {form!r}: it must be one of {', '.join(FORMATS)}.")
    wanted = base.day(day)
    with base.opened() as app:
        entries = papers.of_day(app.folder.db, wanted)
        if not entries:
            raise NotStored(f"No papers are stored for {wanted}.")
        if form == "md":
            there = [one for one in app.prefer(base.chosen(lang, app)) if any(_in(entry, one) for entry in entries)]
            text = _report(wanted, base.known_lang(lang) if lang else (there or list(app.langs))[0], entries)
        elif form == "json":
            base.say_json({"day": wanted.isoformat(), "papers": [exchange.to_dict(entry) for entry in entries]})
            return
        else:
            text = exchange.to_jsonl(entries) if form == "jsonl" else exchange.to_bibtex(entries)
        base.say(text.rstrip("\n"))


def _in(entry: "Entry", lang: "Lang") -> "Summary | None":
    """The paper's summary in `lang`, and no other."""
    return next((one for one in entry.summaries if one.lang == lang), None)


def _report(day: "date", lang: "Lang", entries: "list[Entry]") -> str:
    """The day's report in `lang`; papers without a summary in it are left out, and said to be."""
    from store import report
    from store.errors import NotStored
    from store.types import Entry

    told = [Entry(entry.paper, (one,)) for entry in entries if (one := _in(entry, lang))]
    if not told:
        raise NotStored(f"No paper of {day} has a summary in {lang!r}: try another --lang, or --format jsonl.")
    if len(told) < len(entries):
        base.note(f"{len(entries) - len(told)} of {len(entries)} papers have no {lang} summary and are left out.")
    return report.write(report.Report(day, lang, tuple(told)))


def reindex() -> None:
    """Embed everything anew with the configured model, and rebuild the index; others answer meanwhile."""
    from ingest import passages
    from store import papers

    with base.opened() as app:
        papers.recut(app.folder.db, anew=True)
        with base.progress("Embedding") as progress:
            done = passages.embed_anew(app.folder, app.vectors, progress)
        base.say(f"{done} passages are embedded with {app.vectors.signature}.")
        _calibrate(app)


def sync() -> None:
    """Bring the index, in the data folder or on the server of [store.vectors], up to date with the database."""
    from store.errors import StoreError

    with base.opened(own=True) as app:
        app.folder.connect(app.vectors.signature)
        app.folder.sync()
        indexed = app.folder.indexed()
    if indexed is None:
        raise StoreError("The index can't be reached: start the server of store.vectors.url, and try again.")
    base.say(f"{indexed} passages are in the index.")


def calibrate() -> None:
    """Learn from the stored papers when an answer is sure; `reindex` does it too."""
    with base.opened() as app:
        _calibrate(app)


def _calibrate(app: "App") -> None:
    from ingest import learn
    from ingest.calibrate import calibrate as measure

    terms = learn.from_papers(app.folder.db, app.lexicon, app.vectors)
    base.say(f"{terms} terms are learnt from the papers, beside the {len(app.lexicon)} of the glossary.")
    found = measure(app.folder, app.search, app.vectors, app.lexicon)
    base.say(
        f"Nothing is stored about a topic of which {found.gate:.2f} is covered or less ({found.gate_of} questions)."
    )
    base.say(f"A paper is listed from a score of {found.cut:.2f} on ({found.cut_of} questions).")
    base.say(f"A sentence's paper must stand out by {found.margin:.3f} ({found.margin_of} sentences).")


def stats(as_json: AsJson = False) -> None:
    """What is stored, and how large it is."""
    from store import papers, vectors

    with base.opened() as app:
        db = app.folder.db
        days = papers.days(db)
        found = {
            "papers": db.value("SELECT count(*) FROM papers"),
            "summaries": db.value("SELECT count(*) FROM summaries"),
            "passages": db.value("SELECT count(*) FROM passages"),
            "days": len(days),
            "first_day": days[0][0].isoformat() if days else None,
            "last_day": days[-1][0].isoformat() if days else None,
            "embedding_model": vectors.signature(db),
            "waiting_for_embedding": vectors.count_lacking(db),
            "bytes": app.folder.sizes(),
        }
    if as_json:
        base.say_json(found)
        return
    for name, value in found.items():
        base.say(f"{name.replace('_', ' '):22} {value}")


def eval_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Questions with their papers, one JSON object a line.")],
    with_model: Annotated[
        bool, typer.Option("--with-model", help="Score the answers that the model of [llm] writes; it is paid.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score search and answers against questions whose papers are known."""
    from bot import evaluate

    cases = evaluate.read(file)
    with base.opened() as app, base.progress("Asking") as progress:
        found = base.run(evaluate.evaluate(app, cases, progress, with_model=with_model), app)
    if as_json:
        base.say_json(found)
        return
    from rich.table import Table

    names = list(dict.fromkeys(name for kind in found["kinds"].values() for name in kind if name != "by_lang"))
    table = Table("kind", *names)
    for kind, figures in found["kinds"].items():
        table.add_row(kind, *(f"{figures[name]:g}" if name in figures else "" for name in names))
    base.say_table(table)
    rest = {name: value for name, value in found.items() if name != "kinds"}
    base.say("\n".join(f"{name}: {value}" for name, value in rest.items()))


def register(cli: typer.Typer) -> None:
    """Add this module's commands."""
    cli.command("import")(import_)
    cli.command("export")(export)
    cli.command("reindex")(reindex)
    cli.command("sync")(sync)
    cli.command("calibrate")(calibrate)
    cli.command("stats")(stats)
    cli.command("eval")(eval_)
