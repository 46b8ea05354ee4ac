"""What a machine may decide: every setting, from the environment, with the prefix COLLOQUY_."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one process. `docs/deploy.md` explains each; a test compares the two."""

    model_config = SettingsConfigDict(env_prefix="COLLOQUY_", extra="ignore", frozen=True)

    database_url: str = Field("", description="`postgres://user:password@host/name`")
    redis_url: str = Field("", description="`redis://host/0` or `unix:///path/redis.sock`")
    secret_key: SecretStr = Field(SecretStr(""), description="signs cookies and addresses; 32 characters or more")
    base_url: str = Field("http://127.0.0.1:8000", description="the address people use, without a slash at the end")
    calendar_domain: str = Field("colloquy.example", description="the part behind @ in calendar UIDs; never change it")
    association: str = Field("The Library Association", description="the association's name, as pages and mails say it")
    mail_from: str = Field("events@colloquy.example", description="the sender of every mail")
    rsvp_address: str = Field("rsvp@colloquy.example", description="the mailbox that is ORGANIZER of invitations")
    smtp_url: str = Field(
        "", description="where mail goes: `smtp://user:password@host:587`; empty keeps it in `mail_dir`"
    )
    mail_dir: Path | None = Field(None, description="where `colloquy run` keeps every message for /dev/mail")
    stripe_key: SecretStr = Field(SecretStr(""), description="Stripe's secret key; empty sells free tickets only")
    stripe_webhook_secret: SecretStr = Field(SecretStr(""), description="the signing secret of the webhook endpoint")
    stripe_url: str = Field("", description="another address for Stripe's API; refused with a live key")
    var: Path = Field(
        Path("var"),
        description="what people send, shared by web and worker; `colloquy run` keeps all its data there",
    )
    dev: bool = Field(False, description="serves /dev/…; `colloquy run` sets it, nobody else should")
    pool_size: int = Field(4, ge=1, le=50, description="database connections of one process")
    proxies: int = Field(0, ge=0, le=5, description="how many proxies in front add X-Forwarded-For")
    accounts_years: int = Field(
        7, ge=1, le=30, description="years that orders name their buyer, after the event and the last payment"
    )
    care_days: int = Field(
        30, ge=0, le=365, description="days that requests for what somebody needs stay after the event"
    )
    security_contact: str = Field(
        "", description="where to report holes, `mailto:…` or `https://…`; without it `security.txt` is 404"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @field_validator("security_contact")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not (value.startswith(("mailto:", "https://")) and value.isprintable() and " " not in value):
            raise ValueError("COLLOQUY_SECURITY_CONTACT has to begin with mailto: or https://")
        return value

    @model_validator(mode="after")
    def _refuse_dangerous_pairs(self) -> Self:
        key = self.stripe_key.get_secret_value()
        if self.stripe_url and "_live_" in key:
            raise ValueError("COLLOQUY_STRIPE_URL is set beside a live Stripe key: a stranger would get it")
        if self.secret_key.get_secret_value() and len(self.secret_key.get_secret_value()) < 32:
            raise ValueError("COLLOQUY_SECRET_KEY needs 32 characters or more")
        return self

    def require(self, *names: str) -> Self:
        """End with a list of what is missing, before anything starts without it."""
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise SystemExit("\n".join(f"COLLOQUY_{name.upper()} is not set: {_what(name)}" for name in missing))
        return self

    @property
    def secure(self) -> bool:
        """Whether pages travel over https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")


def _what(name: str) -> str:
    return Settings.model_fields[name].description or ""
