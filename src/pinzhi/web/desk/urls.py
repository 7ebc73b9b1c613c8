"""Addresses of the desk."""

from django.urls import URLPattern, path

from pinzhi.web.desk import account, catalog, home, journal, keys, organisation, people

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("account", account.account, name="account"),
    path("account/export.json", account.export, name="account_export"),
    path("account/sessions/<int:session_id>/end", account.end_session, name="end_session"),
    path("account/sessions/end-others", account.end_other_sessions, name="end_other_sessions"),
    path("keys", keys.keys, name="keys"),
    path("keys/<int:key_id>/revoke", keys.revoke, name="revoke_key"),
    path("organisation", organisation.organisation, name="organisation"),
    path("organisation/delegations/<int:membership_id>/end", organisation.take_back, name="take_back"),
    path("people", people.people, name="people"),
    path("people/<int:user_id>", people.person, name="person"),
    path("people/<int:user_id>/roles/<int:membership_id>/end", people.end_role, name="end_role"),
    path("import", catalog.upload, name="import"),
    path("import/templates/<slug:kind>.<slug:form>", catalog.template, name="import_template"),
    path("import/runs/<int:run_id>", catalog.result, name="import_run"),
    path("import/runs/<int:run_id>/rejects.csv", catalog.rejects, name="import_rejects"),
    path("import/<slug:kind>/<slug:digest>", catalog.preview, name="import_preview"),
    path("journal", journal.journal, name="journal"),
    path("journal.csv", journal.journal_csv, name="journal_csv"),
]
