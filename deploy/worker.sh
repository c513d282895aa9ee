#!/bin/bash
# The code server and Dagster's daemon, in one container: they must see the same processes, for the
# daemon's WatchfulRunLauncher looks for those of the runs that the code server has started.
# When one of them ends, so does the other, and the container: what restarts it restarts both.
# Runs end with it as well; they are told as failed, and what they had rendered is kept.
set -u

# Else the code server waits for a minute for those who are connected to it.
export DAGSTER_GRPC_SHUTDOWN_GRACE_PERIOD="${DAGSTER_GRPC_SHUTDOWN_GRACE_PERIOD:-10}"

stop() {
    trap '' TERM INT
    kill -TERM "$server" "$daemon" 2>/dev/null
    wait
}

# What a script starts in the background ignores SIGINT, and Dagster treats SIGTERM as it does SIGINT.
(
    trap - INT
    exec dagster code-server start --module-name arxiviz_pipeline.definitions \
        --location-name arxiviz --host 0.0.0.0 --port 4000
) &
server=$!
(
    trap - INT
    exec dagster-daemon run --workspace /etc/arxiviz/workspace.yaml
) &
daemon=$!
trap 'stop; exit 0' TERM INT
wait -n
status=$?
echo "The code server or the daemon ended with status $status; stopping the other." >&2
stop
exit 1
