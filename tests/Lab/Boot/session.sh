# The guest's first process once the root is there: runs the commands that the lab asks for on the second serial line.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
busybox=/run/lab/busybox
share=/run/lab/share

$busybox mount -t tmpfs -o mode=1777 tmpfs /dev/shm
$busybox mount -t devpts -o ptmxmode=666 devpts /dev/pts
$busybox mount -t tracefs tracefs /sys/kernel/tracing
$busybox mount -t debugfs debugfs /sys/kernel/debug
$busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
$busybox ip link set lo up 2> /dev/null
$busybox hostname lab

# Modules as the kernel expects them, and compiled assemblies in the place of those that would be compiled at run time.
while read -r from to; do
    [ -e "$to" ] || $busybox mkdir -p "$to"
    $busybox mount -o bind "$from" "$to"
done < "$share/binds"

exec 3<> /dev/ttyS1
$busybox stty raw -echo <&3
echo ready >&3
# Whoever asks may be gone without a word: a guest with nothing to do for half an hour ends itself.
while read -r -t 1800 id seconds <&3; do
    [ "$id" = off ] && break
    folder="$share/$id"
    $busybox timeout -k 5 "$seconds" $busybox sh "$folder/command" < /dev/null > "$folder/stdout" 2> "$folder/stderr"
    echo "done $id" >&3
done
$busybox sync
$busybox poweroff -f
