"""Addresses of the portal."""

from django.urls import URLPattern, path, re_path

from pinzhi.web.downloads import FORMS
from pinzhi.web.portal import (
    appointments,
    awards,
    bulletins,
    catalog,
    draws,
    figures,
    home,
    journal,
    language,
    notices,
    registers,
    search,
    subscriptions,
    tables,
    training,
    verify,
)

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("robots.txt", home.robots, name="robots"),
    path("favicon.ico", home.favicon, name="favicon"),
    path("search", search.search, name="search"),
    path("search.json", search.search_json, name="search_json"),
    path("search.csv", search.search_csv, name="search_csv"),
    path("awards", awards.awards, name="awards"),
    path("registers", registers.registers, name="registers"),
    path("notices/objections/<str:receipt>", notices.objection, name="objection"),
    path("suggest", search.suggestions, name="suggest"),
    path("verify", verify.verify, name="verify"),
    path("verify/<path:number>", verify.verify, name="verify-number"),
    path("credentials/<slug:code>", verify.credential, name="credential"),
    path("credentials/<slug:code>.<slug:form>", verify.credential_file, name="credential-file"),
    path("status/<slug:name>", verify.status_list, name="status-list"),
    path("draws", draws.draws, name="draws"),
    path("draws/<slug:code>", draws.draw, name="draw"),
    path("draws/<slug:code>.json", draws.draw_json, name="draw-json"),
    path("dumps", verify.dump_list, name="dumps"),
    path("dumps/<str:day>/<str:name>", verify.dumped, name="dump-file"),
    path("keys", verify.key_list, name="keys"),
    path("keys.json", verify.key_document, name="keys-json"),
    path(".well-known/did.json", verify.key_document, name="did"),
    path("language/<str:code>", language.set_language, name="language"),
    path("journal", journal.journal, name="journal"),
    path("journal/keys.json", journal.keys, name="journal_keys"),
    path("journal/heads/<int:number>.json", journal.head, name="journal_head"),
    path("journal/positions/<int:position>.json", journal.position, name="journal_position"),
    path("journal/consistency/<int:first>-<int:second>.json", journal.consistency, name="journal_consistency"),
    path("journal/check", journal.check_proof, name="journal_check"),
    path("figures/catalog.jsonld", figures.catalogue, name="figures_catalogue"),
    path("figures/<slug:figure_id>.svg", figures.picture, name="figure_picture"),
    path("type/<str:size>", language.set_type, name="type"),
    path("bulletins", bulletins.bulletin_list, name="bulletins"),
    path("bulletins/subscriptions", subscriptions.subscribe, name="subscribe"),
    path("bulletins/subscriptions/end/<slug:link>", subscriptions.end, name="end_subscription"),
    path("bulletins/subscriptions/<slug:secret>", subscriptions.confirm, name="confirm_subscription"),
    path("bulletins/corrections", bulletins.correction_list, name="corrections"),
    re_path(
        r"^bulletins/(?P<slug>[-\w]+)\.(?P<form>pdf|docx|txt|json)$", bulletins.bulletin_file, name="bulletin_file"
    ),
    path("bulletins/<slug:slug>", bulletins.bulletin, name="bulletin"),
    path("bulletins/<slug:slug>/figures/<slug:figure_id>", bulletins.bulletin_figure, name="bulletin_figure"),
]
for _route, _view, _name in (
    ("standards/<path:key>", catalog.standard, "standard"),
    ("organisations/<str:key>", catalog.organisation, "organisation"),
    ("institutions/<str:key>", catalog.institution, "institution"),
    ("certificates/<path:key>", catalog.certificate, "certificate"),
    ("places/<str:key>", catalog.place, "place"),
    ("documents/<str:key>", catalog.document, "document"),
    ("products/<int:key>", catalog.product, "product"),
    ("tables/<slug:name>", tables.table, "table"),
    ("registers/appointments", appointments.appointments, "appointments"),
    ("registers/<slug:name>", registers.register, "register"),
    ("awards/<slug:key>/<slug:edition>", awards.award, "award"),
    ("notices", notices.notices, "notices"),
    ("notices/<slug:key>", notices.notice, "notice"),
    ("training", training.training, "training"),
    ("figures", figures.figures, "figures"),
    ("figures/<slug:figure_id>", figures.figure, "figure"),
    ("figures/<slug:figure_id>/records", figures.figure_records, "figure_records"),
    ("figures/<slug:figure_id>/peers", figures.figure_peers, "figure_peers"),
):
    urlpatterns += [path(f"{_route}.{form}", _view, {"form": form}, name=f"{_name}-{form}") for form in FORMS]
    urlpatterns.append(path(_route, _view, name=_name))
urlpatterns.append(path("training/<slug:key>", training.session, name="training_session"))
