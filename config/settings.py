"""All settings, read from the environment. Every key may be given as KEY_FILE, the path of a file with the value."""

import secrets
from pathlib import Path

from config.environment import StackState, read_environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = read_environment()
VAR_DIR = Path(env("PLUMBLINE_VAR") or BASE_DIR / "var")
state = StackState.read(Path(env("PLUMBLINE_STATE") or VAR_DIR / "stack.json"))

# --- what the process is -------------------------------------------------------------------------------------------
DEBUG = env("PLUMBLINE_DEBUG")
HTTPS = env("PLUMBLINE_HTTPS")
SECRET_KEY = env("SECRET_KEY") or state.secret_key
SECRET_KEY_IS_TEMPORARY = not SECRET_KEY
if SECRET_KEY_IS_TEMPORARY:
    SECRET_KEY = secrets.token_urlsafe(50)  # enough for commands; config.wsgi refuses to serve with it
SECRET_KEY_FALLBACKS = env("SECRET_KEY_FALLBACKS")
PROPERTY_KEY = env("PLUMBLINE_PROPERTY_KEY") or SECRET_KEY  # one of its own outlives a rotated SECRET_KEY
ALLOWED_HOSTS = env("PLUMBLINE_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env("PLUMBLINE_TRUSTED_ORIGINS")
PUBLIC_URL = env("PLUMBLINE_PUBLIC_URL")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config.apps.PlatformConfig",
    "portfolios",
    "diligence",
    "loans",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.logging.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.KeepPrivateMiddleware",
    "config.middleware.ShowTheWayMiddleware",
    "config.middleware.RefuseNonsenseMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.NoteDeviceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.RequireMfaMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.ui.navigation",
            ],
            "builtins": ["config.ui"],
        },
    },
]

# Callables (request) -> {URL name: work waiting for this person}, shown beside the items of the side navigation.
PLUMBLINE_NAV_COUNTS = ["portfolios.views.home.waiting"]

# --- database, cache, queue ----------------------------------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL") or state.database_url or "postgres://plumbline@127.0.0.1:5432/plumbline"
REDIS_URL = env("REDIS_URL") or state.redis_url or "redis://127.0.0.1:6379/0"

DB_POOL = env("PLUMBLINE_DB_POOL")
DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_URL),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0 if DB_POOL else 60,
        "CONN_HEALTH_CHECKS": not DB_POOL,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": DB_POOL, "timeout": 10}} if DB_POOL else {},
        "TEST": {"TEMPLATE": "template0"},
    }
}
CACHES = {"default": {"BACKEND": "config.cache.ValkeyCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "plumbline"}}

# PostgreSQL holds what matters: who works on a chunk, until when, and what is finished. The limits below keep their
# order: a chunk is stopped before its lease ends, and a lease ends before the broker hands the message out again.
CHUNK_TIME_LIMIT_SECONDS = env("PLUMBLINE_CHUNK_TIME_LIMIT")
CHUNK_LEASE_SECONDS = env("PLUMBLINE_CHUNK_LEASE")
TASK_TIME_LIMIT_SECONDS = env("PLUMBLINE_TASK_TIME_LIMIT")
BROKER_VISIBILITY_SECONDS = 2 * TASK_TIME_LIMIT_SECONDS
CHUNK_ROWS = env("PLUMBLINE_CHUNK_ROWS")

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": BROKER_VISIBILITY_SECONDS,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_keepalive": True,
    "global_keyprefix": "plumbline:",
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT_SECONDS
CELERY_TASK_SOFT_TIME_LIMIT = TASK_TIME_LIMIT_SECONDS - 30
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3.0  # then the work is given up; the end of its lease frees it
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
BEATS = {"diligence.sweep": 5.0, "loans.sweep": 5.0, "portfolios.sweep": 5.0, "portfolios.watch": 600.0}  # seconds
BEATS |= {"portfolios.sweep_sales": 3.0, "portfolios.flag_digest": 86_400.0, "config.clear_sessions": 86_400.0}
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": every, "options": {"expires": 2 * every}} for name, every in BEATS.items()
}

# --- people --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
REQUIRE_MFA = env("PLUMBLINE_REQUIRE_MFA")

ACCOUNT_ADAPTER = "accounts.adapters.InvitationOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation that reached it
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Plumbline] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/15m/key", "reset_password": "20/m/ip,5/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env("PLUMBLINE_PROXIES")
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.LoginForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateForm",
}
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.sign_in.CodeForm",
    "reauthenticate": "accounts.forms.sign_in.AskAgainForm",
    "activate_totp": "accounts.forms.sign_in.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Plumbline"
MFA_TOTP_TOLERANCE = 1  # a code typed as its thirty seconds end still counts
USERSESSIONS_TRACK_ACTIVITY = True

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = env("PLUMBLINE_SESSION_HOURS") * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = False  # htmx reads it

# --- transport and content -----------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and env("PLUMBLINE_PROXIES") else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- files ---------------------------------------------------------------------------------------------------------
MEDIA_ROOT = Path(env("PLUMBLINE_MEDIA_ROOT") or VAR_DIR / "media")
MEDIA_URL = "media/"
STATIC_ROOT = Path(env("PLUMBLINE_STATIC_ROOT") or VAR_DIR / "static")
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_STORAGE = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if env("PLUMBLINE_STATIC_MANIFEST")
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
WHITENOISE_USE_FINDERS = not env("PLUMBLINE_STATIC_MANIFEST")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = ["loans.forms.handlers.BoundedUploadHandler"]

MAX_UPLOAD_MB = env("PLUMBLINE_MAX_UPLOAD_MB")
MAX_ROWS = env("PLUMBLINE_MAX_ROWS")
MAX_COLUMNS = env("PLUMBLINE_MAX_COLUMNS")
# The mapping page sends a field, a tick and a few meanings of codes for each column.
DATA_UPLOAD_MAX_NUMBER_FIELDS = max(1000, 10 * MAX_COLUMNS)
MAX_CELL_CHARS = env("PLUMBLINE_MAX_CELL_CHARS")
MAX_LINE_BYTES = env("PLUMBLINE_MAX_LINE_BYTES")
MAX_ZIP_RATIO = env("PLUMBLINE_MAX_ZIP_RATIO")

# --- words, forms, mail --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
EMAIL_CONFIG = env.email_url_config(env("PLUMBLINE_EMAIL_URL"))
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("PLUMBLINE_EMAIL_FROM")

# --- logs ----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "redact": {"()": "config.logging.Redact"},
        "context": {"()": "config.logging.Context"},
    },
    "formatters": {
        "text": {"()": "config.logging.TextFormatter"},
        "json": {"()": "config.logging.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env("PLUMBLINE_LOG_FORMAT"),
            "filters": ["context", "redact"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env("PLUMBLINE_LOG_LEVEL")},
    "loggers": {"django": {"handlers": [], "level": env("PLUMBLINE_LOG_LEVEL"), "propagate": True}},
}
