# Paperboy in a container: `docker compose up -d`, or
#   docker build -t paperboy . && docker run -it --rm -v paperboy:/srv/paperboy paperboy init
# The volume holds config.toml and data/; nothing else is written.

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/paperboy
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY ingest ingest
COPY store store
RUN /opt/paperboy/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/paperboy --create-home --shell /usr/sbin/nologin paperboy
COPY --from=build /opt/paperboy /opt/paperboy
ENV PATH=/opt/paperboy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PAPERBOY_WATCH__PORT=8321
USER paperboy
WORKDIR /srv/paperboy
VOLUME /srv/paperboy
# The port is the container's own; /live answers while the loop turns.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8321/live', timeout=4)"]
ENTRYPOINT ["paperboy"]
CMD ["run"]
