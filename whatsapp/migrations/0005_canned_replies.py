"""Sentences to start with, in English and Hindi; staff change them under Canned replies."""

from __future__ import annotations

from django.db import migrations

REPLIES = {
    "looking": (
        ("en", "We are looking into it", "Hello {name}, thank you for telling us. We are looking into it and will write to you soon."),
        ("hi", "देख रहे हैं", "नमस्ते {name} जी, बताने के लिए धन्यवाद। हम देख रहे हैं और जल्दी ही आपको लिखेंगे।"),
    ),
    "done": (
        ("en", "It is done", "Hello {name}, it is done. Please tell us if anything is still not right."),
        ("hi", "हो गया", "नमस्ते {name} जी, यह हो गया है। कुछ और ठीक करना हो तो बताइए।"),
    ),
    "more": (
        ("en", "Please tell us more", "Hello {name}, could you please tell us a little more, so that we do the right thing?"),
        ("hi", "थोड़ा और बताइए", "नमस्ते {name} जी, कृपया थोड़ा और बताइए, ताकि हम सही काम करें।"),
    ),
    "call": (
        ("en", "When may we call?", "Hello {name}, this is easier on the phone. When may we call you today?"),
        ("hi", "फ़ोन कब करें?", "नमस्ते {name} जी, इस पर फ़ोन पर बात करना आसान होगा। आज हम आपको कब फ़ोन करें?"),
    ),
    "sorry": (
        ("en", "We are sorry", "Hello {name}, we are sorry about this. We will put it right and tell you what we have done."),
        ("hi", "माफ़ कीजिए", "नमस्ते {name} जी, इसके लिए हम माफ़ी चाहते हैं। हम इसे ठीक करके आपको बताएँगे।"),
    ),
    "voice": (
        ("en", "Please write it", "Hello {name}, we could not hear the voice message well. Could you please write it, or send it once more?"),
        ("hi", "लिखकर भेजिए", "नमस्ते {name} जी, आवाज़ वाला संदेश साफ़ नहीं आया। कृपया लिखकर या एक बार फिर भेजिए।"),
    ),
}


def write(apps, schema_editor):
    model = apps.get_model("whatsapp", "CannedReply")
    model.objects.bulk_create(
        [
            model(key=key, language=language, title=title, text=text)
            for key, texts in REPLIES.items()
            for language, title, text in texts
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0004_desk")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
