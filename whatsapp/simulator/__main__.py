"""`python -m whatsapp.simulator`: serve the local WhatsApp Cloud API and payment provider.

Every option has an environment variable; credentials have nothing else. `--help` lists them.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import fields

from whatsapp.simulator.server import serve
from whatsapp.simulator.settings import Settings, from_environment


def parser() -> argparse.ArgumentParser:
    """One option per setting that is no secret."""
    options = argparse.ArgumentParser(prog="python -m whatsapp.simulator", description=__doc__.splitlines()[0])
    for setting in fields(Settings):
        if setting.metadata["secret"]:
            continue
        default = f"environment {setting.metadata['env']}, else {setting.default or 'nothing'}"
        options.add_argument("--" + setting.name.replace("_", "-"), default="", help=default)
    options.epilog = "Environment only: " + ", ".join(
        f.metadata["env"] for f in fields(Settings) if f.metadata["secret"]
    )
    return options


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    serve(from_environment(**vars(parser().parse_args())))


if __name__ == "__main__":
    main()
