# One image a service: docker build --build-arg SERVICE=ingest-gateway -t photochanger/ingest-gateway .
# PYTHON_IMAGE takes a digest too: python:3.11-slim-bookworm@sha256:…
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ARG SERVICE
COPY requirements/${SERVICE}.txt /requirements.txt
RUN ["python", "-m", "venv", "/opt/venv"]
RUN ["/opt/venv/bin/python", "-m", "pip", "install", "--no-cache-dir", "--no-deps", "--only-binary=:all:", \
     "--require-hashes", "--requirement", "/requirements.txt"]
COPY deploy/image/ /app/
COPY shared/ /app/
COPY services/${SERVICE}/ /app/
# A service starts a second sooner from compiled files, and the root file system is read-only.
RUN ["/opt/venv/bin/python", "-m", "compileall", "-q", "/app"]

FROM ${PYTHON_IMAGE}
ARG SERVICE
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="PhotoChanger ${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    LISTEN_HOST=0.0.0.0 \
    METRICS_PORT=9100
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "/app/healthy.py", "/health/live"]
ENTRYPOINT ["python", "/app/start.py"]
