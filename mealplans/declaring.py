"""How every template of this room is declared: UTILITY, sent again when the answer was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from whatsapp.declare import RESEND, UTILITY, Button, DeclaredTemplate, ExampleFile, TemplateText


def utility(
    name: str,
    variables: Sequence[str],
    bodies: Mapping[str, str],
    examples: Mapping[str, Sequence[str]],
    buttons: Mapping[str, tuple[Button, ...]] | None = None,
    *,
    unknown_policy: str = RESEND,
    ttl_seconds: int | None = None,
    file: ExampleFile | None = None,
) -> DeclaredTemplate:
    """A second copy of most of these does no harm, and a lost one may: so a lost answer is sent again."""
    texts = {
        language: TemplateText(body=body, buttons=(buttons or {}).get(language, ()), file=file)
        for language, body in bodies.items()
    }
    return DeclaredTemplate(
        name=name,
        category=UTILITY,
        bodies=texts,
        variables=tuple(variables),
        examples=examples,
        unknown_policy=unknown_policy,
        ttl_seconds=ttl_seconds,
    )
