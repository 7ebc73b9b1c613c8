"""Tables of accounts: who may sign in, for whom they act, with which keys programs come."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Make users by mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. 账号."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, blank=True, default="")
    language = models.CharField(max_length=8, default="zh-hans")
    large_type = models.BooleanField(default=False)
    single_keys = models.BooleanField(default=True)  # whether single letters act on the desk (WCAG 2.2, 2.1.4)
    synthetic = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email


class Membership(models.Model):
    """A role of a user, for an organisation, a district, a service point, or the whole city. 角色.

    A delegation has a giver and an end.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=24)  # accounts.permissions.ROLES
    organisation_code = models.CharField(max_length=40, blank=True, default="")  # catalogue code: accounts is below it
    district = models.CharField(max_length=6, blank=True, default="")
    point = models.CharField(max_length=60, blank=True, default="")  # catalogue code of a service point
    delegated_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="delegations")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)  # last day
    ended_at = models.DateTimeField(null=True, blank=True)  # taken back before its end

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation_code", "district", "point"],
                condition=models.Q(ended_at=None),
                name="membership_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_code}{self.district}{self.point}"


class ApiKey(models.Model):
    """A key for a program; only its hash is kept. 接口密钥."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)  # shown in lists, finds the row
    secret_hash = models.CharField(max_length=64)
    per_minute = models.PositiveIntegerField(default=600)
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}…"


class SavedList(models.Model):
    """A list of the desk as somebody wants to see it again: its page, filter, order and columns. 存下的列表."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_lists")
    name = models.CharField(max_length=40)
    address = models.CharField(max_length=100)  # the page, such as /desk/cases
    query = models.CharField(max_length=1000)
    comes_first = models.BooleanField(default=False)  # shown where the page is opened without a filter
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "address", "name"], name="saved_list_unique"),
            models.UniqueConstraint(
                fields=["user", "address"], condition=models.Q(comes_first=True), name="saved_list_first_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.address}?{self.query}"


class RateWindow(models.Model):
    """Calls counted for one caller in one minute, shared by all web nodes."""

    caller = models.CharField(max_length=80)  # "key:<prefix>" or "ip:<digest>"
    minute = models.BigIntegerField()  # minutes since the epoch
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "minute"], name="rate_window_unique")]

    def __str__(self) -> str:
        return f"{self.caller} {self.minute} {self.calls}"
