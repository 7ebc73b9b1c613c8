"""Addresses of the desk."""

from django.urls import URLPattern, path, re_path

from pinzhi.web.desk import account, catalog, decision, home, journal, keys, organisation, people, rounds

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
    path("rounds", rounds.rounds, name="rounds"),
    path("rounds/<slug:key>", rounds.board, name="board"),
    re_path(r"^rounds/(?P<key>[-a-z0-9]+)\.(?P<form>csv|xlsx|json)$", rounds.board, name="board_table"),
    path("rounds/<slug:key>/decision", decision.room, name="decision"),
    path("rounds/<slug:key>/decision/motions", decision.open_motion, name="open_motion"),
    path("rounds/<slug:key>/decision/motions/<int:motion_id>/ballot", decision.ballot, name="cast_ballot"),
    path("rounds/<slug:key>/decision/motions/<int:motion_id>/close", decision.close, name="close_motion"),
    path("rounds/<slug:key>/decision/lot", decision.lot, name="draw_lot"),
    path("rounds/<slug:key>/entries/<slug:number>/files/<int:file_number>", rounds.entry_file, name="entry_file"),
    path("rounds/<slug:key>/stages/<slug:stage>/seal", rounds.seal, name="seal_stage"),
    path("rounds/<slug:key>/entries/<slug:number>", rounds.entry, name="round_entry"),
    path("rounds/<slug:key>/entries/<slug:number>/word", rounds.word, name="say_word"),
    path("rounds/<slug:key>/entries/<slug:number>/consult", rounds.consult, name="consult"),
    path("rounds/<slug:key>/entries/<slug:number>/answer", rounds.answer, name="record_answer"),
    path("rounds/<slug:key>/entries/<slug:number>/survey", rounds.survey, name="record_survey"),
    path("journal", journal.journal, name="journal"),
    path("journal.csv", journal.journal_csv, name="journal_csv"),
]
