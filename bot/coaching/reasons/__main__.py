"""`make learn`: learns the examples of a folder templates/<locale>/reasons and keeps the model in it."""

import sys
from pathlib import Path

from bot.coaching.reasons.reader import learn_and_keep

if __name__ == "__main__":
    learn_and_keep(Path(sys.argv[1]))
