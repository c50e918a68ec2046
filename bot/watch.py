"""An HTTP port for whoever watches over a running Paperboy: /live, /ready and /metrics. Off unless a port is set.

    /live     200 while the loop turns: who restarts what hangs asks this
    /ready    200 when the store is open and search is loaded, else 503
    /metrics  Prometheus' text

It answers nothing else, takes no input, and tells no chat, person or text.

Owns: the server and its three paths.
Does not own: the figures (metrics), what is served to people (fronts).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from bot.app import App
from bot.metrics import Stored
from store.errors import ConfigError, StoreError

SHUTDOWN_S = 1.0
"""How long ending waits for a look in hand."""

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

log = structlog.get_logger()


@asynccontextmanager
async def watched(app: App) -> AsyncIterator[int]:
    """Serve the port of the settings within the block; yields the port, 0 where none is wanted.

    Raises:
        ConfigError: the port can't be had.
    """
    wanted = app.settings.watch
    if not wanted.port:
        yield 0
        return
    app.metrics.registry.register(Stored(app.folder, app.now))
    runner = web.AppRunner(_site(app), access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, wanted.host, wanted.port).start()
        except OSError as error:
            where = f"{wanted.host}:{wanted.port}"
            raise ConfigError(f"watch.port: {where} can't be had ({error.strerror}): choose another.") from error
        log.info("watched", host=wanted.host, port=wanted.port)
        yield wanted.port
    finally:
        await runner.cleanup()


def _site(app: App) -> web.Application:
    async def live(_: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def ready(_: web.Request) -> web.Response:
        lacks = await asyncio.to_thread(_lacks, app)
        return web.json_response({"ready": not lacks, "lacks": lacks}, status=503 if lacks else 200)

    async def metrics(_: web.Request) -> web.Response:
        try:
            text = await asyncio.to_thread(app.metrics.read)
        except StoreError as error:
            return web.Response(status=503, text=f"{error}\n")
        return web.Response(body=text, headers={"Content-Type": PROMETHEUS})

    site = web.Application(client_max_size=1)
    site.router.add_get("/live", live)
    site.router.add_get("/ready", ready)
    site.router.add_get("/metrics", metrics)
    return site


def _lacks(app: App) -> list[str]:
    """What keeps people from their answers."""
    lacks = [] if app.search_loaded else ["search"]
    try:
        app.folder.db.value("SELECT count(*) FROM papers")
    except StoreError:
        lacks.append("database")
    return lacks
