"""Which words mean "send me nothing more", and which take that back. Pure.

Only the whole message counts: "stop sending mushrooms" is about dinner. The lists are of every language that people
of our households write, whatever language we write to them: a person must be able to say no in their own.
"""

from __future__ import annotations

import re
import unicodedata

_STOP = {
    "en": "stop|stop all|stopall|stop messages|stop messaging me|stop it|unsubscribe|unsubscribe me|opt out|optout|"
    "opt-out|end messages|quit|cancel messages|no more messages|do not message me|dont message me|don't message me|"
    "remove me|stop sending messages|stop sending me messages|please stop",
    "hi": "बंद|बंद करो|बंद करें|बंद कर दो|बंद कीजिए|बन्द करो|बन्द करें|रोको|रोक दो|रोकें|रोक दीजिए|स्टॉप|मैसेज बंद करो|"
    "मैसेज बंद करें|मैसेज मत भेजो|मैसेज मत भेजें|संदेश बंद करो|संदेश बंद करें|संदेश मत भेजो|संदेश मत भेजें|अनसब्सक्राइब",
    "hinglish": "band karo|band kro|band kar do|band kardo|bandh karo|band kijiye|band kare|rok do|roko|"
    "message band karo|msg band karo|messages band karo|message mat bhejo|msg mat bhejo|message mat karo|"
    "msg mat karo|mat bhejo message|stop karo|stop kar do",
    "bn": "বন্ধ|বন্ধ করুন|বন্ধ করো|মেসেজ বন্ধ করুন|থামুন",
    "ta": "நிறுத்து|நிறுத்தவும்|நிறுத்துங்கள்",
    "te": "ఆపు|ఆపండి|నిలిపివేయండి",
    "kn": "ನಿಲ್ಲಿಸಿ|ನಿಲ್ಲಿಸು",
    "ml": "നിർത്തുക|നിർത്തൂ",
    "mr": "थांबवा|थांबा|बंद करा|मेसेज बंद करा",
    "gu": "બંધ કરો|બંધ|રોકો",
    "pa": "ਬੰਦ ਕਰੋ|ਬੰਦ|ਰੋਕੋ",
    "ur": "بند کرو|بند کریں|روکو",
    "he": "הפסק|הפסיקי|הפסיקו|עצור|עצרי|הסר|הסירו אותי|תפסיקו|תפסיק|תפסיקי|להסיר|הסר אותי|אל תשלחו לי הודעות",
}
_START = {
    "en": "start|start messages|unstop|subscribe|opt in|optin|opt-in|resume messages|start again|opt me in|"
    "opt me back in|opt me in again|opt back in|subscribe me|subscribe me again|resubscribe|resubscribe me|"
    "start messages again|start messaging me again|message me again|send me messages again",
    "hi": "शुरू|शुरू करो|शुरू करें|चालू करो|चालू करें|फिर से शुरू करो|मैसेज शुरू करो|मैसेज चालू करो|स्टार्ट",
    "hinglish": "shuru karo|chalu karo|start karo|message chalu karo|msg chalu karo|phir se shuru karo|"
    "message phir se chalu karo|msg wapas chalu karo|msg wapas chalu kar do|message wapas chalu kar do",
    "bn": "চালু করুন|শুরু করুন",
    "ta": "தொடங்கு|தொடங்கவும்",
    "te": "ప్రారంభించండి|ప్రారంభించు",
    "kn": "ಪ್ರಾರಂಭಿಸಿ",
    "ml": "തുടങ്ങുക",
    "mr": "सुरू करा|चालू करा",
    "gu": "શરૂ કરો|ચાલુ કરો",
    "pa": "ਸ਼ੁਰੂ ਕਰੋ|ਚਾਲੂ ਕਰੋ",
    "ur": "شروع کرو|شروع کریں",
    "he": "התחל|התחילי|התחילו|להתחיל|חדשו|הצטרף|הצטרפי",
}
# Politeness around the word changes nothing: "please stop", "STOP!!", "band karo ji", "कृपया बंद करें".
_POLITE = re.compile(
    r"^(please|pls|plz|kindly|कृपया|प्लीज|प्लीज़)\s+|\s+(please|pls|plz|ji|जी|thanks|thank you|प्लीज|प्लीज़)$"
)


def normalise(text: str) -> str:
    """Case, punctuation, emoji, invisible characters and politeness off; vowel signs are letters and stay."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    kept = "".join(
        c if unicodedata.category(c)[0] in "LMN" or c == "'" else " "
        for c in folded
        if c not in "\u200b\u200c\u200d\ufe0f"
    )
    words = " ".join(kept.split()).strip("' ")
    return _POLITE.sub("", _POLITE.sub("", words)).strip()


def _words(table: dict[str, str]) -> frozenset[str]:
    return frozenset(normalise(word) for words in table.values() for word in words.split("|"))


STOP_WORDS = _words(_STOP)
START_WORDS = _words(_START)


def is_stop_word(text: str) -> bool:
    """Is the whole message a request to be sent nothing more?"""
    return normalise(text) in STOP_WORDS


def is_start_word(text: str) -> bool:
    """Is the whole message a request to be sent messages again?"""
    return normalise(text) in START_WORDS
