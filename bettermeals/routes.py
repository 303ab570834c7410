"""WhatsApp in, and the facts that travel upwards. Order is policy: the first route whose `match` holds owns the
message, opt-out is asked before anything else, and what nobody claims is parked for staff.
"""

from __future__ import annotations

from households import holding, people, retention, undelivered
from households.billing import polling
from mealplans import payments, rechecking
from mealplans.routes import LOOK_AHEAD as LOOK_AHEAD
from mealplans.routes import ROUTES as MEALPLANS
from whatsapp.routing import FIRST

# A message: stop words, start words, people who opted out, notices; then buttons, cooks, residents.
ROUTES = (*FIRST, *MEALPLANS)

# A message of ours that will not arrive: (message, now).
MESSAGE_FAILED = (undelivered.message_failed, payments.order_refused)

# A word of WhatsApp's about a payment, which is only a reason to ask the provider: (references, now).
PAYMENT_TOLD = (polling.look_up,)

# A charge that is paid: (charge, now).
CHARGE_SETTLED = (payments.charge_settled,)

# A payment link that can be paid: (charge, link, now).
LINK_READY = (payments.link_ready,)

# What somebody at home must not eat has changed: (household, now).
FOOD_RULES_CHANGED = (rechecking.rules_changed,)

# Who a contact is, for the desk: names, households, groups.
PEOPLE = (people.DIRECTORY,)

# People of whom nothing is removed now: () -> their contacts.
RETENTION_HOLDS = (holding.of_open_items, holding.of_open_refunds)

# What else goes when the words of messages go: (before) -> rows, and what stands there afterwards.
RETENTION_BESIDE = (retention.history,)
