from django.urls import path
from django.views.generic import RedirectView

from accounts.views import entrance, organizations, people, profile

app_name = "accounts"

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/theme/", profile.theme, name="theme"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="reactivate"),
    path("people/invitations/<int:pk>/revoke/", people.revoke, name="revoke"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/new/", organizations.create, name="organization_create"),
    path("organizations/<slug:slug>/", people.people, name="organization"),
    path("organizations/<slug:slug>/invite/", people.invite, name="organization_invite"),
    path("invitations/<str:token>/", entrance.accept, name="accept"),
    path("start/<str:token>/", entrance.first_user, name="first_user"),
    # One address a person, set by the invitation: allauth's pages for adding and swapping addresses stay shut.
    path("accounts/email/", RedirectView.as_view(pattern_name="accounts:profile"), name="email"),
    path("accounts/confirm-email/", RedirectView.as_view(pattern_name="accounts:profile"), name="confirm_email"),
]
