"""Everything an operator may set, read once from the environment and refused aloud when odd."""

import re
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]


def _rulebook_folder() -> Path:
    checkout = CHECKOUT / "rulebook"
    return checkout if checkout.is_dir() else PACKAGE / "rulebook"


class Environment(BaseSettings):
    """The settings, each from the variable ``PINZHI_<NAME>`` or a line of ``.env`` in the working folder."""

    model_config = SettingsConfigDict(env_prefix="PINZHI_", env_file=".env", extra="forbid", frozen=True)

    home: Path = Field(default=Path("var"), description="Folder for the database, the search index and uploads.")
    rulebook: Path = Field(default_factory=_rulebook_folder, description="Folder of the rulebook.")
    city: str = Field(default="qingdao", description="Folder of the rulebook that is this city.")
    database_url: str = Field(
        default="", description="postgresql://user:password@host:port/name; empty means SQLite in the home folder."
    )
    redis_url: str = Field(default="", description="Cache for several web nodes; empty means in-process.")
    secret_key: str = Field(default="", description="Key for sessions and personal data; made at first start if empty.")
    keys: Path | None = Field(
        default=None, description="Folder of the signing keys; empty means keys in the home folder. Back it up."
    )
    hosts: str = Field(default="localhost,127.0.0.1,[::1]", description="Host names served, separated by commas.")
    address: str = Field(
        default="http://localhost:8000",
        description="Public address of the site. It is part of every certificate: choose it once.",
    )
    debug: bool = Field(default=False, description="Show tracebacks. Never on a public machine.")
    visits: bool = Field(default=True, description="Count pages looked at, by day; nothing about who looked is kept.")
    demo: bool = Field(default=False, description="Mark the site as a demonstration.")
    today: date | None = Field(default=None, description="The day the site takes for today; the demo uses 2024-01-04.")
    https: bool = Field(default=False, description="The site is reached by https: secure cookies and HSTS.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least important event that is logged."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Form of the log: text to read, json for a collector."
    )
    files_url: str = Field(
        default="",
        description="s3://key:secret@host/bucket (s3+http:// without TLS); empty keeps files in the home folder.",
    )
    scan_command: str = Field(
        default="",
        description="Command that looks at a file, {file} for its path: exit 0 clean, 1 found something. Empty: none.",
    )
    tasks: Literal["beside", "apart"] = Field(
        default="beside",
        description="Who does background work: pinzhi serve beside itself, or only pinzhi work, run apart.",
    )
    webhooks_local: bool = Field(
        default=False,
        description="Let webhooks go to this machine and by plain http, to try them out. Never in public.",
    )
    mail_url: str = Field(default="", description="smtp://user:password@host:port; empty prints mail to the log.")
    mail_from: str = Field(default="pinzhi@localhost", description="Sender of the platform's mail.")

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError(f"expected postgresql://…, found {value.partition(':')[0]}:…")
        return value

    @field_validator("files_url")
    @classmethod
    def _bucket(cls, value: str) -> str:
        if value and not re.fullmatch(r"s3(\+http)?://[^:/@]+:[^:/@]+@[a-z0-9.-]+(:\d{1,5})?/[a-z0-9.-]{3,63}", value):
            raise ValueError("expected s3://key:secret@host/bucket, with %2F for a slash in the secret")
        return value

    @field_validator("scan_command")
    @classmethod
    def _names_the_file(cls, value: str) -> str:
        if value and "{file}" not in value.split():
            raise ValueError("expected a command with {file} as a word of its own, such as: clamdscan --fdpass {file}")
        return value

    @field_validator("address")
    @classmethod
    def _origin(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?/?", value):
            raise ValueError(f"expected https://host in small letters and without a path, found {value}")
        return value.rstrip("/")

    @field_validator("home", "rulebook", "keys")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value else None

    @field_validator("home")
    @classmethod
    def _can_be_a_folder(cls, value: Path) -> Path:
        standing = next(folder for folder in (value, *value.parents) if folder.exists())
        if not standing.is_dir():
            raise ValueError(f"{standing} is not a folder")
        return value
