# SPDX-License-Identifier: GPL-3.0-or-later
"""A print service of a test's own: Debian's cupsd on a socket in a folder, with printers that do as
they are told. The machine's own service is neither asked nor touched."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PPD = '''*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "TEST.PPD"
*Manufacturer: "Tabella"
*Product: "(Test)"
*ModelName: "Test"
*ShortNickName: "Test"
*NickName: "Test"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: False
*DefaultColorSpace: Gray
*FileSystem: False
*Throughput: "1"
*cupsFilter2: "application/pdf application/pdf 0 -"
*VariablePaperSize: True
*OpenUI *PageSize/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: Size
*PageSize Size/Size: "<</PageSize[{w} {h}]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageRegion
*DefaultPageRegion: Size
*PageRegion Size/Size: "<</PageSize[{w} {h}]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: Size
*ImageableArea Size/Size: "0 0 {w} {h}"
*DefaultPaperDimension: Size
*PaperDimension Size/Size: "{w} {h}"
*MaxMediaWidth: "{w}"
*MaxMediaHeight: "10000"
*HWMargins: 0 0 0 0
*CustomPageSize True: "pop pop pop pop pop"
*ParamCustomPageSize Width: 1 points 36 {w}
*ParamCustomPageSize Height: 2 points 36 10000
*ParamCustomPageSize WidthOffset: 3 points 0 0
*ParamCustomPageSize HeightOffset: 4 points 0 0
*ParamCustomPageSize Orientation: 5 int 0 0
'''
# What stands between the service and a printer: it does what the file "how" says.
BACKEND = '''#!/bin/sh
[ $# -ge 5 ] || exit 0
how=$(cat {root}/how)
case $how in
  prints) ;;
  fails) exit 1 ;;
  hangs) exec sleep 600 ;;
  *) echo "STATE: +$how" >&2; exec sleep 600 ;;
esac
echo "$3 $5" >{root}/out/job
cp "$6" {root}/out/part && mv {root}/out/part {root}/out/printed.pdf
'''


def wait(what, probe, seconds=20):
    end = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > end:
            raise AssertionError(f'waited {seconds} s for {what}')
        time.sleep(0.02)


class Service:
    """@printers: names and the lines of printers.conf beside the usual ones; the first is the
    default. @paper: by name, width and height in points."""

    def __init__(self, printers, paper=()):
        self.root = Path(tempfile.mkdtemp(prefix='tabella-cups-'))
        self.root.chmod(0o755)
        for folder in 'run', 'spool/tmp', 'log', 'cache', 'bin/backend', 'ppd':
            (self.root / folder).mkdir(parents=True)
        self.out = self.root / 'out'
        self.out.mkdir()
        self.out.chmod(0o777)  # what prints does so as another user
        self.socket = self.root / 'sock'
        self.how('prints')
        os.symlink('/usr/lib/cups/daemon', self.root / 'bin/daemon')
        backend = self.root / 'bin/backend/test'
        backend.write_text(BACKEND.format(root=self.root))
        backend.chmod(0o755)
        for name, (width, height) in dict(paper).items():
            (self.root / f'ppd/{name}.ppd').write_text(PPD.format(w=width, h=height))
        self.write_configuration(printers)
        self.process = subprocess.Popen(
            ['/usr/sbin/cupsd', '-f', '-c', self.root / 'cupsd.conf',
             '-s', self.root / 'cups-files.conf'], stderr=subprocess.DEVNULL)
        wait('the print service', self.socket.exists)

    def write_configuration(self, printers):
        r = self.root
        (r / 'cupsd.conf').write_text(
            f'LogLevel debug\nListen {self.socket}\nBrowsing Off\nWebInterface No\n'
            'PreserveJobFiles Yes\nPreserveJobHistory Yes\n'
            '<Location />\nOrder allow,deny\nAllow all\n</Location>\n')
        (r / 'cups-files.conf').write_text(
            f'ServerRoot {r}\nServerBin {r}/bin\nRequestRoot {r}/spool\nStateDir {r}/run\n'
            f'CacheDir {r}/cache\nTempDir {r}/spool/tmp\nAccessLog {r}/log/access\n'
            f'ErrorLog {r}/log/error\nPageLog {r}/log/page\nSystemGroup root\n')
        lines = []
        for i, (name, more) in enumerate(printers.items()):
            kind = 'DefaultPrinter' if i == 0 else 'Printer'
            lines += [f'<{kind} {name}>', *more]
            if not any(line.startswith('DeviceURI') for line in more):
                lines.append('DeviceURI test:/x')
            if not any(line.startswith('State') for line in more):
                lines += ['State Idle', 'Accepting Yes']
            lines.append(f'</{kind}>')
        (r / 'printers.conf').write_text('\n'.join(lines) + '\n')

    def how(self, word):
        """What printers do from now on: "prints", "fails", "hangs", or a reason why not."""
        (self.root / 'how').write_text(word)

    def printed(self):
        path = self.out / 'printed.pdf'
        return path.read_bytes() if path.exists() else None

    def kept(self):
        """What of jobs is still in the spool."""
        return [p.name for p in (self.root / 'spool').iterdir() if p.is_file()]

    def log(self):
        return (self.root / 'log/error').read_text()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        shutil.rmtree(self.root)


class MuteService:
    """Somebody who takes calls at the socket and never answers."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix='tabella-mute-'))
        self.socket = self.root / 'sock'
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.socket))
        self.listener.listen(8)

    def stop(self):
        self.listener.close()
        shutil.rmtree(self.root)
