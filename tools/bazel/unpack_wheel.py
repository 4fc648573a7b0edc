# SPDX-License-Identifier: Apache-2.0 OR MIT
"""unpack_wheel.py FOLDER OUT [PREFIX...]: unpacks the wheel in FOLDER to OUT, without the files that begin with a PREFIX.

A wheel's own folders for libraries and programs (NAME.data/platlib, NAME.data/scripts) become OUT and OUT/bin.
"""

import glob
import os
import re
import shutil
import sys
import zipfile


def place(name):
    """Where a member of the wheel goes, below OUT."""
    name = re.sub(r"^[^/]*\.data/(platlib|purelib)/", "", name)
    return re.sub(r"^[^/]*\.data/scripts/", "bin/", name)


def main(folder, out, *leave_out):
    (wheel,) = glob.glob(os.path.join(folder, "*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.is_dir() or member.filename.startswith(leave_out):
                continue
            path = os.path.join(out, place(member.filename))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path, "wb") as target:
                shutil.copyfileobj(source, target)
            # zipfile forgets who may run what; only programs have no dot in their names.
            if "." not in os.path.basename(path):
                os.chmod(path, 0o755)


if __name__ == "__main__":
    main(*sys.argv[1:])
