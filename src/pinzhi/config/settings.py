"""Django settings, made from what the operator set (environment.py)."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from pinzhi.config.environment import PACKAGE, Environment
from pinzhi.config.logs import logging_settings

ENVIRONMENT = Environment()
HOME = ENVIRONMENT.home
HOME.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """Return the operator's key, or one made once and kept readable by the owner alone."""
    if ENVIRONMENT.secret_key:
        return ENVIRONMENT.secret_key
    file = HOME / "secret-key"
    if not file.exists():
        draft = file.with_name(f"secret-key.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            file.hardlink_to(draft)  # the first of two processes starting at once wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()


def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "pinzhi.sqlite3",
            "CONN_MAX_AGE": 60,  # opening it anew costs a request more than its queries do
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
                " PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=10000;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c jit=off"},  # compiling a figure's conditions takes ten times as long as counting
    }


def _files(url: str) -> dict[str, Any]:
    """Return the bucket that files lie in, by the alias that records.stores looks for; none for a folder."""
    if not url:
        return {}
    parts = urlsplit(url)
    scheme = "http" if parts.scheme == "s3+http" else "https"
    options = {
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "bucket_name": parts.path.strip("/"),
        "endpoint_url": f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
        "addressing_style": "path",
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": True,
    }
    return {"files": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}}


def _mail(url: str) -> dict[str, Any]:
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtps",
    }


SECRET_KEY = _secret_key()
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = [host.strip() for host in ENVIRONMENT.hosts.split(",") if host.strip()]
RULEBOOK = ENVIRONMENT.rulebook
CITY = ENVIRONMENT.city
TODAY = ENVIRONMENT.today
DEMO = ENVIRONMENT.demo
VISITS = ENVIRONMENT.visits
TASKS = ENVIRONMENT.tasks
WEBHOOKS_LOCAL = ENVIRONMENT.webhooks_local
SEARCH_FOLDER = HOME / "search"
ADDRESS = ENVIRONMENT.address
KEYS = ENVIRONMENT.keys or HOME / "keys"
JOURNAL_FOLDER = HOME / "journal"

INSTALLED_APPS = [
    "pinzhi.records.accounts.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "ninja",
    "pinzhi.records.tasks",
    "pinzhi.records.journal",
    "pinzhi.records.accounts",
    "pinzhi.records.files",
    "pinzhi.records.notices",
    "pinzhi.records.catalog",
    "pinzhi.records.casework",
    "pinzhi.records.inspections",
    "pinzhi.records.attestation",
    "pinzhi.records.training",
    "pinzhi.records.assessment",
    "pinzhi.records.publishing",
    "pinzhi.web",
]

MIDDLEWARE = [
    "pinzhi.web.health.MeterMiddleware",
    "pinzhi.web.visits.VisitMiddleware",
    "pinzhi.web.origin.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pinzhi.web.errors.RefusalMiddleware",
    "pinzhi.web.api.limits.ApiLimits",
    "axes.middleware.AxesMiddleware",
]

FILE_UPLOAD_HANDLERS = [
    "pinzhi.web.uploads.WholeUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
ROOT_URLCONF = "pinzhi.config.urls"
WSGI_APPLICATION = "pinzhi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "pinzhi.web.access.page_context",
                "pinzhi.web.desk.menu.rail_context",
            ]
        },
    }
]

DATABASES = {"default": _database(ENVIRONMENT.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT.redis_url}
    if ENVIRONMENT.redis_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = sorted(path for path in (PACKAGE / "web" / "locale").iterdir() if path.is_dir())  # a part each
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "pinzhi.config.static_storage.QuickStorage"},
    **_files(ENVIRONMENT.files_url),
}
SCAN_COMMAND = ENVIRONMENT.scan_command
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")  # big, and only developers ask
MEDIA_ROOT = HOME / "files"

AUTH_USER_MODEL = "accounts.User"
# allauth's backend also knows Django's own; naming both would check every wrong password twice.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "pinzhi.web.desk.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"login": "pinzhi.web.desk.sign_in_forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "optional"  # an unconfirmed address gets no role: records.accounts.actions
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Pinzhi] "
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # axes counts them in the database, for all web nodes together
MFA_ADAPTER = "pinzhi.web.desk.sign_in.MfaAdapter"
MFA_FORMS = {
    "add_webauthn": "pinzhi.web.desk.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "pinzhi.web.desk.sign_in_forms.EditPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Pinzhi"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds either way: telephones' clocks drift
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.https
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "pinzhi.web.desk.sign_in.address_tried"
AXES_LOCKOUT_CALLABLE = "pinzhi.web.desk.sign_in.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # records.accounts.admin shows the failed sign-ins to operators

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pinzhi.web.errors.expired_form"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if ENVIRONMENT.https:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked for by machines inside, past the proxy
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

globals().update(_mail(ENVIRONMENT.mail_url))
EMAIL_TIMEOUT = 30  # seconds; a task of mail must end well before its claim does
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # subdomains and browsers' lists are the city's to decide
LOGGING = logging_settings(ENVIRONMENT.log_level, ENVIRONMENT.log_format)
Path(MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
