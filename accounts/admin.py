"""Organizations and people for operator staff, who sign in to the admin as everywhere, second factor included."""

from typing import Any

from allauth.account import admin as allauth_account
from allauth.account.decorators import secure_admin_login
from allauth.mfa import admin as allauth_mfa
from allauth.usersessions import admin as allauth_usersessions
from django.contrib import admin
from django.contrib.auth import admin as django_auth  # noqa: F401 (registers Group, which goes below)
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts import queries
from accounts.forms.admin import PersonAdminForm
from accounts.models import Invitation, Organization, Role, User
from accounts.policies import NotAllowed
from accounts.services import invitations, people

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Their own pages would show keys of sessions and second factors, and groups are not how access works here.
admin.site.unregister(
    [
        Group,
        allauth_account.EmailAddress,
        allauth_mfa.Authenticator,
        allauth_usersessions.UserSession,
    ]
)


class RoleFilter(admin.SimpleListFilter):
    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(role.value, role.label) for role in Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(roles__contains=[self.value()]) if self.value() in Role.values else queryset


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "active_people", "lei", "seller_number", "is_active", "created_at")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "slug", "lei", "seller_number")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return queries.organizations()

    def get_readonly_fields(self, request: HttpRequest, obj: Organization | None = None) -> tuple[str, ...]:
        return ("kind", "slug", "created_at") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Organization | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return False  # what people of the organization did must stay explainable: it is made inactive instead

    @admin.display(description="active people", ordering="active_people")
    def active_people(self, organization: Any) -> str:
        address = reverse("admin:accounts_user_changelist") + f"?organization__id__exact={organization.pk}"
        return format_html('<a href="{}">{}</a>', address, organization.active_people)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = PersonAdminForm
    list_display = ("name", "email", "organization_link", "roles_held", "has_mfa", "last_login", "is_active")
    list_filter = (RoleFilter, "organization__kind", "is_active", "is_superuser")
    list_select_related = ("organization",)
    search_fields = ("name", "email", "organization__name")
    fields = (
        "name",
        "email",
        "organization",
        "roles",
        "is_active",
        "inactive_reason",
        "is_superuser",
        "has_mfa",
        "last_login",
        "created_at",
    )
    actions = ("remove_second_factor",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return queries.with_mfa(User.objects.all())

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        always = ("email", "organization", "has_mfa", "last_login", "created_at")
        return always if getattr(request.user, "is_superuser", False) else (*always, "is_superuser")

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return type("PersonAdminForm", (super().get_form(request, obj, change=change, **kwargs),), {"by": request.user})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people come in by an invitation, so that nobody else ever knows their password

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # what a person signed must keep its name: the person is made inactive instead

    @admin.display(description="organization", ordering="organization__name")
    def organization_link(self, person: User) -> str:
        address = reverse("admin:accounts_organization_change", args=[person.organization_id])
        return format_html('<a href="{}">{}</a>', address, person.organization)

    @admin.display(description="roles")
    def roles_held(self, person: User) -> str:
        return ", ".join(person.role_labels)

    @admin.action(description="Remove the second factor (lost phone)", permissions=["change"])
    def remove_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for person in chosen:
            try:
                people.remove_second_factor(person=person, by=request.user)  # type: ignore[arg-type]
            except NotAllowed as refusal:
                self.message_user(request, str(refusal), level="error")
            else:
                self.message_user(request, f"{person} signs in with the password and sets up a new second factor.")

    @admin.display(description="second factor", boolean=True, ordering="has_mfa")
    def has_mfa(self, person: Any) -> bool:
        return bool(person.has_mfa)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ("email", "organization", "roles_given", "invited_by", "created_at", "state")
    list_filter = ("organization__kind", "created_at")
    list_select_related = ("organization", "invited_by")
    search_fields = ("email", "organization__name", "invited_by__name")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    @admin.display(description="roles")
    def roles_given(self, invitation: Invitation) -> str:
        return ", ".join(invitation.role_labels)

    @admin.display(description="state")
    def state(self, invitation: Invitation) -> str:
        return invitation.state(timezone.now())

    @admin.action(description="Revoke the selected invitations", permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen.select_related("organization"):
            try:
                invitations.revoke(invitation=invitation, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            except NotAllowed as refusal:
                self.message_user(request, str(refusal), level="error")
