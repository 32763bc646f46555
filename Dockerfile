# graphsvc as an image: the wheel with its pinned libraries, and no Java. `docker compose up` runs `serve` in it.
# Python is of the line that the tests run on.
FROM python:3.11.14-slim-trixie AS wheel
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:3.11.14-slim-trixie
# The drivers of the extra `neo4j` by name: the JRE it brings besides runs a server, and here that is another container.
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    --mount=type=bind,source=constraints.txt,target=/constraints.txt \
    pip install --no-cache-dir --constraint /constraints.txt \
        "$(echo /wheels/graphsvc-*.whl)[postgres]" neo4j neo4j-rust-ext psutil \
    && groupadd --gid 10001 graphsvc \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /var/lib/graphsvc \
        --shell /usr/sbin/nologin graphsvc \
    && install --directory --owner graphsvc --group graphsvc --mode 0700 /var/lib/graphsvc
ENV GRAPHSVC_HOME=/var/lib/graphsvc \
    PYTHONUNBUFFERED=1
VOLUME /var/lib/graphsvc
EXPOSE 8000
ENTRYPOINT ["graphsvc"]
# All addresses are those of the container. Compose publishes this on loopback alone, where a proxy ends TLS.
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--behind-proxy"]
USER 10001:10001
