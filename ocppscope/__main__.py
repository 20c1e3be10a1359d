"""``python -m ocppscope``."""

from ocppscope.cli import main

if __name__ == "__main__":
    main()
