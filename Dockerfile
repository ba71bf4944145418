# The same steps as `make serve`, on a slim image, as a user without rights.
FROM python:3.12-slim

RUN useradd --create-home --uid 10001 qa
WORKDIR /app

COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --no-compile --no-deps --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY qa ./qa
COPY prompts ./prompts
COPY evals ./evals
COPY seeds ./seeds
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation --no-index .

RUN mkdir /data && chown qa:qa /data
USER qa
VOLUME /data

# Beyond loopback the service asks for keys: give QA_API_KEYS with `docker run -e`.
ENV QA_DATA_DIR=/data QA_ARTICLES_DIR=/app/seeds QA_HOST=0.0.0.0 QA_PORT=8000
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["sh", "-c", "qa index && exec qa serve"]
