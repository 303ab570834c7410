"""A reproach that repeats an opt-out is an opt-out, however it is put; what only sounds like one is none."""

from __future__ import annotations

import pytest

from mealplans.intents.interpretation import Role
from tests.mealplans.intents.hearing import hear, meant

REPEATED = [
    "maine pehle bhi kaha tha mujhe message mat bhejo",
    "kitni baar bolun, message band karo",
    "kitni baar bolna padega ki message mat karo?",
    "main kitni dafa kahu message mat bheja karo",
    "message mat bhejo, pehle bhi bola tha",
    "pehle bhi mana kiya tha, message mat bhejo",
    "maine aapko message bhejne se mana kiya tha na",
    "message karne ko mana kiya tha aap logo ko",
    "humne kitni baar bola hai messages band kijiye",
    "baar baar bol rahi hu msg mat karo",
    "aapko samajh nahi aata kya? message mat karo",
    "ek baar bola na, message mat bhejo mujhe",
    "kyun baar baar message kar rahe ho? band karo",
    "jab maine bol diya message mat bhejo to phir kyun bhej rahe ho",
    "main pehle hi unsubscribe kar chuki hu, phir bhi message aa rahe hain",
    "aakhri baar bol raha hu, message band kar do",
    "I already told you to stop texting me",
    "why are you still messaging me, I said stop",
    "How many times do I have to tell you to stop messaging me?",
    "I have asked you so many times not to message me",
    "Didn't I tell you to stop sending me messages?",
    "what part of stop messaging me do you not understand",
    "Why do you keep texting me? Stop.",
    "I said don't message me",
    "we told you last week to stop the messages",
    "As I said before, please stop messaging me",
    "for the last time, stop texting me!",
    "I've already unsubscribed, why am I still getting messages?",
    "I opted out already, stop this",
    "like I told you already, no more messages please",
    "I am sick of these messages, stop it",
    "jab bola tha ki message mat bhejo to kyu bhej rahe ho mujhe",
    "tumhare message se pareshan ho gayi hu, band karo",
    "pichle hafte bhi bola tha message mat bhejna",
    "I don't know how often I must say it, stop the texts",
    "This is the third time I'm asking you to stop messaging me",
    "bol bol ke thak gayi hu, message band karo",
    "phir se message aaya, mana kiya tha na bhejne ko",
    "phir se message aa gaya mana kiya tha na bhejne ko",
    "arre phir message aaya! maine mana kiya tha na bhejne se",
    "aaj phir aapka message aaya, bhejne se mana kiya tha",
    "maine bola tha mat bhejo, phir bhi message aa raha hai",
    "mana kiya tha bhejne ko phir se msg bhej diya",
    "Got another message again, I told you not to send any more",
    "another message? I asked you not to",
    "बंद कीजिए, पहले भी कहा था",
    "फिर से मैसेज आया, मना किया था ना भेजने को",
    "मैंने पहले भी कहा था मुझे मैसेज मत भेजो",
    "कितनी बार कहूँ, मैसेज मत भेजिए",
    "मैंने बोला था ना मैसेज बंद करो",
    "क्यों बार बार मैसेज भेज रहे हो, बंद करो",
    "आपको मैसेज भेजने से मना किया था",
    "समझ नहीं आता क्या? मैसेज मत करो",
]


@pytest.mark.parametrize("role", ["resident", "cook"])
@pytest.mark.parametrize("text", REPEATED)
def test_a_reproach_that_repeats_an_opt_out_is_obeyed_at_once(text: str, role: Role) -> None:
    assert meant(text, role) == ("opt_out", {})


NONE = [
    "phir se message aaya",
    "mana kiya tha na bhejne ko",
    "cook ka phir se message aaya, mana kiya tha na bhejne ko",
    "phir se cook ka message aaya, mana kiya tha na bhejne ko",
    "phir se bill ka message aaya, mana kiya tha na bhejne ko",
    "phir se paneer aaya, mana kiya tha na bhejne ko",
    "phir se message aaya, paneer mana kiya tha na bhejne ko",
    "usne phir se message bheja, mana kiya tha na bhejne ko",
    "phir se message aaya, madam ne mana kiya tha bhejne ko",
    "phir se message nahi aaya, mana kiya tha na bhejne ko",
    "phir se message aaya, doctor ne mana kiya tha chawal khane ko",
    "got another message from the cook, I told her not to send any",
    "another message? my wife asked you not to",
    "did you get my message?",
    "pehle bhi message kiya tha, reply nahi aaya",
    "kitni baar message kiya, koi jawab nahi deta",
    "how many times do I have to message you before somebody answers?",
    "why are you not replying to my messages",
    "don't send the message to the cook yet",
    "message mat bhejo cook ko",
    "maine pehle bhi kaha tha cook ko message mat bhejo",
    "maine pehle bhi kaha tha paneer mat banao",
    "I already told you to stop the mushrooms",
    "I told you to message me before you change the plan",
    "kitni baar bolun, khana late mat lao",
    "I told my brother to stop messaging me",
    "maine bhai ko bola tha message mat bhejo",
    "usne pehle bhi kaha tha mujhe message mat bhejo",
    "cook ne pehle bhi kaha tha message mat bhejo",
    "did I tell you to stop the messages?",
    "maine kab kaha tha ki message band karo?",
    "I never said stop messaging me",
    "I'm not asking you to stop the messages",
    "माँ कह रही थी मैसेज बंद करवा दो",
    "I didn't ask you to stop messaging me",
    "maine pehle kaha tha message band karo, ab phir se chalu kar do",
    "I told you to stop messaging me last month but please start again",
    "I unsubscribed by mistake, please send me messages again",
    "maine galti se unsubscribe kar diya tha",
    "I said stop the rice on Monday, not the messages",
    "I told you not to stop the messages",
    "maine kaha tha message band mat karo",
    "what happens if I told you to stop messaging me?",
    "my wife says I told you to stop messaging, is it true?",
    "why are my messages not delivered?",
    "kyun message nahi bheja aaj ka menu",
    "aap log message kyun nahi bhejte",
    "why did you message the cook",
    "मैंने पहले भी कहा था रसोइये को मैसेज मत भेजो",
    "मैंने पहले भी मैसेज किया था, जवाब नहीं आया",
    "पहले भी कहा था मशरूम मत डालो",
    "मैंने कब कहा मैसेज बंद करो?",
    "उसने कहा मैसेज मत भेजो",
    "maine pehle bhi kaha tha",
    "how many times do I have to tell you",
]


@pytest.mark.parametrize("role", ["resident", "cook"])
@pytest.mark.parametrize("text", NONE)
def test_a_reproach_about_anything_else_stops_no_messages(text: str, role: Role) -> None:
    assert hear(text, role).intent != "opt_out"
