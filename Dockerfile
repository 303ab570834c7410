# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# requirements-extras.txt for a deployment that switches on the LLM, S3 media or the assistant's door (docs/deploy.md).
ARG REQUIREMENTS=requirements.txt
COPY ${REQUIREMENTS} /tmp/requirements.txt
# Wheels only, by hash: no compiler is needed, and nothing but what was reviewed gets in.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt \
    && /opt/venv/bin/pip uninstall --yes pip


FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=bettermeals.settings
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin bettermeals \
    && install -d -o bettermeals -g bettermeals /data/media
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Static files are part of the image. A key is needed to start Django, and this one signs nothing that is kept.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    python manage.py collectstatic --noinput --skip-checks \
    && python -m compileall -q .
USER bettermeals
VOLUME /data/media
EXPOSE 8000
STOPSIGNAL SIGTERM
# For web; worker, beat and migrate say their own in docker-compose.yml.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-m", "scripts.healthy", "http://127.0.0.1:8000/healthz"]
CMD ["gunicorn", "bettermeals.wsgi", "--config", "deploy/gunicorn.conf.py"]
