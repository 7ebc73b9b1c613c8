"""Addresses of inspections at the desk: plans, registers, draws, and the visits themselves."""

from django.urls import URLPattern, path, re_path

from pinzhi.web.desk import (
    field,
    inspection_batches,
    inspection_objections,
    inspection_plans,
    inspection_register,
    inspections,
)

urlpatterns: list[URLPattern] = [
    path("inspections", inspections.home, name="inspections"),
    path("inspections/register", inspection_register.register, name="risk_register"),
    path("inspections/ties", inspection_register.ties, name="inspection_ties"),
    path("inspections/plans/new", inspection_plans.new_plan, name="new_inspection_plan"),
    path("inspections/plans/<slug:key>", inspection_plans.plan, name="inspection_plan"),
    path("inspections/plans/<slug:key>/notices", inspection_plans.notices, name="plan_notices"),
    re_path(
        r"^inspections/plans/(?P<key>[-a-z0-9]+)/notices\.(?P<form>json|csv|xlsx)$",
        inspection_plans.notices,
        name="plan_notices_table",
    ),
    path("inspections/plans/<slug:key>/targets", inspection_register.targets, name="plan_targets"),
    re_path(
        r"^inspections/plans/(?P<key>[-a-z0-9]+)/targets\.(?P<form>json|csv|xlsx)$",
        inspection_register.targets,
        name="plan_targets_table",
    ),
    path("inspections/plans/<slug:key>/targets/end", inspection_register.end_targets, name="end_targets"),
    path("inspections/plans/<slug:key>/batches", inspection_batches.batches, name="expert_batches"),
    path("inspections/plans/<slug:key>/batches/plan", inspection_batches.plan_batch, name="plan_batch"),
    path("inspections/plans/<slug:key>/batches/experts", inspection_batches.list_expert, name="list_expert"),
    path("inspections/plans/<slug:key>/send", inspection_plans.send_notices, name="send_notices"),
    path("inspections/plans/<slug:key>/draws", inspection_plans.announce, name="announce_draw"),
    path("inspections/draws/<slug:code>/open", inspection_plans.open_draw, name="open_draw"),
    path("inspections/draws/<slug:code>/call-off", inspection_plans.call_off, name="call_off_draw"),
    path("inspections/objections/<slug:number>", inspection_objections.objection, name="objection"),
    path("inspections/sw.js", field.worker, name="field_worker"),
    path("inspections/own/<slug:number>", inspections.begin_own, name="begin_own_inspection"),
    path("inspections/<slug:number>", inspections.inspection, name="inspection"),
    path("inspections/<slug:number>/save", field.save, name="save_inspection"),
    path("inspections/<slug:number>/state.json", field.state, name="inspection_state"),
    path("inspections/<slug:number>/sync", field.sync_phone, name="sync_inspection"),
    path("inspections/<slug:number>/photos", field.photo, name="inspection_photos"),
    path("inspections/<slug:number>/photos/<int:photo_id>", field.photo_file, name="inspection_photo"),
    path(
        "inspections/<slug:number>/photos/<int:photo_id>/<slug:size>", field.photo_file, name="inspection_photo_small"
    ),
    path("inspections/<slug:number>/choose", field.choose_record, name="choose_record"),
    path("inspections/<slug:number>/hand-in", inspections.hand_in, name="hand_in_inspection"),
    path("inspections/<slug:number>/sign", inspections.sign, name="sign_inspection"),
    path("inspections/<slug:number>/object", inspection_objections.object_to, name="object_to_inspection"),
    path("inspections/<slug:number>/refuse", inspections.refuse, name="refuse_inspection"),
    re_path(
        r"^inspections/(?P<number>[-A-Z0-9]+)/record\.(?P<form>pdf|json)$",
        inspections.record_file,
        name="inspection_file",
    ),
]
