"""All settings, by environment. `.env.example` lists the same names in the same order and explains each.

`bettermeals/checks.py` refuses a start with missing, default or contradictory values.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy

from bettermeals import media_storage

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")
DEV_DIR = Path(os.environ.get("DEV_DIR") or BASE_DIR / ".dev")  # only what the embedded default keeps

# --- The site ---------------------------------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
FIELD_ENCRYPTION_KEYS: list[str] = env.list("FIELD_ENCRYPTION_KEYS", default=[])
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_BASE_URL = env("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEMO)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
DEFAULT_REGION = env("DEFAULT_REGION", default="IN")
TIME_ZONE = env("TIME_ZONE", default="Asia/Kolkata")
LOG_LEVEL = env("LOG_LEVEL", default="INFO")

# --- Where things are kept --------------------------------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL", default="") or f"sqlite:///{DEV_DIR / 'bettermeals.sqlite3'}"
REDIS_URL = env("REDIS_URL", default="")
QUEUE_DIR = Path(env("QUEUE_DIR", default=str(DEV_DIR / "queue")))
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(DEV_DIR / "media")))
MEDIA_S3_BUCKET = env("MEDIA_S3_BUCKET", default="")
MEDIA_S3_ENDPOINT = env("MEDIA_S3_ENDPOINT", default="")
MEDIA_S3_REGION = env("MEDIA_S3_REGION", default="")
MEDIA_S3_ACCESS_KEY_ID = env("MEDIA_S3_ACCESS_KEY_ID", default="")
MEDIA_S3_SECRET_ACCESS_KEY = env("MEDIA_S3_SECRET_ACCESS_KEY", default="")

# --- WhatsApp (the first account) -------------------------------------------------------------------------------
WHATSAPP_ACCESS_TOKEN = env("WHATSAPP_ACCESS_TOKEN", default="")
WHATSAPP_ACCESS_TOKEN_PREVIOUS = env("WHATSAPP_ACCESS_TOKEN_PREVIOUS", default="")
WHATSAPP_PHONE_NUMBER_ID = env("WHATSAPP_PHONE_NUMBER_ID", default="")
WHATSAPP_BUSINESS_ACCOUNT_ID = env("WHATSAPP_BUSINESS_ACCOUNT_ID", default="")
WHATSAPP_APP_ID = env("WHATSAPP_APP_ID", default="")
WHATSAPP_APP_SECRET = env("WHATSAPP_APP_SECRET", default="")
WHATSAPP_APP_SECRET_PREVIOUS = env("WHATSAPP_APP_SECRET_PREVIOUS", default="")
WHATSAPP_WEBHOOK_VERIFY_TOKEN = env("WHATSAPP_WEBHOOK_VERIFY_TOKEN", default="")
WHATSAPP_API_VERSION = env("WHATSAPP_API_VERSION", default="v25.0")
WHATSAPP_API_BASE_URL = env("WHATSAPP_API_BASE_URL", default="https://graph.facebook.com").rstrip("/")
WHATSAPP_MODE = env("WHATSAPP_MODE", default="test")
WHATSAPP_TEST_RECIPIENTS: list[str] = env.list("WHATSAPP_TEST_RECIPIENTS", default=[])
WEBHOOKS_KEPT_DAYS = env.int("WEBHOOKS_KEPT_DAYS", default=90)
MESSAGES_KEPT_DAYS = env.int("MESSAGES_KEPT_DAYS", default=1095)
HANDOVER_IDLE_MINUTES = env.int("HANDOVER_IDLE_MINUTES", default=120)

# --- Planning ---------------------------------------------------------------------------------------------------
PLANNER_EFFORT = env("PLANNER_EFFORT", default="normal")

# --- Voice notes for cooks (optional) ----------------------------------------------------------------------------
SPEECH_COMMAND = env("SPEECH_COMMAND", default="")

# --- Payments ---------------------------------------------------------------------------------------------------
PAYMENTS_PROVIDER = env("PAYMENTS_PROVIDER", default="razorpay")
RAZORPAY_KEY_ID = env("RAZORPAY_KEY_ID", default="")
RAZORPAY_KEY_SECRET = env("RAZORPAY_KEY_SECRET", default="")
RAZORPAY_WEBHOOK_SECRET = env("RAZORPAY_WEBHOOK_SECRET", default="")
RAZORPAY_WEBHOOK_SECRET_PREVIOUS = env("RAZORPAY_WEBHOOK_SECRET_PREVIOUS", default="")
RAZORPAY_BASE_URL = env("RAZORPAY_BASE_URL", default="https://api.razorpay.com").rstrip("/")
REVIEW_AND_PAY_COUNTRIES: list[str] = env.list("REVIEW_AND_PAY_COUNTRIES", default=[])
REVIEW_AND_PAY_SELLER = env("REVIEW_AND_PAY_SELLER", default="")
REVIEW_AND_PAY_SELLER_ADDRESS = env("REVIEW_AND_PAY_SELLER_ADDRESS", default="")

# --- Language model (optional) ----------------------------------------------------------------------------------
ANTHROPIC_API_KEY = env("ANTHROPIC_API_KEY", default="")
ANTHROPIC_BASE_URL = env("ANTHROPIC_BASE_URL", default="https://api.anthropic.com").rstrip("/")
ANTHROPIC_MODEL = env("ANTHROPIC_MODEL", default="claude-haiku-4-5")
ANTHROPIC_TIMEOUT_SECONDS = env.float("ANTHROPIC_TIMEOUT_SECONDS", default=6.0)

# --- What the environment does not decide -----------------------------------------------------------------------
WHATSAPP_ROUTES = "bettermeals.routes.ROUTES"
WHATSAPP_LOOK_AHEAD = "bettermeals.routes.LOOK_AHEAD"
MESSAGE_FAILED_ROUTES = "bettermeals.routes.MESSAGE_FAILED"
PAYMENT_TOLD_ROUTES = "bettermeals.routes.PAYMENT_TOLD"
CHARGE_SETTLED_ROUTES = "bettermeals.routes.CHARGE_SETTLED"
WHATSAPP_PEOPLE = "bettermeals.routes.PEOPLE"
STORED_SENTENCES = "bettermeals.stored_sentences.SENTENCES"
RETENTION_HOLDS = "bettermeals.routes.RETENTION_HOLDS"
RETENTION_BESIDE = "bettermeals.routes.RETENTION_BESIDE"
LINK_READY_ROUTES = "bettermeals.routes.LINK_READY"
FOOD_RULES_ROUTES = "bettermeals.routes.FOOD_RULES_CHANGED"
WHATSAPP_TEMPLATE_CATALOGUES = ["mealplans.templates.CATALOGUE"]

INSTALLED_APPS = [
    "bettermeals.apps.BetterMealsConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "bettermeals.apps.BetterMealsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "whatsapp",
    "households",
    "households.billing",
    "mealplans",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bettermeals.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "bettermeals.urls"
WSGI_APPLICATION = "bettermeals.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bettermeals" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, Any] = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # With the defaults, 63 of 240 concurrent writes were lost to "database is locked"; with these, none.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"

# Guessing passwords: the sixth try of one person from one address waits. The name alone would let anybody lock out a
# colleague, the address alone would lock out the whole office behind its one address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if TRUSTED_PROXIES else ["REMOTE_ADDR"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # a colleague is unlocked from the colleague's own page
OTP_TOTP_ISSUER = "BetterMeals"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("hi", "हिन्दी")]
# The second has what the theme's lists and forms say: its own words, the names of our rows and fields.
LOCALE_PATHS = [BASE_DIR / "bettermeals" / "locale", BASE_DIR / "bettermeals" / "theme_words"]
USE_I18N = True
FORMAT_MODULE_PATH = ["bettermeals.formats"]
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "bettermeals" / "static"]
MEDIA_URL = "/media/"
STORAGES = {
    "default": media_storage.choose(
        MEDIA_S3_BUCKET,
        endpoint=MEDIA_S3_ENDPOINT,
        region=MEDIA_S3_REGION,
        key_id=MEDIA_S3_ACCESS_KEY_ID,
        secret=MEDIA_S3_SECRET_ACCESS_KEY,
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG or DEMO

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
HTTPS = PUBLIC_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Meta sends up to 3 MB in one webhook; Django's default of 2.5 MB would answer 400 to it for seven days.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "BetterMeals API",
    "VERSION": "1",
    "DESCRIPTION": (
        "Send WhatsApp messages through BetterMeals and read what became of them. Each call carries a token from the "
        "back office (API tokens); it belongs to one business account and has scopes. Lists come in pages: follow "
        "“next”. Times are ISO 8601 with an offset.\n\nWhat is sent passes the same gate as every message: consent, "
        "opt-out, the 24-hour window, the template's approval. Sending needs an Idempotency-Key: repeat the request "
        "with the same key when its answer was lost, and nothing goes out twice."
    ),
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "MessageStatus": "whatsapp.models.messages.Message.Status",
        "MessageDirection": "whatsapp.models.messages.Message.Direction",
    },
}
# What a token may do beside the engine's own scopes (whatsapp/api/scopes.py).
API_SCOPES_BESIDE = {
    "households:read": "Find households and read their week.",
    "attention:read": "Read what needs a person now.",
}

CELERY_BROKER_URL = REDIS_URL or "filequeue://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 3600}
    if REDIS_URL
    else {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.05,
    }
)
if not REDIS_URL:
    for folder in ("messages", "control"):  # kombu's file queue makes none of its folders and fails without
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_RESULT_BACKEND = env(
    "CELERY_RESULT_BACKEND", default="disabled://"
)  # results belong in our own rows; a rehearsal asks
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = env("CELERY_QUEUE", default="bettermeals")
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# Shared by all processes: /healthz reads in the web process what the worker's heartbeat wrote.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(QUEUE_DIR / "cache")}
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"personal": {"()": "bettermeals.logs.MaskPersonal"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["personal"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # A line per tick, every five seconds, and one per sign-in would bury our own.
    "loggers": {"celery": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "BetterMeals",
    "SITE_HEADER": "BetterMeals",
    "SITE_URL": None,  # "View site" in the account's menu: there is no other site, it led back to the office
    "SITE_SUBHEADER": gettext_lazy("Kitchen operations"),
    "SITE_SYMBOL": "skillet",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "bettermeals.admin_site.environment_badge",
    "STYLES": [lambda request: "/static/bettermeals/ops.css"],
    "SCRIPTS": [
        lambda request: "/static/bettermeals/ops.js",
        lambda request: "/static/bettermeals/keyboard.js",
        lambda request: "/static/bettermeals/dialogs.js",
    ],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "bettermeals.navigation.navigation"},
    "COLORS": {
        "primary": {
            "50": "#fff7ed",
            "100": "#ffedd5",
            "200": "#fed7aa",
            "300": "#fdba74",
            "400": "#fb923c",
            "500": "#ea580c",
            "600": "#c2410c",
            "700": "#9a3412",
            "800": "#7c2d12",
            "900": "#5f2511",
            "950": "#431407",
        },
    },
}
