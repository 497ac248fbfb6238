"""Settings of the project; the environment says where the database is."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "only-for-tests")
ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = ["djangoshop"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("SHOP_DATABASE", "shop.sqlite3")}
}
ROOT_URLCONF = "djangoshop.urls"
TIME_ZONE = "America/Sao_Paulo"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REGUA_CONFIG = HERE / "regua.toml"
