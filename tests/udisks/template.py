# SPDX-License-Identifier: GPL-3.0-or-later
"""A python-dbusmock template that stands for udisksd: sticks are put in and taken out by calls of
its own, and mounting does what the stick's options say. Its objects have the properties that
udisks2 2.9 gives them, as far as a terminal looks at them."""
import os
import time

import dbus
from dbusmock import MOCK_IFACE

BUS_NAME = "org.freedesktop.UDisks2"
MAIN_OBJ = "/org/freedesktop/UDisks2"
MAIN_IFACE = BUS_NAME + ".Manager"
SYSTEM_BUS = True
IS_OBJECT_MANAGER = True

BLOCK, FILESYSTEM, DRIVE = (f"{BUS_NAME}.{name}" for name in ("Block", "Filesystem", "Drive"))
PARTITION_TABLE, PARTITION = BUS_NAME + ".PartitionTable", BUS_NAME + ".Partition"


def load(mock, _parameters):
    mock.sticks = {}


def fault(name, message):
    return dbus.exceptions.DBusException(message, name=f"{BUS_NAME}.Error.{name}")


def hold(options):
    """As long as that file is there, the device does not answer."""
    while "hold" in options and os.path.exists(options["hold"]):
        time.sleep(0.01)


def mount_points(*paths):
    return dbus.Array([dbus.ByteArray(os.fsencode(p) + b"\0") for p in paths], signature="ay")


def mount(options):
    def call(mock, how):
        hold(options)
        mock.mounted_with = how
        if options.get("mount_error"):
            name, message = str(options["mount_error"]).split(": ", 1)
            raise fault(name, message)
        if mock.props[FILESYSTEM]["MountPoints"]:
            raise fault("AlreadyMounted", "Device is already mounted")
        mock.UpdateProperties(FILESYSTEM, {"MountPoints": mount_points(options["root"])})
        return options["root"]
    return call


def unmount(options):
    def call(mock, _how):
        hold(options)
        if options.get("unmount_error"):
            name, message = str(options["unmount_error"]).split(": ", 1)
            raise fault(name, message)
        if not mock.props[FILESYSTEM]["MountPoints"]:
            raise fault("NotMounted", "Device is not mounted")
        mock.UpdateProperties(FILESYSTEM, {"MountPoints": mount_points()})
    return call


def block(mock, path, options, drive, size):
    mock.AddObject(path, BLOCK, {
        "Drive": dbus.ObjectPath(drive),
        "Size": dbus.UInt64(size),
        "ReadOnly": dbus.Boolean(options.get("read_only", False)),
        "HintSystem": dbus.Boolean(options.get("system", False)),
        "HintIgnore": dbus.Boolean(options.get("ignore", False)),
        "IdLabel": dbus.String(options.get("label", "")),
        "CryptoBackingDevice": dbus.ObjectPath("/"),
    }, [])


def filesystem(mock, path, options):
    from dbusmock.mockobject import objects

    points = [options["mounted"]] if options.get("mounted") else []
    added = objects[path]
    added.AddProperties(FILESYSTEM, {"MountPoints": mount_points(*points)})
    added.AddMethod(FILESYSTEM, "Mount", "a{sv}", "s", mount(options))
    added.AddMethod(FILESYSTEM, "Unmount", "a{sv}", "", unmount(options))


@dbus.service.method(MOCK_IFACE, in_signature="sa{sv}", out_signature="")
def PutIn(self, name, options):
    """A stick of that name. Options: root, label, size, read_only, system, ignore, bus, removable,
    optical, media (there is a medium), kind (of medium), filesystem (FALSE: none), whole (no
    partitions), mounted, rotation, hold, mount_error and unmount_error ("Name: message")."""
    drive, disk = f"{MAIN_OBJ}/drives/{name}", f"{MAIN_OBJ}/block_devices/{name}"
    size = int(options.get("size", 8_000_000_000))
    paths = [drive, disk]
    self.AddObject(drive, DRIVE, {
        "ConnectionBus": dbus.String(options.get("bus", "usb")),
        "Removable": dbus.Boolean(options.get("removable", True)),
        "MediaRemovable": dbus.Boolean(options.get("removable", True)),
        "MediaAvailable": dbus.Boolean(options.get("media", True)),
        "Media": dbus.String(options.get("kind", "")),
        "Optical": dbus.Boolean(options.get("optical", False)),
        "Vendor": dbus.String("Example"),
        "Model": dbus.String("Stick"),
        "RotationRate": dbus.Int32(options.get("rotation", 0)),
        "CanPowerOff": dbus.Boolean(True),
        "Size": dbus.UInt64(size),
    }, [("PowerOff", "a{sv}", "", lambda mock, _how: TakeOut(self, name))])
    has_filesystem = options.get("filesystem", True)
    if options.get("whole", False) or not has_filesystem:
        block(self, disk, options, drive, size)
        if has_filesystem:
            filesystem(self, disk, options)
    else:
        block(self, disk, dict(options, label=""), drive, size)
        part = disk + "1"
        block(self, part, options, drive, size - 1_000_000)
        filesystem(self, part, options)
        paths.append(part)
    self.sticks[str(name)] = paths
    for path in paths:
        self.object_manager_emit_added(path)


@dbus.service.method(MOCK_IFACE, in_signature="s", out_signature="")
def TakeOut(self, name):
    for path in reversed(self.sticks.pop(str(name))):
        self.object_manager_emit_removed(path)
        self.RemoveObject(path)


@dbus.service.method(MOCK_IFACE, in_signature="s", out_signature="a{sv}")
def MountedWith(self, name):
    """The options of the last Mount call."""
    from dbusmock.mockobject import objects

    for path in reversed(self.sticks[str(name)]):
        if hasattr(objects[path], "mounted_with"):
            return objects[path].mounted_with
    return dbus.Dictionary({}, signature="sv")
