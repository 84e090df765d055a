# docker build -t deployd . && docker run -p 8420:8420 -v deployd:/var/lib/deployd deployd

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libsqlite3-dev libssl-dev libcurl4-openssl-dev libyaml-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources ./Sources
# Not built, but named by Package.swift.
COPY Tests ./Tests
RUN swift build -c release --static-swift-stdlib --product deployd \
    && install -D .build/release/deployd /out/deployd

FROM debian:12-slim
# haproxy has the services' addresses, git and gzip fetch and unpack code, tini reaps what supervisors leave.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates git gzip haproxy libcurl4 libsqlite3-0 libssl3 libyaml-0-2 tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 deployd \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/deployd --shell /usr/sbin/nologin deployd \
    && install -d -o deployd -g deployd -m 0700 /var/lib/deployd \
    && install -d /etc/deployd/worlds
COPY --from=build /out/deployd /usr/local/bin/deployd
COPY resource-repos /usr/share/deployd/resource-repos
ENV DEPLOYD_DATA=/var/lib/deployd \
    DEPLOYD_LISTEN=0.0.0.0:8420 \
    DEPLOYD_WORLDS=/etc/deployd/worlds \
    DEPLOYD_RESOURCE_REPOS=/usr/share/deployd/resource-repos
USER 10001:10001
WORKDIR /var/lib/deployd
VOLUME /var/lib/deployd
EXPOSE 8420
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["deployd", "doctor", "--server", "http://127.0.0.1:8420"]
ENTRYPOINT ["/usr/bin/tini", "--", "deployd"]
CMD ["serve"]
