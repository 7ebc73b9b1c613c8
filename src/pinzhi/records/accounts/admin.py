"""What operators see of accounts in the back office: all of it, and they change next to nothing here."""

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest

from pinzhi.records.accounts.models import ApiKey, Membership, RateWindow, User
from pinzhi.records.journal.models import Entry


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's own is not generic when it runs
    """Shown to whoever entered the back office; changed through the desk, where each act leaves a line."""

    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnly):
    """Accounts; an operator stops one by making it inactive."""

    list_display = ["email", "name", "is_active", "is_staff", "synthetic", "joined_at", "last_login"]
    list_filter = ["is_active", "is_staff", "synthetic"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "language", "is_active", "is_staff", "synthetic", "joined_at", "last_login"]
    readonly_fields = ["email", "name", "language", "is_staff", "synthetic", "joined_at", "last_login"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ["user", "role", "organisation_code", "district", "point", "starts_on", "ends_on", "ended_at"]
    list_filter = ["role"]
    search_fields = ["user__email", "user__name", "organisation_code"]
    ordering = ["-id"]
    list_select_related = ["user"]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    list_display = ["prefix", "name", "user", "per_minute", "created_at", "last_used_on", "revoked_at"]
    search_fields = ["prefix", "name", "user__email"]
    ordering = ["-id"]
    exclude = ["secret_hash"]
    list_select_related = ["user"]


@admin.register(RateWindow)
class RateWindowAdmin(ReadOnly):
    list_display = ["caller", "minute", "calls"]
    ordering = ["-minute"]


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ["at", "actor", "action", "object_kind", "object_key"]
    ordering = ["-id"]


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnly):
    """Failed sign-ins; removing a line lets the person try again at once."""

    list_display = ["attempt_time", "username", "ip_address", "failures_since_start", "user_agent"]
    search_fields = ["username", "ip_address"]
    ordering = ["-attempt_time"]
    exclude = ["get_data", "post_data", "http_accept"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True
