#!/bin/bash
# Holds one private Docker engine; private_engine.ts starts it.
#   private_engine.sh <folder> <daemon> [arguments of the daemon ...]
# stdin   a line starts the daemon (again); the end of the input takes everything down, so nothing outlives the caller
# stdout  `daemon <pid>` at each start, the pid as it is seen outside
# ENGINE_PATH  where the daemon finds its programs
# ENGINE_ROOT  a root with an engine of another Debian suite: its usr takes the place of /usr. Empty: the machine's own
# When it ends, all that ran or was mounted inside is gone, and so are the cgroups and the folder.
set -euo pipefail

outside() {
  unshare --mount --pid --uts --net --fork --kill-child --propagation slave -- /bin/bash "$0" --inside "$@" || true
  remove_cgroups "engine-$(basename "$1")"
  remove_podman_cgroups "$1"/data/overlay-containers
  rm -rf "$1"
}

# The daemon makes one cgroup in each hierarchy (v1) or one in all (v2). They are busy until the kernel has taken the last process out.
remove_cgroups() {
  local try left
  for try in {1..100}; do
    # Those of other engines may go while it looks.
    left=$(find /sys/fs/cgroup -maxdepth 3 -type d -name "$1" 2>/dev/null || true)
    [ -n "$left" ] || return 0
    find $left -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
  done
}

# Podman makes one for each container, and some for all, which another Podman on this machine may be using.
remove_podman_cgroups() {
  local container
  [ -d "$1" ] || return 0
  for container in $(ls "$1"); do
    if [ -d "$1/$container" ]; then remove_cgroups "libpod-$container"; fi
  done
  find /sys/fs/cgroup -maxdepth 3 -depth -path '*/libpod_parent*' -type d -exec rmdir {} + 2> /dev/null || true
}

inside() {
  local folder=$1 runs
  shift
  make_private "$folder"
  trap 'start_daemon "$folder" "$@"' USR1
  trap 'thaw; exit 0' TERM
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
  if [ -n "$ENGINE_ROOT" ]; then enter_root "$1"; fi
  PATH=$ENGINE_PATH ip link set lo up
}

# The whole file system of the machine stays, but for its programs and libraries. From here on bash may start none
# of the machine's own programs.
enter_root() {
  mkdir -p /etc/containers /run/lock
  if [ -d "$ENGINE_ROOT/etc/containers" ]; then
    cp -r "$ENGINE_ROOT/etc/containers" /etc
    podman_settings
  fi
  : > "$1/ld.so.cache"
  if [ -e /etc/ld.so.cache ]; then mount --bind "$1/ld.so.cache" /etc/ld.so.cache; fi
  mount --bind "$ENGINE_ROOT/usr" /usr
}

podman_settings() {
  # It keeps its locks in the one and what it knows of layers in the other.
  mount -t tmpfs tmpfs /dev/shm
  mount -t tmpfs tmpfs /var/lib
  # Its runtime refuses a machine with both versions of cgroups, where the controllers are in the first one.
  umount /sys/fs/cgroup/unified 2> /dev/null || true
  # Docker trusts registries on the loopback address by itself.
  printf '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n' > /etc/containers/registries.conf.d/loopback.conf
  # Its own defaults are more than a root without CAP_SYS_RESOURCE may give.
  printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\n' \
    "$(ulimit -Hn)" "$(ulimit -Hn)" "$(ulimit -Hu)" "$(ulimit -Hu)" > /etc/containers/containers.conf
}

# With the first version of cgroups, the processes of a paused container cannot even be killed.
thaw() {
  local file controllers path
  for file in /proc/[0-9]*/cgroup; do
    while IFS=: read -r _ controllers path; do
      if [ "$controllers" = freezer ]; then echo THAWED > "/sys/fs/cgroup/freezer$path/freezer.state"; fi
    done < "$file"
  done 2> /dev/null || true
}

start_daemon() {
  local folder=$1
  shift
  (
    read -r pid _ < /run/outer_proc/self/stat
    echo "daemon $pid"
    export PATH=$ENGINE_PATH
    exec "$@" < /dev/null >> "$folder/log" 2>&1
  ) &
}

if [ "$1" = --inside ]; then
  inside "${@:2}"
else
  outside "$@"
fi
