"""More sentences of `resaying`: why a conversation waits for a person. What was read out of a message stays in short
words of the interpreter's own; those that staff meet often are here."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

PARKED = (
    _("%(home)s: %(why)s"),
    _("No rule recognised this message."),
    _("This person has opted out and wrote again: they must opt in to get an answer."),
    _("Staff have this conversation."),
    _("A program error kept this message from being answered; the error is on the message."),
    _("A button was tapped by somebody who has no household with us."),
    _("%(cook)s can come after all, but that leave is not known."),
    _("Asked for a person."),
    _("A cook asks for a person."),
    _("Says that something is missing, but nothing is planned."),
    _("Reports a problem in a kitchen, but is engaged nowhere."),
    _("No dish fits this meal with the home's rules."),
    _("%(count)s guests at one meal."),
    _("Not understood: %(why)s"),
    _("A cook's message is not understood: %(why)s"),
    _("A cook writes what the system does not do: %(why)s"),
    _("Outside what the system does: %(why)s"),
    _("A shop's message about %(list)s is not understood."),
    _("no wish that can be acted on as it stands"),
    _("for a person to read"),
    _("not sure: %(intent)s at %(percent)s"),
    _("nothing to read"),
    _("somebody may be hurt"),
    _("a question is no command"),
    _("names a day that is over"),
    _("names several days; which one is meant"),
    _("does not say on which day"),
    _("praise and blame in one message"),
    _("says yes and something else"),
)
