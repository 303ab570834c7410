"""Words to sound by an engine of the machine's own, as SPEECH_COMMAND says: text in, OGG (Opus) out. Off without it.

The command is run without a shell; `{language}` in it becomes the reader's language. What it says in that language,
and how well, is the engine's matter.
"""

from __future__ import annotations

import re
import shlex
import subprocess

from django.conf import settings

from whatsapp.outgoing.files import SIZE_LIMITS

SECONDS = 20
OGG = b"OggS"
#: Marks that are for the eye: bold, bullets, separators, emoji.
_UNSPOKEN = re.compile("[*•|_~\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")


class CannotSpeak(Exception):
    """No sound came of it; the sentence says why."""


def is_on() -> bool:
    return bool(settings.SPEECH_COMMAND)


def spoken(text: str, language: str) -> bytes:
    """The sound of a message. Raises CannotSpeak."""
    if not is_on():
        raise CannotSpeak("SPEECH_COMMAND is empty.")
    command = [part.replace("{language}", language) for part in shlex.split(settings.SPEECH_COMMAND)]
    try:
        return _sound(_run(command, plain(text).encode()))
    except subprocess.TimeoutExpired as error:
        raise CannotSpeak(f"The speech engine took longer than {SECONDS} seconds.") from error
    except OSError as error:
        raise CannotSpeak(f"The speech engine cannot be started: {error}") from error


def _run(command: list[str], words: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  (a setting's own command, without a shell; the words go in as data)
        command, input=words, capture_output=True, timeout=SECONDS, check=False
    )


def _sound(done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode:
        raise CannotSpeak(
            f"The speech engine ended with {done.returncode}: {done.stderr.decode(errors='replace')[:200]}"
        )
    if not done.stdout.startswith(OGG) or len(done.stdout) > SIZE_LIMITS["audio"]:
        raise CannotSpeak("The speech engine gave no OGG sound that WhatsApp takes.")
    return done.stdout


def plain(text: str) -> str:
    """Line by line, each a sentence, so that the voice rests between dishes."""
    lines = (" ".join(_UNSPOKEN.sub(" ", line).split()) for line in text.splitlines())
    return "\n".join(line if line[-1] in ".?!।" else f"{line}." for line in lines if line)
