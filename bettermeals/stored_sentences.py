"""The sentences of `resaying`: each as it is written in English where it is made, with names for its values.

A test holds the reasons of the queue against these, so that a new or changed one is noticed.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from bettermeals.stored_conversations import PARKED
from bettermeals.stored_history import INCIDENTS, TIMELINE

QUEUE = (
    _("%(cook)s cannot come to %(home)s on %(days)s; 1 meal is off. Find another cook, or agree with the household."),
    _(
        "%(cook)s cannot come to %(home)s on %(days)s; %(count)s meals are off. Find another cook, or agree with "
        "the household."
    ),
    _(
        "%(cook)s cannot come to %(home)s for %(what)s on %(days)s; 1 meal is off. Find another cook, or agree "
        "with the household."
    ),
    _(
        "%(cook)s cannot come to %(home)s for %(what)s on %(days)s; %(count)s meals are off. Find another cook, "
        "or agree with the household."
    ),
    _("%(who)s of %(home)s %(what)s on %(day)s instead of %(cook)s. Find one and say so."),
    _("wants another cook"),
    _("%(cook)s was NOT sent %(day)s at %(home)s: %(why)s. Change the dish; the message follows by itself."),
    _("%(cook)s has not answered about %(day)s at %(home)s. Call the cook."),
    _("%(cook)s at %(home)s: “%(said)s”. Call the household."),
    _(
        "%(cook)s at %(home)s: “%(said)s”. Cannot be cooked, and nothing else fits: %(dishes)s (%(day)s). Call "
        "the household."
    ),
    _("The week of %(home)s breaks a rule and was not approved: %(why)s. Change it."),
    _("%(who)s of %(home)s did not answer about the week from %(day)s. Call, then approve or cancel."),
    _("The groceries of %(home)s cannot be priced: %(why)s. Correct the catalogue, then retry."),
    _(
        "%(home)s was found without %(ingredient)s, and needs it for %(needed)s. See that it is bought, or change "
        "the dish."
    ),
    _("%(home)s lacks %(ingredient)s for %(dish)s; nobody has decided yet. Call."),
    _("%(home)s has nobody who decides, so nobody was sent the week. Choose a resident, or approve."),
    _("No plan for %(home)s from %(day)s. %(why)s Change a rule and plan again."),
    _("A food rule of %(home)s changed: %(why)s"),
    _("%(why)s. It is too close to be changed by message. CALL the cook and the household now."),
    _(
        "A food rule of %(home)s changed, and its running weeks could not be looked through (%(error)s: "
        "%(problem)s). Check every coming meal by hand now."
    ),
    _(
        "“%(step)s” of %(model)s %(id)s fails: %(error)s: %(problem)s. It is tried again by itself; tell the "
        "developers."
    ),
    _("The cook comes after all, but %(what)s of %(day)s stays off: %(why)s. Choose a dish."),
    _(
        "%(shop)s does not answer about the groceries of %(home)s. Call, then say on the order's page what they "
        "said, or buy elsewhere."
    ),
    _("%(shop)s accepted the groceries of %(home)s; nobody said that they came. Ask, then mark the order delivered."),
    _(
        "Order the groceries of %(home)s with %(shop)s: %(money)s in %(count)s lines. Mark the order delivered "
        "when they are in the kitchen."
    ),
    _("On %(day)s more of the groceries comes to %(home)s: %(what)s. Mark it delivered when it is in the kitchen."),
    _(
        "%(shop)s has no %(ingredient)s for %(home)s, and nothing safe stands for it. It is needed for "
        "%(needed)s. The household is asked; without an answer call, or buy it elsewhere."
    ),
    _("%(who)s of %(home)s could not be sent “%(message)s”: %(why)s Call them."),
    _("%(who)s of %(home)s did not get “%(message)s”: %(why)s Call them, or correct the number."),
    _("no reason given"),
    _("%(who)s was entered twice as a %(what)s: WhatsApp shows that both are one person. End one."),
    _(
        "The provider reports %(event)s for a payment that is not ours. Find it in the provider's dashboard; if "
        "it is another system's, close this."
    ),
    _(
        "A payment event (%(event)s) could not be counted %(count)s times: %(problem)s The money is at the "
        "provider. It is tried again by itself; put the cause right."
    ),
    _(
        "%(home)s has not paid %(money)s for %(what)s and the time is over. Make a new link, mark it paid, or "
        "cancel the charge."
    ),
    _("No payment link could be made for %(home)s (%(what)s): %(problem)s Put that right and make a new link."),
    _(
        "The payment link of %(home)s (%(what)s) was cancelled at the provider, not by us. Make a new link or "
        "cancel the charge."
    ),
    _(
        "The payment provider has failed several times for %(home)s (%(what)s): %(problem)s It is tried again "
        "by itself; look at the provider's status page and our keys."
    ),
    _(
        "%(home)s has paid %(money)s more than it owes for %(what)s. Refund it, or keep it as a credit for the"
        " next week."
    ),
    _(
        "A refund to %(home)s (%(what)s) failed: %(problem)s The money is still with us. Refund it again or "
        "pay it back by hand."
    ),
    _("Collect %(money)s from %(home)s for %(what)s, then mark the charge paid."),
    _("The answer to “%(message)s” was lost: it may or may not have arrived. Resend it or leave it."),
    _("A stored webhook could not be processed: %(problem)s"),
    _("%(problem)s (%(count)s×). Stored, not understood."),
    _("the week from %(day)s"),
    _("breakfast"),
    _("lunch"),
    _("dinner"),
    _("resident"),
    _("cook"),
)

GATE = (
    _("No meal has a number of servings: there is nothing to plan."),
    _("Nobody is engaged to cook: only what needs no cook can be planned."),
    _("Everybody is away that whole week: there is nothing to plan."),
    _("No cook comes for %(count)s of %(of)s meals: only what needs no cook can be planned there."),
    _("No dish suits everybody at %(what)s: look at the people, the kitchen and the cook's visit."),
    _("Only %(count)s dishes suit everybody at %(what)s, for %(of)s of them: some come again."),
    _("The budget of %(money)s is too small: the cheapest that everybody may eat comes to %(least)s."),
    _("The message has no value for “%(name)s”: enter it."),
    _("Meta's limit is reached before this home: its message waits."),
    _("Nobody decides in this home: choose a resident."),
    _("This contact was merged into another one; write to that one."),
    _("This person was erased at their request; nothing can be sent to them."),
    _("Neither a phone number nor a WhatsApp user id is known."),
    _("The person has opted out. Only they can opt in again."),
    _("The account is in test mode and this number is not on its list. Add it to WHATSAPP_TEST_RECIPIENTS."),
    _("The number is not on WhatsApp."),
    _("The person has stopped marketing messages."),
    _("No opt-in is recorded. Record how the person agreed, then send."),
    _("The person never wrote: only a template may be sent now."),
    _("The person wrote more than 24 hours ago: only a template may be sent now."),
    _("%(template)s is not at Meta yet. Run sync_templates."),
    _("%(template)s is %(status)s at Meta."),
    _("%(template)s differs from Meta's copy: %(problem)s."),
    _("The number is stopped and its queue waits: %(why)s"),
    _("Meta takes answers only for now; what begins a conversation waits until it takes more."),
)

#: What the planner said of a week, on the page of the run.
PLANNER = (
    _("Week from %(day)s: %(why)s"),
    _("Planned."),
    _("Groceries about %(money)s, at most %(gap)s from the best plan."),
    _("Groceries about %(money)s, at most %(gap)s from the best plan. Given up: %(what)s."),
    _("look-alikes may follow each other"),
    _("the weekly quotas are not kept"),
    _("a dish may come again after 3 days"),
    _("a dish may come every day"),
    _("a dish may come twice on one day"),
    _("what a resident chose before could not be kept: %(dishes)s"),
)

SHEETS = (
    _("It stands in line %(line)s already: keep one of the two."),
    _("It stands so already."),
    _("It is new."),
    _("It is new. Is it the same as “%(name)s” (%(slug)s)?"),
    _("“%(value)s” is neither yes nor no."),
    _("“%(value)s” is no number."),
    _("“%(value)s” is no whole number."),
    _("“%(value)s” is no price in rupees, such as 72 or 72.50."),
    _("“%(value)s” is no day; write it as 2026-11-01."),
    _("“%(value)s” is not one of: %(known)s."),
    _("no ingredient is called “%(value)s”; bring it in first."),
    _("no ingredient is called “%(value)s”%(near)s; bring it in first."),
    _("“%(value)s” must be an ingredient and an amount, such as rajma 60."),
    _("the amount of %(slug)s must be more than 0."),
    _("%(column)s: %(why)s"),
    _("The file is empty. The first line names the columns; take a sheet out first and change that."),
    _("No column is called “%(value)s”. Known: %(known)s."),
    _("No column is called “%(value)s”%(near)s. Known: %(known)s."),
)

PEOPLE = (
    _("A row needs the name of the household and the name of the person."),
    _("The role is “%(value)s”: write resident or cook."),
    _("%(person)s is entered for %(home)s already; nothing is changed."),
    _("%(person)s eats at %(home)s."),
    _("%(person)s eats at %(home)s. %(new)s is new."),
    _("%(person)s cooks at %(home)s."),
    _("%(person)s cooks at %(home)s. %(new)s is new."),
    _("There are several households called %(home)s: enter this person on the right one's page."),
    _("days: no such day as %(value)s; write mon, tue, wed, thu, fri, sat, sun."),
    _("%(column)s: “%(value)s” is no whole number."),
    _("portion: “%(value)s” is no number; 1 is an adult, 0.5 a child."),
    _("arrives_at: “%(value)s” is no time; write it as 07:30."),
)

CONFLICTS = (
    _("These rules cannot hold together: %(what)s. What helps: %(changes)s."),
    _(
        "These rules cannot hold together: %(what)s. What helps: %(changes)s. Other rules are in conflict too; "
        "planning again then names them."
    ),
    _("These rules cannot hold together: %(what)s. One of these changes is enough: %(changes)s."),
    _(
        "These rules cannot hold together: %(what)s. One of these changes is enough: %(changes)s. Other rules are"
        " in conflict too; planning again then names them."
    ),
    _("Probably these rules cannot hold together: %(what)s. What helps: %(changes)s."),
    _(
        "Probably these rules cannot hold together: %(what)s. What helps: %(changes)s. Other rules are in "
        "conflict too; planning again then names them."
    ),
    _("Probably these rules cannot hold together: %(what)s. One of these changes is enough: %(changes)s."),
    _(
        "Probably these rules cannot hold together: %(what)s. One of these changes is enough: %(changes)s. Other "
        "rules are in conflict too; planning again then names them."
    ),
    _("One rule leaves no plan: %(what)s. What helps: %(changes)s."),
    _(
        "One rule leaves no plan: %(what)s. What helps: %(changes)s. Other rules are in conflict too; planning "
        "again then names them."
    ),
    _("One rule leaves no plan: %(what)s. One of these changes is enough: %(changes)s."),
    _(
        "One rule leaves no plan: %(what)s. One of these changes is enough: %(changes)s. Other rules are in "
        "conflict too; planning again then names them."
    ),
    _("Probably one rule leaves no plan: %(what)s. What helps: %(changes)s."),
    _(
        "Probably one rule leaves no plan: %(what)s. What helps: %(changes)s. Other rules are in conflict too; "
        "planning again then names them."
    ),
    _("Probably one rule leaves no plan: %(what)s. One of these changes is enough: %(changes)s."),
    _(
        "Probably one rule leaves no plan: %(what)s. One of these changes is enough: %(changes)s. Other rules are"
        " in conflict too; planning again then names them."
    ),
    _("These rules cannot hold together: %(what)s. All of these changes together are enough: %(what_changes)s."),
    _(
        "Probably these rules cannot hold together: %(what)s. All of these changes together are enough: "
        "%(what_changes)s."
    ),
    _("%(cook)s's visits on %(number)s days have %(count)s minutes and need up to %(more)s"),
    _("give each of %(cook)s's visits %(count)s minutes more"),
    _("The planner found neither a plan nor a reason in its time."),
    _("the budget of %(money)s is too low"),
    _("raise the budget"),
    _("the budget of %(money)s is %(short)s short"),
    _("raise the budget to %(money)s"),
    _("%(dish)s may not come twice on one day"),
    _("%(dish)s may not come twice within %(count)s days"),
    _("allow one repeat"),
    _("allow %(count)s repeats"),
    _("allow one look-alike"),
    _("%(cook)s's visit on %(day)s has only %(count)s minutes"),
    _("%(cook)s's visit on %(day)s has %(count)s minutes"),
    _("%(cook)s's visit on %(day)s has %(count)s minutes and needs %(more)s"),
    _("give that visit more time"),
    _("give that visit %(count)s minutes more"),
    _("at least %(count)s meals a week are to be %(tag)s"),
    _("at most %(count)s meals a week are to be %(tag)s"),
    _("lift the quota for %(tag)s"),
    _("set the quota for %(tag)s to %(count)s"),
    _("%(thing)s has no price"),
    _("give %(thing)s a pack with a price"),
    _("no dish of the catalogue is for %(what)s"),
    _("add dishes for %(what)s, or leave the meal out"),
    _("%(who)s's diet refuses the dish"),
    _("let %(who)s eat elsewhere then"),
    _("%(who)s eats Jain"),
    _("somebody is allergic to %(thing)s"),
    _("add dishes without %(thing)s (never lift an allergy)"),
    _("somebody never eats %(thing)s"),
    _("ask whether %(thing)s must never be there"),
    _("a vegetarian day for %(who)s"),
    _("take the vegetarian day back"),
    _("a fasting day for %(who)s"),
    _("take the fasting day back"),
    _("no cook comes"),
    _("find a cook for it, or leave the meal out"),
    _("the kitchen has no %(thing)s"),
    _("enter %(thing)s if the kitchen has it"),
    _("the cook does not make %(thing)s"),
    _("take %(thing)s from what the cook cannot make"),
    _("too little notice to soak or marinate"),
    _("plan earlier, or leave the meal out"),
    _("%(thing)s would not be fresh any more"),
    _("let groceries come on a further day"),
    _("what is left was served lately"),
    _("look-alikes (%(tag)s) were served lately"),
    _("%(thing)s is pinned there"),
    _("unpin it"),
    _("dishes were refused for it"),
    _("take a refusal back"),
    _("lift it"),
    _("lift it (%(what)s)"),
    _("%(day)s %(what)s: %(why)s"),
    _("%(change)s (1 dish then fits)"),
    _("%(change)s (%(count)s dishes then fit)"),
    _("%(what)s at %(what_meal)s on %(day)s with %(dish)s"),
    _("%(what)s at %(what_meal)s on %(day)s with %(dish)s for %(who)s"),
    _("%(what)s at %(what_meal)s on %(day)s with %(dish)s (%(thing)s)"),
    _("everybody"),
    _("add dishes for %(what)s"),
    _("leave the meal out"),
    _("find a cook for it"),
    _("plan earlier"),
    _(", or "),
    _("diet"),
    _("jain"),
    _("allergen"),
    _("never"),
    _("veg day"),
    _("fasting"),
    _("no cook"),
    _("equipment"),
    _("skill"),
    _("stale"),
    _("minutes"),
    _("budget"),
)

#: What an ops item is about, as the queue's chips call it.
KINDS = (
    _("billing collect"),
    _("billing credit"),
    _("billing event failed"),
    _("billing link failed"),
    _("billing link withdrawn"),
    _("billing provider trouble"),
    _("billing refund failed"),
    _("billing unmatched"),
    _("billing unpaid"),
    _("cook absent"),
    _("cook silent"),
    _("equipment"),
    _("groceries unpriced"),
    _("grocery order"),
    _("item missing"),
    _("meal unsafe"),
    _("nobody decides"),
    _("plan impossible"),
    _("plan unanswered"),
    _("plan unsafe"),
    _("same person twice"),
    _("shop silent"),
    _("shortage"),
    _("step failed"),
    _("undelivered"),
)

SENTENCES = (*QUEUE, *GATE, *PLANNER, *SHEETS, *PEOPLE, *CONFLICTS, *TIMELINE, *INCIDENTS, *PARKED)
