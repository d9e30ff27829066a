"""``python -m fetchctl`` is ``fetchctl``, where that is not on PATH."""

import os
import sys

from ._binary import find_binary

program = find_binary()
os.execv(program, [program, *sys.argv[1:]])
