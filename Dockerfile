# Dead Ringer as a container: docs/docker.md says how it is built and run.
# The base stands in one place, so that a mirror or another Python can be named: --build-arg PYTHON_IMAGE=…
ARG PYTHON_IMAGE=python:3.12-slim


FROM ${PYTHON_IMAGE} AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore

# The environment holds no pip of its own: the one of the base image installs into it.
RUN python -m venv --without-pip /opt/deadringer

WORKDIR /src

# The dependencies are a layer of their own, which stays cached until pyproject.toml changes.
COPY pyproject.toml ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > requirements.txt \
    && pip --python /opt/deadringer/bin/python install --requirement requirements.txt

COPY README.md ./
COPY server server
COPY storage storage
COPY fixtures fixtures
RUN pip --python /opt/deadringer/bin/python install --no-deps .


FROM ${PYTHON_IMAGE}

# The base image ships its standard library without bytecode, and a read-only root file system can never take any: each
# start and each health check would compile it anew. (pip has compiled what it installed.) The uid is a fixed number,
# so that the owner of a volume is known beforehand and Kubernetes' runAsNonRoot can check it.
RUN python -c "import compileall, re, sysconfig; \
compileall.compile_dir(sysconfig.get_path('stdlib'), quiet=1, rx=re.compile(r'/(site|dist)-packages/|/test/|/idlelib/'))" \
    && groupadd --gid 10001 deadringer \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin deadringer \
    && install --directory --owner=10001 --group=10001 --mode=0750 /data

COPY --from=build /opt/deadringer /opt/deadringer

# 0.0.0.0: inside a container, the loopback default would be reachable from nowhere.
ENV PATH=/opt/deadringer/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DEADRINGER_HOST=0.0.0.0 \
    DEADRINGER_DATA=/data

USER 10001:10001
# A deadringer.toml in the volume is found, as the current folder is where the server looks for it.
WORKDIR /data
VOLUME /data
EXPOSE 4443 8080
STOPSIGNAL SIGTERM
# Longer than the 5 s after which the check itself gives up, and says why.
HEALTHCHECK --interval=5s --timeout=6s --start-period=10s --retries=3 CMD ["deadringer", "healthcheck"]
ENTRYPOINT ["deadringer"]
CMD ["serve"]
