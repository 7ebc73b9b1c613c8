"""Addresses of inspections at the desk: plans, registers, draws; later the visits themselves."""

from django.urls import URLPattern, path, re_path

from pinzhi.web.desk import inspection_plans, inspections

urlpatterns: list[URLPattern] = [
    path("inspections", inspections.home, name="inspections"),
    path("inspections/register", inspection_plans.register, name="risk_register"),
    path("inspections/plans/new", inspection_plans.new_plan, name="new_inspection_plan"),
    path("inspections/plans/<slug:key>", inspection_plans.plan, name="inspection_plan"),
    path("inspections/plans/<slug:key>/notices", inspection_plans.notices, name="plan_notices"),
    re_path(
        r"^inspections/plans/(?P<key>[-a-z0-9]+)/notices\.(?P<form>json|csv|xlsx)$",
        inspection_plans.notices,
        name="plan_notices_table",
    ),
    path("inspections/plans/<slug:key>/send", inspection_plans.send_notices, name="send_notices"),
    path("inspections/plans/<slug:key>/draws", inspection_plans.announce, name="announce_draw"),
    path("inspections/draws/<slug:code>/open", inspection_plans.open_draw, name="open_draw"),
    path("inspections/draws/<slug:code>/call-off", inspection_plans.call_off, name="call_off_draw"),
]
