#!/bin/bash
# Runs an sshd of its own; ssh_server.ts starts it.
#   ssh_server.sh <folder> <sshd>
# /etc and /run are private, since sshd wants a user and a folder of its own there. When it is killed, all is gone.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
  exec unshare --mount --pid --fork --kill-child --propagation slave -- /bin/bash "$0" --inside "$@"
fi
folder=$2 sshd=$3

mkdir "$folder/etc"
cp -a /etc/. "$folder/etc"
mount --bind "$folder/etc" /etc
mount -t tmpfs -o mode=755 tmpfs /run
mount -t proc proc /proc
mkdir /run/sshd
sed -i '/^sshd:/d' /etc/passwd
# A locked account may not log in, not even by a key.
sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow
echo 'sshd:x:499:65534::/run/sshd:/usr/sbin/nologin' >> /etc/passwd
for user in guest bare; do
  echo "$user:x:4242:65534::/tmp:/bin/sh" >> /etc/passwd
  echo "$user:*:19000::::::" >> /etc/shadow
done
exec "$sshd" -D -f "$folder/sshd_config" -E "$folder/log"
