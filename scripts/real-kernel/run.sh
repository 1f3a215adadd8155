#!/bin/sh
# Runs a walker (walkrace replay ... --format module) in a real kernel under QEMU, against a real eject of memory.
# Usage: run.sh WALKER.c HOLD WAIT     HOLD: nothing mems rcu    WAIT: before after
# Needs (Debian): qemu-system-x86 linux-image-amd64 linux-headers-amd64 busybox-static cpio gcc make
set -e
walker=$1 hold=${2:-nothing} wait=${3:-before}
release=${RELEASE:-$(ls /lib/modules | sort -V | tail -1)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$walker" "$work/walker.c"
echo 'obj-m := walker.o' >"$work/Makefile"
make -s -C "/lib/modules/$release/build" M="$work" modules >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }

mkdir -p "$work/root/bin" "$work/root/proc" "$work/root/sys" "$work/root/dev"
cp "$(command -v busybox)" "$work/root/bin/busybox"
cp "$work/walker.ko" "$work/root/"
cat >"$work/root/init" <<INIT
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
echo 7 >/proc/sys/kernel/printk
for block in /sys/devices/system/memory/memory*; do
  [ "\$(cat \$block/state)" = offline ] && echo online_movable >\$block/state
done
# The dimm is the memory that lies highest: its first block gives the address.
size=\$((0x\$(cat /sys/devices/system/memory/block_size_bytes)))
first=\$((0x100000000 / size))
cat /sys/devices/system/memory/memory\$first/state
insmod /walker.ko address=0xffff888100000000 hold=$hold wait=$wait
sleep 1
echo 1 >/sys/bus/acpi/devices/PNP0C80:00/eject &
sleep 15
echo done
poweroff -f
INIT
chmod +x "$work/root/init"
(cd "$work/root" && find . | cpio -o -H newc --quiet | gzip) >"$work/initrd"

timeout "${SECONDS_MOST:-300}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max,pdpe1gb=off,la57=off -smp 2 -m 1G,slots=2,maxmem=4G \
  -object memory-backend-ram,id=m0,size=1G -device pc-dimm,id=d0,memdev=m0 \
  -kernel "/boot/vmlinuz-$release" -initrd "$work/initrd" \
  -append "console=ttyS0 nokaslr page_poison=1 memhp_default_state=online_movable rdinit=/init panic=5" \
  -nographic -no-reboot | tee "${LOG:-/dev/null}" | grep -aE 'walkrace:|^online|BUG:|Oops' || true
