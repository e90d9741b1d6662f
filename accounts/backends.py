from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User

# What operator staff may do in the admin without being superusers; the admin pages say what can be edited at all.
STAFF_ACTIONS = frozenset({"view", "add", "change"})


class EmailBackend(AuthenticationBackend):
    """Sign-in by e-mail address; shut as soon as the person or the organization is no longer active."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("organization").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, User) and user.is_active and user.organization.is_active

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not self.user_can_authenticate(user_obj):
            return False
        action = perm.rpartition(".")[2].partition("_")[0]
        return (user_obj.is_staff and action in STAFF_ACTIONS) or super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return self.user_can_authenticate(user_obj) and (
            user_obj.is_staff or super().has_module_perms(user_obj, app_label)
        )
