# SPDX-License-Identifier: GPL-3.0-or-later
"""A system bus of one's own with a mocked udisks2 on it. Nothing here ever speaks to the machine's
bus: what is started with environment() sees only this one."""
import os
import subprocess
import sys
import time
from pathlib import Path

import dbus
import dbus.bus

DEADLINE = 20.0
MOCK = "org.freedesktop.DBus.Mock"
UDISKS, PATH = "org.freedesktop.UDisks2", "/org/freedesktop/UDisks2"


class System:
    """@folder: for its socket."""

    def __init__(self, folder):
        self.address = f"unix:path={folder}/system-bus"
        self.daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=" + self.address,
             "--print-address=1"], stdout=subprocess.PIPE, text=True)
        if not self.daemon.stdout.readline():
            raise RuntimeError("dbus-daemon does not start")
        self.bus = dbus.bus.BusConnection(self.address)
        self.udisksd = None
        self.log = open(Path(folder) / "udisksd.log", "ab")

    def environment(self):
        return dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=self.address)

    def _wait(self, probe, what):
        end = time.monotonic() + DEADLINE
        while not probe():
            if time.monotonic() > end or (self.udisksd and self.udisksd.poll() is not None):
                raise RuntimeError(f"waited for {what}; see {self.log.name}")
            time.sleep(0.01)

    def start(self):
        self.udisksd = subprocess.Popen(
            [sys.executable, "-m", "dbusmock", "-t", str(Path(__file__).parent / "template.py")],
            env=self.environment(), stdout=self.log, stderr=self.log)
        self._wait(lambda: self.bus.name_has_owner(UDISKS), "the mocked udisksd")
        return self

    def stop(self):
        """udisksd ends, as after a crash."""
        self.udisksd.kill()
        self.udisksd.wait()
        self.udisksd = None
        self._wait(lambda: not self.bus.name_has_owner(UDISKS), "the end of udisksd")

    def _call(self, method, *args):
        mock = dbus.Interface(self.bus.get_object(UDISKS, PATH, introspect=False), MOCK)
        return mock.get_dbus_method(method)(*args)

    def put_in(self, name, **options):
        if "size" in options:
            options["size"] = dbus.UInt64(options["size"])
        self._call("PutIn", name, dbus.Dictionary(
            {k: str(v) if isinstance(v, Path) else v for k, v in options.items()}, signature="sv"))

    def take_out(self, name):
        self._call("TakeOut", name)

    def mounted_with(self, name):
        return {str(k): v for k, v in self._call("MountedWith", name).items()}

    def end(self):
        if self.udisksd:
            self.udisksd.kill()
            self.udisksd.wait()
        self.bus.close()
        self.daemon.terminate()
        self.daemon.wait()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        return False
