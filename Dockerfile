# One container, one machine: all state is in the volume /data. See docs/run.md.
# With PostgreSQL, Redis and Chroma beside it: compose.yaml and docs/scaling.md.
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 handrail && install -d -o handrail /data
WORKDIR /app

# The packages first: they change less often than the code.
COPY constraints.txt ./
RUN pip install --no-cache-dir -c constraints.txt torch==2.13.0
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY retrieval retrieval
COPY handoff handoff
COPY data data
COPY widget/dist widget/dist
RUN pip install --no-cache-dir -c constraints.txt '.[anthropic,ollama,scale]' && rm -rf /app/*

USER handrail
WORKDIR /data
ENV HANDRAIL_HOME=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8080
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health/ready', timeout=5)"]
ENTRYPOINT ["handrail"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
