"""``python -m toolkit`` is ``gradelab``."""

from toolkit.cli import main

if __name__ == "__main__":
    main()
