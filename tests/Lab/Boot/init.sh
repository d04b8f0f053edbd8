#!/bin/busybox sh
# First process of the initramfs: makes the host's files the root, with everything written to them kept in memory.
/bin/busybox mkdir -p /proc /sys /dev /host /layers /newroot
export PATH=/bin
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs devtmpfs /dev

die() {
    echo "lab: $*" > /dev/console
    busybox poweroff -f
}

for module in $(busybox cat /modules/order); do
    busybox insmod "/modules/$module" || die "cannot load $module"
done

busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host || die "cannot mount the host's files"
busybox mount -t tmpfs -o mode=755 tmpfs /layers || die "no tmpfs"
busybox mkdir /layers/upper /layers/work
busybox mount -t overlay -o lowerdir=/host,upperdir=/layers/upper,workdir=/layers/work overlay /newroot || die "cannot lay a writable layer on the host's files"

for folder in proc sys dev; do
    busybox mkdir -p "/newroot/$folder"
    busybox mount -o move "/$folder" "/newroot/$folder"
done
busybox mkdir -p /newroot/run
busybox mount -t tmpfs tmpfs /newroot/run
busybox mkdir -p /newroot/run/lab/share /newroot/run/lab/home /newroot/dev/shm /newroot/dev/pts
busybox cp /bin/busybox /session.sh /newroot/run/lab/
busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=none share /newroot/run/lab/share || die "cannot mount the share"
exec busybox switch_root /newroot /run/lab/busybox sh /run/lab/session.sh
