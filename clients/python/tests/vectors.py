# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The bytes of every message, from the file that the Rust side is tested with too."""

import os
import pathlib
from typing import Dict


def vectors() -> Dict[str, bytes]:
    """By name."""
    said = os.environ.get("VIRTMCU_CONTROL_VECTORS")
    root = pathlib.Path(__file__).resolve().parents[3]
    file = pathlib.Path(said) if said else root / "rust/control/testdata/messages.txt"
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return {name: bytes.fromhex(text) for name, text in (line.split() for line in lines)}
