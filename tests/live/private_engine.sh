#!/bin/bash
# Holds one private Docker engine; private_engine.ts starts it.
#   private_engine.sh <folder> <dockerd> [arguments of dockerd ...]
# stdin   a line starts the daemon (again); the end of the input takes everything down, so nothing outlives the caller
# stdout  `daemon <pid>` at each start, the pid as it is seen outside
# When it ends, all that ran or was mounted inside is gone, and so are the cgroups and the folder.
set -euo pipefail

outside() {
  unshare --mount --pid --uts --net --fork --kill-child --propagation slave -- /bin/bash "$0" --inside "$@" || true
  remove_cgroups "engine-$(basename "$1")"
  rm -rf "$1"
}

# The daemon makes one cgroup in each hierarchy (v1) or one in all (v2). They are busy until the kernel has taken the last process out.
remove_cgroups() {
  local try left
  for try in {1..100}; do
    left=$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$1")
    [ -n "$left" ] || return 0
    find $left -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
  done
}

inside() {
  local folder=$1 runs
  shift
  make_private "$folder"
  trap 'start_daemon "$folder" "$@"' USR1
  trap 'exit 0' TERM
  { while read -r; do kill -USR1 $$; done; kill -TERM $$; } <&0 &
  # This is process 1 in here. In `wait` (not in `read`) bash also reaps orphans: a containerd left as a zombie would
  # keep the next dockerd from starting its own.
  while :; do wait || true; done
}

# Everything a daemon writes to outside of its own folder: /etc/docker, /run, /opt/containerd, the network.
make_private() {
  mkdir "$1/etc"
  cp -a /etc/. "$1/etc"
  # It may be a link into /run, which is about to be hidden.
  cp -L --remove-destination /etc/resolv.conf "$1/etc/resolv.conf" 2>/dev/null || true
  mount --bind "$1/etc" /etc
  # containerd makes a folder in there, and does without where it cannot.
  mount --bind -o ro /opt /opt
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir /run/outer_proc
  mount --bind /proc /run/outer_proc
  mount -t proc proc /proc
  ip link set lo up
}

start_daemon() {
  local folder=$1
  shift
  (
    read -r pid _ < /run/outer_proc/self/stat
    echo "daemon $pid"
    exec "$@" < /dev/null >> "$folder/log" 2>&1
  ) &
}

if [ "$1" = --inside ]; then
  inside "${@:2}"
else
  outside "$@"
fi
