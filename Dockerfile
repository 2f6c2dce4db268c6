# The shop in a container: `docker build -t cartwheel .`, for amd64 and arm64. What goes into it is the work of
# scripts/build_image.py and scripts/build_root.py, which also run, and are tested, without Docker.

FROM --platform=$BUILDPLATFORM node:22-slim AS pages
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM python:3.13-slim AS app
WORKDIR /build
RUN apt-get update && apt-get install --yes --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
COPY requirements-image.lock ./
COPY scripts scripts
COPY src src
COPY --from=pages /build/web/dist web/dist
RUN python -m scripts.build_image /image/app && python -m scripts.build_root /image && chown 10001:10001 /image/data

# Of Debian and Python only what was found to be needed: no shell, no package manager.
FROM scratch
LABEL org.opencontainers.image.title="Cartwheel" org.opencontainers.image.licenses="MIT"
COPY --from=app /image /
USER 10001:10001
WORKDIR /data
ENV PATH=/usr/local/bin \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CARTWHEEL_DATA=/data \
    CARTWHEEL_HOST=0.0.0.0 \
    CARTWHEEL_PORT=8000 \
    CARTWHEEL_TOPOLOGY=containers \
    CARTWHEEL_DRAIN=15
VOLUME /data
EXPOSE 8000
# Alive, not ready: a database that is away is no reason to replace this.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/api/health', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "cartwheel"]
CMD ["serve"]
