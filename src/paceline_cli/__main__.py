"""`python -m paceline_cli` is `paceline`."""

from paceline_cli import main

if __name__ == "__main__":
    main(prog_name="paceline")
