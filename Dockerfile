# One image for every process: `python -m workers <process>`, `python -m demo.airline`, `python -m demo.standin`.
FROM python:3.13-slim AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM python:3.13-slim
RUN useradd --system --create-home --uid 10001 handrail
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY --chown=root:root . /app
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER handrail
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m"]
CMD ["workers", "gateway"]
