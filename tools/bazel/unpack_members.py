# SPDX-License-Identifier: Apache-2.0 OR MIT
"""unpack_members.py ARCHIVE OUT MEMBER...: unpacks these members of a zip archive to the folder OUT."""

import sys
import zipfile


def main(archive, out, *members):
    with zipfile.ZipFile(archive) as opened:
        for member in members:
            opened.extract(member, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
